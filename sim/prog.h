/*
 * PROG_LOAD as a pipeline: from bytes in user memory to a program with an id and a file descriptor.
 *
 * Each stage is a function that does one unit of work, so the load can be watched, left and taken back at any point.
 * The order is Linux 6.1's, because it decides which error a program with several faults gets (bpf_prog_load and
 * bpf_check).
 */
#ifndef SIM_PROG_H
#define SIM_PROG_H

#include "btf.h"
#include "syscall.h"
#include "verifier/verifier.h"

enum load_stage {
	LOAD_RIGHTS,
	LOAD_COPY,
	LOAD_TYPE,
	LOAD_LOG,
	LOAD_SUBPROGS,
	LOAD_JUMPS,
	LOAD_BTF,
	LOAD_TARGET,
	LOAD_TAG,
	LOAD_RESOLVE,
	LOAD_CFG,
	LOAD_REACHED,
	LOAD_WALK,
	LOAD_TRANSLATE,
	LOAD_JIT,
	LOAD_REPORT,
	LOAD_ID,
	LOAD_FD,
	LOAD_STAGES
};

const char *load_stage_name(u32 stage);  /* "CFG" */
const char *load_stage_doc(u32 stage);

/* A load in progress: call->state of PROG_LOAD. */
struct prog_load {
	u32 stage;                   /* enum load_stage */
	int err;                     /* the check's verdict: 0 = nothing wrong so far */
	u64 begin;                   /* sim_ktime when the check began */
	struct prog *prog;           /* under construction, NULL before COPY and after FD */
	struct verifier *verifier;   /* NULL before LOG */
	int fd;                      /* the result */
};

/* From a stage: this stage has more to do (0: the next stage, -errno: no). */
#define LOAD_AGAIN 1

/* RIGHTS, COPY, TYPE; one unit each. prog_begin.c */
int prog_begin_rights(struct sim *sim, struct call *call, struct prog_load *load);
int prog_begin_copy(struct sim *sim, struct call *call, struct prog_load *load);
int prog_begin_type(struct sim *sim, struct call *call, struct prog_load *load);
/* Makes @prog hold a reference to @map, once. 0 or -ENOMEM. */
int prog_use_map(struct sim *sim, struct prog *prog, struct map *map);
/* RESOLVE, one unit: up to the next ld_imm64 that refers to something. prog_resolve.c */
int prog_resolve(struct sim *sim, struct call *call, struct prog_load *load);
/*
 * The module whose BTF's fd is at @place of fd_array: there are no modules, so always -errno, with the kernel's words.
 * prog_resolve.c
 */
int prog_find_module(struct sim *sim, struct call *call, struct verifier *v, s16 place);
/* BTF, one unit: func_info, line_info, core_relos. Fills prog->btf, func_info, line_info. prog_btf.c */
int prog_check_btf(struct sim *sim, struct call *call, struct prog_load *load);
/* TARGET: what SYSCALL, tracing and extension programs must say about where they go. prog_target.c */
int prog_check_target(struct sim *sim, struct call *call, struct prog_load *load);
/* May the program's main function stand in for @func, a FUNC of @types? 0 or -EINVAL. prog_ext.c */
int prog_check_replacement(struct sim *sim, struct verifier *v, const struct btf_types *types, const struct btf_type *func);
/*
 * Program arrays (prog_array.c): may @prog become a value of @array, and may it have the ones that it uses? The first program
 * of an array decides what the others must be like. 0 or -EINVAL.
 */
int prog_may_enter_array(struct sim *sim, const struct prog *prog, struct map *array);
int prog_may_use_arrays(struct sim *sim, const struct prog *prog);
/* TAG. */
void prog_calc_tag(struct prog *prog);
/*
 * Tag of function @func of the translated program; of the only one: the program's. In Linux it depends on where helpers lie, so it
 * is another one in each kernel; here numbers of ld_imm64 do not count.
 */
void prog_func_tag(const struct prog *prog, u32 func, u8 tag[BPF_TAG_SIZE]);

#endif
