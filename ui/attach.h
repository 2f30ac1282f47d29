/*
 * Attaching the programs of an object file to where their sections say, as libbpf 1.1 does by itself
 * (bpf_program__attach): its system calls, in its order.
 */
#ifndef UI_ATTACH_H
#define UI_ATTACH_H

#include "program.h"

/* Does a program of this type hang at places that events come by (world/happening.h)? */
bool attach_is_traced(u32 prog_type);
/* Is it attached to a cgroup? */
bool attach_is_cgroup(u32 prog_type);
/* The program of @fd, loaded from @program: >= 0 or -errno with the sentence. */
s64 attach_program(struct walk *w, int fd, const struct elf_program *program, struct text *error);
/* The program of @fd, loaded from @program, to the cgroup at @path, which is made when it is not there: a link's fd or -errno. */
s64 attach_to_cgroup(struct walk *w, int fd, const struct elf_program *program, const char *path, struct text *error);
/* All of the file that are loaded and of such a type. */
s64 attach_programs(struct walk *w, const struct program_file *file, struct text *error);
/* All of the file that are for cgroups, to the one at @path, which is made when it is not there. */
s64 attach_cgroup(struct walk *w, const struct program_file *file, const char *path, struct text *error);

#endif
