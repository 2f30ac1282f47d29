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
/* Is it attached to a map of sockets? */
bool attach_is_sockmap(u32 prog_type);
/* All such programs of the file that are loaded, to the first sockmap that the loader has. 0 or -errno. */
s64 attach_sockmap(struct walk *w, const struct program_file *file, struct text *error);
/* Does a packet meet it in the network stack? Such programs are attached by name (attach_hook). */
bool attach_is_net(u32 prog_type);
/* The program of @fd, loaded from @program: >= 0 or -errno with the sentence. */
s64 attach_program(struct walk *w, int fd, const struct elf_program *program, struct text *error);
/* mkdir -p and open(2) of the cgroup at @path ("/web"): an fd or -errno. */
s64 attach_open_cgroup(struct walk *w, const char *path, struct text *error);
/* The program of @fd, loaded from @program, to the cgroup at @path, which is made when it is not there: a link's fd or -errno. */
s64 attach_to_cgroup(struct walk *w, int fd, const struct elf_program *program, const char *path, struct text *error);
/* All of the file that are loaded and of such a type. */
s64 attach_programs(struct walk *w, const struct program_file *file, struct text *error);
/*
 * attach_hook.c: by the hook's name ("xdp:eth0", "tc:eth0:ingress:10"), with what follows it in words ("action NAME"): the
 * device's ifindex or -errno with the sentence. @file: that programs are named of, or NULL.
 */
s64 attach_hook(struct walk *w, const struct program_file *file, int fd, const char *name, const char *words,
		struct text *error);
/* The same, of "HOOK [PROGRAM [action ...]]". */
s64 attach_words(struct walk *w, const struct program_file *file, const char *words, struct text *error);
/* Each table of functions of the file is set: its programs are the kernel's functions then. 0 or -errno. */
s64 attach_tables(struct walk *w, const struct program_file *file, struct text *error);
/* The first program of the file from @from on that is an iterator, and loaded; the number of programs: there is none. */
u32 attach_iterators(const struct program_file *file, u32 from);
/* All of the file that are for cgroups, to the one at @path, which is made when it is not there. */
s64 attach_cgroup(struct walk *w, const struct program_file *file, const char *path, struct text *error);

#endif
