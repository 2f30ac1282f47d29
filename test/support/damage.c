/* Damaged object files: see damage.h. */
#include <stdio.h>
#include <stdlib.h>

#include "damage.h"

static void need_sentence(const struct why *why)
{
	if (why->text[0] && why->err < 0)
		return;
	fprintf(stderr, "an object was refused without a sentence\n");
	abort();
}

static void load(struct elf_object *o, const struct loader_options *options)
{
	struct user_memory *user = user_memory_new();
	struct why why = {0};
	struct loader *loader = loader_begin(o, user, options, &why);
	struct loader_call call;

	if (!loader)
		need_sentence(&why);
	for (int fd = 3; loader && loader_next(loader, &call); fd++)
		loader_done_call(loader, fd % 7 ? fd : -EINVAL, NULL);
	if (loader && loader_failed(loader))
		need_sentence(loader_failed(loader));
	loader_free(loader);
	user_memory_free(user);
}

bool damage_try(const u8 *bytes, u64 size)
{
	struct loader_options options = {.log_size = 64, .target = {NULL, 1}};
	struct why why = {0};
	struct elf_object *o;
	/* of this size exactly, so that ASan sees a byte too far */
	u8 *copy = malloc(size ? size : 1);

	memcpy(copy, bytes, size);
	o = elf_open(copy, size, "damaged.o", &why);
	free(copy);
	if (!o) {
		need_sentence(&why);
		return false;
	}
	/* the file's own types stand in for a kernel's: every name is found */
	options.target.btf = o->types;
	for (u32 i = 0; i < o->program_count; i++)
		if (elf_link_program(o, &o->programs[i], &options.target, &why))
			need_sentence(&why);
	load(o, &options);
	elf_close(o);
	return true;
}
