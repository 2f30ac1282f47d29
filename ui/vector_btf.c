/* BTF that vectors refer to by name: see vector_btf.h. */
#include "vector_btf.h"

#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../sim/elf/object.h"
#include "../sim/elf/vmlinux.h"
#include "file.h"

/* --- the types of the maps of the kernel's verifier tests, by the ids that the vectors give them --- */

#define WORDS_MAX 128
#define NAMES_MAX 128

struct writer {
	u32 word[WORDS_MAX];
	u32 words;
	char names[NAMES_MAX];
	u32 names_len;
};

static u32 put_name(struct writer *w, const char *name)
{
	u32 off = w->names_len;

	if (!*name)
		return 0;
	memcpy(w->names + off, name, strlen(name) + 1);
	w->names_len += strlen(name) + 1;
	return off;
}

/* @size_or_type: as the kind has it. */
static void put_type(struct writer *w, const char *name, u32 kind, u32 vlen, u32 size_or_type)
{
	u32 *word = w->word + w->words;

	word[0] = put_name(w, name);
	word[1] = kind << 24 | vlen;
	word[2] = size_or_type;
	w->words += 3;
}

static void put_member(struct writer *w, const char *name, u32 type, u32 byte)
{
	u32 *word = w->word + w->words;

	word[0] = put_name(w, name);
	word[1] = type;
	word[2] = byte * 8;
	w->words += 3;
}

static void put_test_types(struct writer *w)
{
	put_type(w, "", BTF_KIND_INT, 0, 4);                        /* 1 */
	w->word[w->words++] = BTF_INT_SIGNED << 24 | 32;
	put_type(w, "bpf_spin_lock", BTF_KIND_STRUCT, 1, 4);        /* 2 */
	put_member(w, "val", 1, 0);
	put_type(w, "val", BTF_KIND_STRUCT, 2, 8);                  /* 3: a lock behind a number */
	put_member(w, "cnt", 1, 0);
	put_member(w, "l", 2, 4);
	put_type(w, "bpf_timer", BTF_KIND_STRUCT, 0, 16);           /* 4 */
	put_type(w, "timer", BTF_KIND_STRUCT, 1, 16);               /* 5: a timer */
	put_member(w, "t", 4, 0);
	put_type(w, "prog_test_ref_kfunc", BTF_KIND_STRUCT, 0, 0);  /* 6 */
	put_type(w, "prog_test_member", BTF_KIND_STRUCT, 0, 0);     /* 7 */
	put_type(w, "kptr", BTF_KIND_TYPE_TAG, 0, 6);               /* 8 */
	put_type(w, "kptr_ref", BTF_KIND_TYPE_TAG, 0, 6);           /* 9 */
	put_type(w, "kptr_ref", BTF_KIND_TYPE_TAG, 0, 7);           /* 10 */
	put_type(w, "", BTF_KIND_PTR, 0, 8);                        /* 11 */
	put_type(w, "", BTF_KIND_PTR, 0, 9);                        /* 12 */
	put_type(w, "", BTF_KIND_PTR, 0, 10);                       /* 13 */
	put_type(w, "btf_ptr", BTF_KIND_STRUCT, 3, 24);             /* 14: pointers to kernel objects */
	put_member(w, "ptr", 11, 0);
	put_member(w, "ptr", 12, 8);
	put_member(w, "ptr", 13, 16);
}

static u8 *test_types(u32 *size)
{
	struct writer w = {.names_len = 1};
	struct btf_header header = {.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(header)};
	u8 *bytes = malloc(sizeof(header) + sizeof(w.word) + sizeof(w.names));

	put_test_types(&w);
	header.type_len = w.words * 4;
	header.str_off = header.type_len;
	header.str_len = w.names_len;
	if (!bytes)
		return NULL;
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), w.word, header.type_len);
	memcpy(bytes + sizeof(header) + header.type_len, w.names, w.names_len);
	*size = sizeof(header) + header.type_len + header.str_len;
	return bytes;
}

/* --- object files that lie beside the vectors --- */

static struct elf_object *open_object(const char *vectors, const char *name, u8 **file)
{
	const char *slash = strrchr(vectors, '/');
	struct why why;
	char path[512];
	u64 len;

	snprintf(path, sizeof(path), "%.*sobjects/%.*s", slash ? (int)(slash + 1 - vectors) : 0, vectors,
		 (int)(strlen(name) - strlen(".btf")), name);
	*file = file_read(path, &len, &why);
	return *file ? elf_open(*file, len, path, &why) : NULL;
}

static u8 *copy_of(const u8 *bytes, u32 len, u32 *size)
{
	u8 *copy = bytes ? malloc(len + 1) : NULL;

	if (copy)
		memcpy(copy, bytes, len);
	*size = copy ? len : 0;
	return copy;
}

static u8 *object_types(const char *vectors, const char *name, u32 *size)
{
	u8 *file, *copy = NULL;
	struct elf_object *object = open_object(vectors, name, &file);

	if (object)
		copy = copy_of(object->btf, object->btf_size, size);
	elf_close(object);
	free(file);
	return copy;
}

u8 *vector_lines(const char *vectors, const char *name, const char *prog, u32 *size)
{
	struct why why;
	struct elf_target target = {.btf = vmlinux_types(&why), .ncpus = 1};
	u8 *file, *copy = NULL;
	struct elf_object *object = open_object(vectors, name, &file);
	struct elf_program *program = object ? elf_program_by_name(object, prog) : NULL;

	if (program && !elf_resolve(object, &target, &why) &&
	    !elf_link_program(object, program, &target, &why) &&
	    program->line_info.size == sizeof(struct bpf_line_info))
		copy = copy_of(program->line_info.data, program->line_info.count * program->line_info.size,
			       size);
	elf_close(object);
	free(file);
	return copy;
}

u8 *vector_btf(const char *vectors, const char *name, u32 *size)
{
	size_t len = strlen(name);

	if (!strcmp(name, "test_verifier"))
		return test_types(size);
	if (len > 4 && !strcmp(name + len - 4, ".btf"))
		return object_types(vectors, name, size);
	return NULL;
}
