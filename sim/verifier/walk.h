/*
 * The path walk (do_check of kernel/bpf/verifier.c): every path through the program, with what each register and stack slot holds.
 *
 * A unit of work is one instruction of one path, or one pop of the stack of branches. The walk's state lies in the arena; struct env
 * is only a handful of pointers that each function takes, made anew for each unit.
 *
 * Who does what: alu*.c arithmetic, branch*.c conditional jumps, memory.c loads and stores, stack.c the stack, call.c helper calls,
 * func.c calls of functions of the program and callbacks, prune.c comparing states, live.c and precise.c the marks that pruning
 * needs, leave.c exit and return values, spec.c what a mispredicting CPU might do.
 */
#ifndef SIM_VERIFIER_WALK_H
#define SIM_VERIFIER_WALK_H

#include "paths.h"
#include "reasons.h"
#include "reg.h"
#include "verifier.h"
#include "../world/task.h"

#define WALK_MAX_BRANCHES 8192u  /* BPF_COMPLEXITY_LIMIT_JMP_SEQ */
#define WALK_MAX_STATES 64u      /* states kept for one insn, for those without CAP_BPF */

/* A branch that waits to be walked; last in, first out. */
struct branch {
	struct vstate state;
	u32 insn, prev_insn;     /* where it goes on; the insn it came from */
	u32 log_used;            /* level 1 logs show only the path that failed */
	struct branch *next;
};

/* A state that was walked from: when a later one is equal, its path need not be walked. */
struct explored {
	struct vstate state;
	struct explored *next;
	u32 hits, misses;
};

/* What the walk learns about an instruction; the translator reads it. */
struct insn_aux {
	u32 ptr_type;            /* load, store: enum reg_type of the address, the same on every path */
	u64 map_ptr_state;       /* call: the map, see call.c */
	u64 map_key_state;       /* call: constant key */
	s32 ctx_field_size;      /* load from the context: bytes of the field */
	u32 seen;                /* number of the pass that reached it; 0 = dead code */
	bool sanitize_stack_spill; /* store to the stack that speculation must not overtake (Spectre v4) */
	bool zext_dst;           /* its 32-bit result is used as 64 bits */
	u8 alu_state;            /* pointer arithmetic to be masked (Spectre v1): ALU_* of spec.c */
	u32 alu_limit;
	u32 btf_var_type;        /* ld_imm64 of a kernel variable: enum reg_type */
	u32 btf_var_id;          /* its BTF type, or its size */
	u8 loop_inline;          /* call of bpf_loop: LOOP_* of func.c */
	u32 loop_callback;       /* its subprogram */
};

struct walk_rights {
	bool bpf_capable;
	bool allow_ptr_leaks;
	bool allow_uninit_stack;
	bool allow_ptr_to_map_access;
	bool bypass_spec_v1, bypass_spec_v4;
	bool strict_alignment;
	bool sys_admin;          /* CAP_SYS_ADMIN: helpers that write to the memory of processes */
	bool reboot;             /* CAP_SYS_BOOT: kernel functions that end the system */
	bool test_state_freq;    /* BPF_F_TEST_STATE_FREQ: keep a state at each prune point */
};

struct walk {
	struct walk_rights may;
	struct vstate *cur;
	struct branch *branches;
	u32 nbranches;
	struct explored **explored; /* by insn and caller: see prune.c */
	u32 ninsns;                 /* entries of explored and aux */
	struct explored *retired;   /* useless, but a parent of others */
	struct insn_aux *aux;       /* one for each insn */
	u32 insn, prev_insn;     /* the one at hand, the one before */
	s32 came_from;           /* do_check's prev_insn_idx: -1 at the beginning of a pass */
	u32 pass;                /* number of the function's walk, from 1 */
	u32 pass_subprog;        /* the function that is walked now; 0 = the main one */
	bool explore_alu_limits; /* spec.c asks what limit a scalar has: no shortcuts when states are compared */
	bool writes_packet;      /* it stores into a packet (seen_direct_write) */
	bool print_state;        /* the next line says where this path came from */
	u32 id_gen;
	struct path_piece *fork; /* by vstate.fork; [0] unused */
	u32 nforks, fork_room;

	/* statistics of the last line of the log */
	u32 insns_processed, jumps_processed;
	u32 kept_at_insns, kept_at_jumps;  /* their values when a state was kept last */
	u32 max_states_per_insn, total_states, peak_states, longest_mark_read;
	/* for those who look (paths.h) */
	u32 paths_ended, paths_pruned, forks, most_branches;

	/* what of the state has changed since it was printed last */
	u32 scratched_regs;
	u64 scratched_slots;
	u32 insn_log_used, insn_log_len;   /* where the insn's line ends, its length: the state is put behind it */
	const struct bpf_line_info *last_line;

	struct rejection rejection; /* why the program is refused; reason REASON_NONE while it is not */
};

/* The pointers that everything in this folder needs. */
struct env {
	struct sim *sim;
	struct verifier *v;
	struct walk *w;
	const struct bpf_insn *insns;
	u32 ninsns;
};

static inline struct frame *cur_frame(const struct env *env)
{
	return env->w->cur->frame[env->w->cur->curframe];
}

static inline struct reg *cur_regs(const struct env *env)
{
	return cur_frame(env)->reg;
}

static inline struct insn_aux *cur_aux(const struct env *env)
{
	return &env->w->aux[env->w->insn];
}

/* Is it a pointer that must not be turned into a number? */
static inline bool is_secret(const struct env *env, const struct reg *reg)
{
	return !env->w->may.allow_ptr_leaks && reg->type != SCALAR_VALUE;
}

static inline void forget_value(const struct env *env, struct reg *reg)
{
	reg_set_unknown(reg, !env->w->may.bpf_capable);
}

/* Appends to the verifier's log. */
#define LOG_STEPS (BPF_LOG_LEVEL1 | BPF_LOG_LEVEL2)  /* levels that show the walk */

void say(struct env *env, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* --- state_text.c: the kernel's words for a state --- */

/* Name of the struct that a PTR_TO_BTF_ID points to. */
const char *btf_reg_name(const struct env *env, const struct reg *reg);
/* For isa_names: the name of a kernel function that is called directly (kfunc.c). */
bool kfunc_name(void *env, const struct bpf_insn *insn, struct text *out);
/* "(bf) r1 = r10"; without CAP_PERFMON no addresses. */
void format_insn(struct env *env, const struct bpf_insn *insn, struct text *out);
/* "map_value_or_null" */
const char *reg_type_text(u32 type, char buf[64]);
/* "=scalar(umax=255)" without the "=". */
void format_reg(struct env *env, const struct reg *reg, struct text *out);
/* What changed (or @all) of @frame, to the log, newline included. */
void say_state(struct env *env, const struct frame *frame, bool all);
/* The same behind the insn's line, as levels 1 and 2 do. */
void say_insn_state(struct env *env, const struct frame *frame);
void scratch_reg(struct env *env, u32 regno);
void scratch_slot(struct env *env, u32 slot);
void scratch_all(struct env *env);
/* "; int x = ...": the source line of @insn, when it is another one than the last time. */
void say_line(struct env *env, u32 insn, const char *prefix);

/* --- push.c: branches that wait --- */

/* Puts a copy of the current state aside, to go on at @insn. NULL: too many (in the log), or no memory. */
struct vstate *push_branch(struct env *env, u32 insn, u32 prev_insn, bool speculative);
/* From now on @other, which goes on at @insn, and the current state are different paths. */
void fork_path(struct env *env, struct vstate *other, u32 insn);
/* A piece of a path that continues @earlier, for @state; without memory: none, and the path cannot be explained. */
void begin_piece(struct env *env, struct vstate *state, u32 earlier, u32 from, u32 waits_at);
/* The last branch put aside becomes the current state. False: there is none. */
bool pop_branch(struct env *env);
/* The path has ended: its ancestors have one child less. */
void end_path(struct vstate *state);

/* --- live.c --- */

enum reg_use { USE_SRC, USE_DST, USE_DST_NO_MARK };

/* Is @regno initialised (USE_SRC) or writable (USE_DST), and marks the use. 0 or -EACCES. */
int use_reg(struct env *env, u32 regno, enum reg_use use);
/* Walks the parents of @reg and marks the read (LIVE_READ32, LIVE_READ64), as far as no write screens it off. */
int mark_read(struct env *env, const struct reg *reg, struct reg *parent, u8 flag);

/* The lower half of @reg is read as 64 bits: whoever wrote it must clear the upper half. */
void want_zero_extension(struct env *env, struct reg *reg);

/* --- instructions: 0 or -errno; w->insn is moved by jumps and calls --- */

int walk_alu(struct env *env, const struct bpf_insn *insn);              /* alu.c */
int walk_load(struct env *env, const struct bpf_insn *insn);             /* memory.c */
int walk_store(struct env *env, const struct bpf_insn *insn);
int walk_atomic(struct env *env, const struct bpf_insn *insn);
int walk_ld_imm64(struct env *env, const struct bpf_insn *insn);         /* load_imm.c */
int walk_ld_abs(struct env *env, const struct bpf_insn *insn);
int walk_branch(struct env *env, const struct bpf_insn *insn);           /* branch.c */
int walk_helper_call(struct env *env, const struct bpf_insn *insn);      /* call.c */
int walk_kfunc_call(struct env *env, const struct bpf_insn *insn);       /* kfunc.c */
int walk_func_call(struct env *env, const struct bpf_insn *insn);        /* func.c */
int walk_func_exit(struct env *env);
int check_references(struct env *env);                                   /* leave.c */
int check_return_value(struct env *env);

/* --- prune.c --- */

/* Does @old, a state that was kept, cover @cur? (covered.c) */
bool state_covered(const struct env *env, const struct vstate *old, const struct vstate *cur);
/* 1: an equal state was walked before, -errno: an endless loop or no memory, 0: go on. */
int visit_state(struct env *env);

/* --- precise.c --- */

/* The exact value of @regno matters: marks it and all that it was computed from. */
int mark_precise(struct env *env, u32 regno);
int mark_precise_in(struct env *env, u32 frame, u32 regno);
int mark_slot_precise(struct env *env, u32 frame, u32 slot);
/* A state that is kept begins without marks. */
void forget_precision(struct vstate *state);

/* All kept states are freed. */
void forget_explored(struct env *env);

/* --- func.c --- */

/* A frame in which nothing is known but r10. */
void init_frame(struct env *env, struct frame *frame, s32 callsite, u32 frameno, u32 subprog);
/* What the arguments of a function hold that is walked for itself: the context, or what its BTF says. 0 or -errno. */
int init_arguments(struct env *env, u32 subprog, struct reg *regs);
/* Global functions are walked for themselves; static ones where they are called. */
bool subprog_is_global(const struct env *env, u32 subprog);

/* --- depth.c --- */

/* After the walk: do all chains of calls fit on the stack? 0 or -errno. */
int check_stack_depth(struct env *env);

/* --- the walk as a stage of PROG_LOAD (walk.c) --- */

int walk_new(struct sim *sim, struct verifier *v, const struct task *task);
/* One unit: VERIFIER_MORE, VERIFIER_DONE or -errno. */
int walk_step(struct sim *sim, struct verifier *v);
void walk_free(struct sim *sim, struct verifier *v);
/* "processed 20 insns (limit 1000000) ...": the last line of the log. */
void walk_say_cost(struct sim *sim, struct verifier *v);

#endif
