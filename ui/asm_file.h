/*
 * A program as assembler text (sim/asm.h): one section, one program, its maps. Opened and loaded like an
 * object file.
 */
#ifndef UI_ASM_FILE_H
#define UI_ASM_FILE_H

#include "session.h"

struct asm_file {
	char *text;
	u64 len;
	struct asm_prog prog;
	char name[BPF_OBJ_NAME_LEN];
	u32 prog_type, expected_attach_type;
};

/* 0, or -errno with the sentence; an error in the text comes with line, column and carets. */
int asm_file_open(struct asm_file *file, const char *path, struct text *error);
void asm_file_close(struct asm_file *file);

/*
 * Loads it: the next call is prepared in the loader's memory, the caller makes it and tells the result, as
 * with loader.h. Map N gets its fd in map_fd[N]; the last call is PROG_LOAD.
 */
struct asm_load {
	const struct asm_file *file;
	struct user_memory *user;
	u32 next;            /* call that comes next: maps, then the program */
	int *map_fd;
	int prog_fd;         /* -1 = not loaded */
	bool failed;
	union bpf_attr attr; /* of the call */
	int cmd;
	u64 uattr;
	u32 size;
	u32 log_level;       /* that PROG_LOAD will ask for */
	u64 log_at;
};

/* 0 or -ENOMEM. */
int asm_load_begin(struct asm_load *load, const struct asm_file *file, struct user_memory *user);
bool asm_load_next(struct asm_load *load);
void asm_load_done(struct asm_load *load, s64 result);
void asm_load_end(struct asm_load *load);

#endif
