/* Object files: the steps of opening one; see object.h. */
#include <stdio.h>
#include <stdlib.h>

#include "private.h"

/* "dir/xdp_count.bpf.o" -> "xdp_count": what libbpf calls the object. */
static const char *object_name(struct elf_object *o, const char *path)
{
	const char *base = strrchr(path, '/');
	char *name = elf_alloc(o, BPF_OBJ_NAME_LEN, 1);

	if (!name)
		return NULL;
	base = base ? base + 1 : path;
	snprintf(name, BPF_OBJ_NAME_LEN, "%.*s", (int)strcspn(base, "."), base);
	return name;
}

static int read_license(struct elf_object *o)
{
	const struct elf_section *s = elf_section_by_name(o, "license");
	char *license = elf_alloc(o, 64, 1);

	if (!license)
		return elf_no_memory(o);
	if (s && s->data)
		memcpy(license, s->data, strnlen((const char *)s->data, min_u64(s->size, 63)));
	o->license = license;
	return 0;
}

static int read_version(struct elf_object *o)
{
	const struct elf_section *s = elf_section_by_name(o, "version");

	if (!s || !s->data)
		return 0;
	if (s->size != sizeof(o->version))
		return elf_fail(o, s, 0, "the kernel version: found %llu bytes, expected 4",
				(unsigned long long)s->size);
	memcpy(&o->version, s->data, sizeof(o->version));
	return 0;
}

/* In libbpf's order: each step may use what the ones before it found. */
static int (*const open_steps[])(struct elf_object *o) = {
	elf_read_symbols, read_license, read_version,     elf_read_programs, elf_read_btf,
	elf_read_externs, elf_fix_btf,  elf_read_btf_ext, elf_read_maps,     elf_read_relocs,
};

static int open_all(struct elf_object *o, const void *bytes, u64 size)
{
	int err = elf_read_file(o, bytes, size);

	for (u32 i = 0; !err && i < ARRAY_SIZE(open_steps); i++)
		err = open_steps[i](o);
	if (o->private->elf)
		elf_end(o->private->elf);
	o->private->elf = NULL;
	return err;
}

struct elf_object *elf_open(const void *bytes, u64 size, const char *name, struct why *why)
{
	struct elf_object *o = calloc(1, sizeof(*o) + sizeof(struct elf_private));
	int err;

	if (!o) {
		sim_fail(why, -ENOMEM, "out of memory while reading the object file");
		return NULL;
	}
	o->private = (struct elf_private *)(o + 1);
	o->private->why = why;
	o->name = object_name(o, name);
	err = o->name ? open_all(o, bytes, size) : elf_no_memory(o);
	o->private->why = NULL;
	if (!err)
		return o;
	elf_close(o);
	return NULL;
}

void elf_close(struct elf_object *o)
{
	if (!o)
		return;
	elf_free_all(o);
	free(o);
}
