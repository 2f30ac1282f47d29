/*
 * A program file, an object or assembler text, and the way into the machine: what every command needs that
 * takes FILE.o|FILE.asm.
 */
#ifndef UI_PROGRAM_H
#define UI_PROGRAM_H

#include "asm_file.h"
#include "walk.h"

#define PROGRAM_ERROR 1024  /* bytes for the sentence: an error in assembler text comes with its line */

struct program_file {
	char *path;
	u8 *bytes;
	struct elf_object *elf;       /* an object file, or NULL */
	struct elf_program *chosen;   /* the one of it that is meant */
	bool all;         /* none was named, and it is traced: all of the file are loaded, as libbpf does */
	int *fd, *map_fd; /* of each program and map of the object, once it is loaded; -1 = it is not */
	struct asm_file assembler;    /* otherwise */
	u32 log_level;                /* that PROG_LOAD asks for; 0: the loader's choice */
};

/* @program: name of the one that is meant, NULL = the first. 0, or -errno with the sentence in @error. */
int program_open(struct program_file *file, const char *path, const char *program, struct text *error);
void program_close(struct program_file *file);
const char *program_name(const struct program_file *file);

/*
 * Makes the loader's system calls, each told by the walk. The program's fd, or -errno with what the loader or
 * the kernel said.
 */
s64 program_load(const struct program_file *file, struct walk *w, struct text *error);

/*
 * User space and one of its maps: "NAME[KEY]=VALUE", or words of `map` (map_command.h), whose answer goes to
 * w->answers. 0, or -errno with the sentence.
 */
s64 program_set(struct walk *w, const char *text, struct text *error);
/*
 * The XDP program of @fd gets the packets of @device, which is made if it does not exist. Its ifindex, or
 * -errno.
 */
s64 program_attach_xdp(struct walk *w, int fd, const char *device, struct text *error);
/* The ifindex of a device, which is made if it does not exist. */
s64 program_device(struct sim *sim, const char *name);
/* Packet @index of @capture runs through the program by BPF_PROG_TEST_RUN. >= 0 or -errno. */
s64 program_test_run(struct walk *w, int fd, u32 capture, u64 index, u32 repeat);
/* A program that no hook calls, SYSCALL, is run by it too: with zeroes as its context. */
s64 program_call(struct walk *w, int fd);

/* What the loader's fd leads to; NULL when it is not open. */
struct obj *session_object(struct session *s, int fd);

#endif
