/* Memory and errors of the object reader: see private.h. */
#include <stdio.h>
#include <stdlib.h>

#include "private.h"

struct elf_block {
	struct elf_block *next;
	_Alignas(16) u8 data[];
};

void *elf_alloc(struct elf_object *o, u64 count, u64 size)
{
	struct elf_block *block;

	if (size && count > (SIZE_MAX / 2) / size)
		return NULL;
	block = calloc(1, sizeof(*block) + count * size);
	if (!block)
		return NULL;
	block->next = o->private->blocks;
	o->private->blocks = block;
	return block->data;
}

void elf_free_all(struct elf_object *o)
{
	struct elf_block *block;

	while ((block = o->private->blocks)) {
		o->private->blocks = block->next;
		free(block);
	}
}

int elf_fail(struct elf_object *o, const struct elf_section *section, u64 offset, const char *fmt, ...)
{
	char sentence[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	if (!section)
		return sim_fail(o->private->why, -EINVAL, "file at offset 0x%llx: %s",
				(unsigned long long)offset, sentence);
	return sim_fail(o->private->why, -EINVAL, "section %.40s at offset 0x%llx: %s", section->name,
			(unsigned long long)offset, sentence);
}

int elf_fail_plain(struct elf_object *o, int err, const char *fmt, ...)
{
	char sentence[240];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	return sim_fail(o->private->why, err, "%s", sentence);
}

int elf_no_memory(struct elf_object *o)
{
	return elf_fail_plain(o, -ENOMEM, "out of memory while reading the object file");
}
