/* Reading the iterators of a file: what happens when nobody says what does. */
#include <stdio.h>

#include "attach.h"
#include "life.h"

void life_read_iterators(struct walk *w, const struct program_file *file)
{
	const struct elf_object *elf = file->elf;

	for (u32 i = attach_iterators(file, 0); i < elf->program_count; i = attach_iterators(file, i + 1)) {
		char words[128];
		struct stimulus stimulus = {.kind = STIMULUS_EVENT, .data = words};

		snprintf(words, sizeof(words), "cat pid=200 comm=cat uid=0 file=" BPFFS_ROOT "/%.40s",
			 elf->programs[i].name);
		stimulus.len = strlen(words) + 1;
		walk_fire(w, &stimulus);
	}
}
