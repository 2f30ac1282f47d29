/*
 * The verifier: what a program has to satisfy before it may run. Mirrors struct bpf_verifier_env and
 * kernel/bpf/verifier.c.
 *
 * Here its first half, the structure check: where functions begin, where jumps go, and the depth-first walk over
 * the control-flow graph. The second half, the walk along all paths with what each register holds (do_check), is
 * in walk.h; what is made of an accepted program in translate.h.
 *
 * Everything is a stage function that does one unit of work and returns:
 *	VERIFIER_MORE   call again
 *	VERIFIER_DONE   this stage is through
 *	-errno          rejected; the words are in the log and in sim->why
 * The state lies in the arena, so that the walk can be watched, left and taken back.
 */
#ifndef SIM_VERIFIER_VERIFIER_H
#define SIM_VERIFIER_VERIFIER_H

#include "../log.h"
#include "../progs/prog_type.h"
#include "cfg.h"

#define VERIFIER_DONE 0
#define VERIFIER_MORE 1
#define VERIFIER_MODULE 2

#define VERIFIER_MAX_SUBPROGS 256
#define VERIFIER_MAX_KFUNCS 256u /* different functions of the kernel that one program may call (kernel: MAX_KFUNC_DESCS) */
#define VERIFIER_MAX_MAPS 64   /* that one program may refer to (kernel: MAX_USED_MAPS) */

/* Bits of log_level ; <linux/bpf.h> does not have them, but tools know them. */
#define BPF_LOG_LEVEL1 1       /* why it was rejected */
#define BPF_LOG_LEVEL2 2       /* each step of the walk */
#define BPF_LOG_STATS 4        /* what it cost */

/* A function of the program: from `start` to the `start` of the next one. */
struct verifier_subprog {
	u32 start;             /* its first insn */
	u32 line_info;         /* index of its line info record */
	bool has_tail_call;
	bool has_ld_abs;       /* LD_ABS or LD_IND */
	/* What the path walk finds out: */
	bool args_unreliable;  /* a caller passed something else than the BTF says: it does not help any more */
	bool async_callback;   /* called by a timer, on a stack of its own */
	bool tail_call_reachable; /* it calls a function that makes a tail call, or one that does so */
	u32 stack_depth;       /* bytes of stack that it uses */
};

struct verifier {
	struct prog *prog;     /* the program under check; its insns may still change (ld_imm64) */
	bool bpf_capable;      /* the loader has CAP_BPF: functions and loops are allowed */
	u32 at;                /* the insn where the stage goes on */
	u32 cur_subprog;       /* jumps: the function that `at` lies in */
	u32 nsubprogs;
	struct verifier_subprog subprog[VERIFIER_MAX_SUBPROGS + 1]; /* by start; behind the last: the end */
	s16 module;            /* VERIFIER_MODULE: place in fd_array */
	u32 nkfuncs, kfunc[VERIFIER_MAX_KFUNCS]; /* ids of the kernel functions that it calls */
	struct cfg cfg;
	u32 logged_line;       /* the source line that the log showed last: index of its record + 1 */
	struct log log;
	struct walk *walk;     /* walk.h: the path walk */
	struct translation *translation; /* translate.h: what is made of an accepted program */
};

/* NULL when there is no memory. */
struct verifier *verifier_new(struct sim *sim, struct prog *prog, bool bpf_capable);
void verifier_free(struct sim *sim, struct verifier *v);

/*
 * Stage: finds the functions. A unit ends with each call, callback or kernel function call that is found. VERIFIER_MODULE: one
 * of a kernel function whose module is at place v->module of the loader's fd_array.
 */
int verifier_find_subprogs(struct sim *sim, struct verifier *v);
/* Stage: jumps must stay in their function, functions must end with exit or a jump. A unit ends with each jump. */
int verifier_check_jumps(struct sim *sim, struct verifier *v);
/* Stage: the depth-first walk. A unit is one edge, or one insn that has no edges left. */
int verifier_walk_cfg(struct sim *sim, struct verifier *v);
/* Stage: the walk must have come to every insn, and never to the second half of a ld_imm64. One unit. */
int verifier_check_reached(struct sim *sim, struct verifier *v);

/* For programs without BTF: only the main function may use LD_ABS or tail calls. 0 or -EINVAL. */
int verifier_check_abnormal_return(struct sim *sim, struct verifier *v);

/* Number of the function that starts at @insn, or -ENOENT. */
int verifier_subprog_at(const struct verifier *v, s64 insn);
/* Does Linux 6.1 have this opcode? (The loader's question; reserved fields are the path walk's.) */
bool verifier_knows_opcode(u8 code);

/*
 * Logs "7: if (x)": the line of C that @insn was made from, when there is one and it is not the last that was logged.
 * In source.c.
 */
void verifier_log_source(struct sim *sim, struct verifier *v, u32 insn);

/*
 * Rejects the program: the text goes to the log and, without its newline, to sim->why. Returns @err.
 * The words are the kernel's.
 */
int verifier_reject(struct sim *sim, struct verifier *v, int err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
