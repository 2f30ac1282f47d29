/*
 * A system call of the loader, word for word: bpf(CMD, attr, size) with each field of union bpf_attr as it is
 * given, right or wrong. What the kernel answers to that is the answer.
 *
 *	map_create map_type=hash key_size=4 value_size=8 max_entries=16
 *	map_lookup_elem map_fd=4 key=&6 value=&0
 *
 * A field takes a number, a name where it has names (map and program types), or &VALUE: the address of memory
 * of the loader with that value in it: &6 (as many bytes as the map's keys or values have, else 8), &{06 00}
 * (these bytes), &"GPL" (a text, terminated by zero). size=N: of the attr; without it, up to the end of the
 * last field of this command.
 */
#ifndef UI_RAW_CALL_H
#define UI_RAW_CALL_H

#include <stdio.h>

#include "walk.h"

/*
 * Writes the answer, and the memory behind each &VALUE as it is then, to @out. 0, whatever the kernel said;
 * or -EINVAL: the words are not understood, with the sentence in @why; no call was made.
 */
int raw_call(struct walk *w, const char *line, FILE *out, struct why *why);
/* "map_create", "MAP_CREATE" or "BPF_MAP_CREATE": its number; -1: none is called so. */
int raw_call_command(const char *name);

#endif
