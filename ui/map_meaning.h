/* Values that mean something to the kernel, in words: devices, CPUs, call stacks. */
#ifndef UI_MAP_MEANING_H
#define UI_MAP_MEANING_H

#include "session.h"

/*
 * @value, as user space reads it: "ifindex 2 = eth0", "a queue of 192 frames, through prog 2 NAME",
 * "vfs_read+0x0 < ksys_read+0x5" (innermost first); of other maps by its type, as map_value_text. NULL:
 * nothing.
 */
void map_meaning_text(struct sim *sim, const struct map *map, const void *value, struct text *out);

/* The same for bytes of a call: of what a process gives, only the type is known. */
void map_passed_text(struct sim *sim, const struct map *map, const void *value, bool written,
		     struct text *out);
/* The same for the @len bytes of a call: of maps with a value for each CPU "CPU 0: 1 · CPU 1: 2 ...". */
void map_bytes_text(struct sim *sim, const struct map *map, const u8 *bytes, u64 len, bool written,
		    struct text *out);

/*
 * Calls @each for the members of a table of functions that are set: @prog, or NULL and @text for the others.
 * @value: as user space reads it.
 */
void map_table_each(struct sim *sim, const struct map *map, const void *value,
		    void (*each)(void *ctx, const char *member, const struct obj *prog, const char *text),
		    void *ctx);
/* "registered, 2 references": its state. */
void map_table_state(const void *value, struct text *out);

/* How many entries of a stack, as user space reads it, are used. */
u32 map_stack_depth(const struct map *map, const void *value);
/* Entry @i of it: "do_sys_open+0x10", "0x7f0000001000" of a process, "file 0a0b0c0d... + 0x10". */
void map_stack_entry(struct sim *sim, const struct map *map, const void *value, u32 i, struct text *out);

#endif
