/*
 * What the files that do a vector again share: the bench, and its calls. vector_bench.c owns the simulated
 * kernel, vector_maps.c makes the maps, vector_load.c loads the program, vector_run.c runs it and gives
 * the answer.
 */
#ifndef UI_VECTOR_BENCH_H
#define UI_VECTOR_BENCH_H

#include "../sim/elf/user_memory.h"
#include "vector.h"

#define MAX_MAPS 80u

struct vector_bench {
	struct sim_host host;
	struct user_memory *user;
	struct sim *sim;
	const char *vectors; /* path of the file that they come from; what they refer to lies beside it */
	u32 pid;                     /* who makes the calls */
	u8 engine;                   /* bpfwalk.engine: how programs run */
	bool unprivileged;           /* maps are made and programs loaded without capabilities */
	s64 btf_fd;                  /* of the program's BTF, loaded once; 0 = none (yet) */
	u32 nmaps;
	s64 map_fd[MAX_MAPS];        /* by position in the vector's list */
	s64 map_id[MAX_MAPS];        /* the number that the vector gives it */
	struct why why;              /* of the first call that failed */
};

/* --- vector_bench.c --- */

/* A machine that has just booted. */
bool bench_boot(struct vector_bench *bench);
void bench_shut_down(struct vector_bench *bench);
/* bpf(2) by the loader, with @attr in its memory before and after. The second: as a user without
 * capabilities, when the vector says so. */
s64 bench_bpf(struct vector_bench *bench, int cmd, union bpf_attr *attr);
s64 bench_bpf_without_rights(struct vector_bench *bench, u32 cmd, union bpf_attr *attr);
/* The bytes of a hex text, to be freed; stops at what is no hex. NULL: no memory. */
u8 *hex_bytes(const char *hex, u32 *len);
json_t *hex_text(const u8 *bytes, u32 len);
/* Hex text as bytes in user memory: their address. */
u64 bench_put_hex(struct vector_bench *bench, const char *hex, u32 *len);

/* --- vector_maps.c --- */

/* The fd of the program's BTF, 0 = it has none, or -errno. */
s64 bench_prog_btf(struct vector_bench *bench, const json_t *vector);
/* The fd of the map that the vector calls @id, -1 when there is none. */
s64 bench_map_fd(const struct vector_bench *bench, s64 id);
/* All maps with their contents. Not negative, or -errno. */
s64 bench_make_maps(struct vector_bench *bench, const json_t *vector);

/* --- vector_load.c --- */

/* What BPF_PROG_LOAD is called with, without a log: in the loader's memory until it is reset. 0 or -errno. */
s64 bench_load_attr(struct vector_bench *bench, const json_t *vector, union bpf_attr *attr);
/* The program's fd or -errno. @answer gets the log, at the level of theirs. */
s64 bench_load(struct vector_bench *bench, const json_t *vector, json_t *answer);

#endif
