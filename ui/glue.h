/*
 * Glue as text: the machine code that the kernel has written around programs, by Zydis, with names: the
 * trampoline of a function, the dispatcher of XDP; what stands at the entry of a traced function.
 */
#ifndef UI_GLUE_H
#define UI_GLUE_H

#include "debug.h"
#include "x86_text.h"

struct glue {
	const struct sim *sim;
	const struct trampoline *tramp; /* NULL: the dispatcher */
	u32 size;
	u64 address;
	const u8 *bytes;
};

/* The dispatcher, when it has code, then all trampolines: @n counts from 0. False: there is no such one. */
bool glue_at(const struct sim *sim, u32 n, struct glue *glue);
/* The trampoline of the kernel's function @func. False: it has none. */
bool glue_of_function(const struct sim *sim, u32 func, struct glue *glue);
/* Its name in /proc/kallsyms. */
void glue_name(const struct glue *glue, struct text *out);

/* As x86_text. */
u32 glue_text(const struct glue *glue, u32 off, struct text *out);
/* What the code at @off begins to do; false: nothing begins there. */
bool glue_part_text(const struct glue *glue, u32 off, struct text *out);

/* enum hook_kind of the programs of an enum tramp_kind. */
u32 glue_hook(u32 tramp_kind);

/*
 * The next event of the last step, from *at on, about glue that was written or given up, and the step's last
 * word about it; NULL: there is none.
 */
const struct event *glue_told(const struct debug *d, u32 *at);

/* What the kernel's function begins with: "e8 1b ef fc fe", "call bpf_trampoline_6442492247". */
void glue_entry_text(const struct sim *sim, u32 func, struct text *bytes, struct text *words);

#endif
