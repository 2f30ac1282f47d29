/*
 * Translation: what the kernel makes of a program after the path walk has accepted it, before the JIT
 * compiles it ("xlated"). Mirrors the second half of bpf_check of kernel/bpf/verifier.c: optimize_bpf_loop,
 * opt_hard_wire_dead_code_branches, opt_remove_dead_code, opt_remove_nops, sanitize_dead_code,
 * convert_ctx_accesses, do_misc_fixups, opt_subreg_zext_lo32_rnd_hi32, jit_subprogs.
 *
 * It goes in passes. A pass reads the insns of the one before from the first to the last and writes new
 * ones: each insn is kept, dropped, or a patch takes its place. Jumps are put right at the end of the
 * pass. So every insn knows the one that it came from, and every pass can be watched. A unit of work is
 * the way to the next change.
 *
 * Who does what: translate.c passes and jumps; xlat_dead.c dead code; xlat_loop.c bpf_loop; xlat_ctx.c
 * contexts; xlat_fixup.c arithmetic and classic loads; xlat_call.c calls; xlat_last.c zero extension, calls
 * between functions, addresses.
 */
#ifndef SIM_VERIFIER_TRANSLATE_H
#define SIM_VERIFIER_TRANSLATE_H

#include "../ktext.h"
#include "../patch.h"
#include "../world/sysctl.h"
#include "walk.h"

/* An insn between two passes. */
struct xlat_insn {
	struct bpf_insn insn;
	u32 origin;              /* the insn as written that it came from */
	/* the insn it jumps to, calls or points to, in the pass that is read; XLAT_NO_JUMP */
	s32 jump;
	/* 1: written by the translator; no bool: there is no padding, memory is compared */
	u16 made;
	u16 pass;                /* 1 + the last pass that wrote it; 0: as written */
};

#define XLAT_NO_JUMP (-1)

struct xlat_subprog {
	u32 start;
	u32 written;             /* its number in the program as written */
	u32 stack_depth;         /* bytes */
	u32 tail_call_reachable; /* 0 or 1 */
};

/* A direct tail call. */
struct xlat_poke {
	struct map *map;
	u32 key;
	u32 insn;                /* in the translated program */
};

/* A translation in progress; in the arena. */
struct translation {
	u32 pass;                /* the one that is done, index of xlat_passes[] */
	u32 at;                  /* the next insn of it that is read; UINT32_MAX: it has not begun */
	u32 changes;             /* so far, in this pass */
	struct xlat_insn *in, *out;
	u32 nin, nout, room;     /* room: of `out` */
	u32 *moved;              /* [nin + 1]: where each insn of `in` begins in `out` */
	u8 *dropped_by;          /* as in struct xlated */
	u32 nsubprogs;
	struct xlat_subprog *subprog; /* [nsubprogs + 1]; behind the last: the end */
	u32 line_info_cnt;
	struct bpf_line_info *line_info;
	u32 npokes, poke_room;
	struct xlat_poke *poke;
	bool tstamp_type_access; /* the program reads __sk_buff.tstamp_type */
	bool any_tail_call_reachable;
};

/* What the files of the translation work with. */
struct xlat {
	struct env env;          /* insns and aux: of the program as written */
	struct translation *t;
	const struct sysctls *sysctl;
};

/* A pass. */
struct xlat_pass {
	const char *name;        /* "ctx" */
	const char *doc;
	bool (*wanted)(const struct xlat *x);   /* NULL: always */
	/* Reads in[t->at]: keeps, drops or replaces it. 0 or -errno. */
	int (*insn)(struct xlat *x);
};

extern const struct xlat_pass xlat_passes[];
extern const u32 xlat_npasses;

/* --- the stage --- */

int translate_new(struct sim *sim, struct verifier *v);
/* One unit: VERIFIER_MORE, VERIFIER_DONE or -errno. */
int translate_step(struct sim *sim, struct verifier *v);
void translate_free(struct sim *sim, struct verifier *v);

/* --- what a pass does with the insn at hand; at the end: 0 or -ENOMEM --- */

static inline struct xlat_insn *xlat_cur(const struct xlat *x)
{
	return &x->t->in[x->t->at];
}

/* What the walk learnt about the insn as written. */
static inline const struct insn_aux *xlat_aux(const struct xlat *x, const struct xlat_insn *insn)
{
	return &x->env.w->aux[insn->origin];
}

/* As it is. */
int xlat_keep(struct xlat *x);
/* One insn in its place; jumps stay what they are when @jump is not XLAT_NO_JUMP. */
int xlat_replace(struct xlat *x, struct bpf_insn insn, s32 jump);
/* Several; jumps inside the patch only. To be followed by nothing or by one of the two above. */
int xlat_patch(struct xlat *x, const struct patch *patch);

/* Is the program compiled after this? */
static inline bool xlat_jit_requested(const struct xlat *x)
{
	return x->sysctl->bpf_jit_enable;
}

/* Will constants be blinded? For all (2), or for those without CAP_BPF (1). */
static inline bool xlat_blinding_requested(const struct xlat *x)
{
	s64 harden = x->sysctl->bpf_jit_harden;

	return xlat_jit_requested(x) && (harden > 1 || (harden == 1 && !x->env.w->may.bpf_capable));
}

/* --- the passes --- */

int xlat_loop_insn(struct xlat *x);
bool xlat_removes_dead_code(const struct xlat *x);
bool xlat_traps_dead_code(const struct xlat *x);
int xlat_hardwire_insn(struct xlat *x);
int xlat_remove_insn(struct xlat *x);
int xlat_nop_insn(struct xlat *x);
int xlat_trap_insn(struct xlat *x);
int xlat_ctx_insn(struct xlat *x);
int xlat_fixup_insn(struct xlat *x);
int xlat_call_insn(struct xlat *x);   /* part of the above: helper calls */
int xlat_zext_insn(struct xlat *x);
int xlat_last_insn(struct xlat *x);
int xlat_finish(struct xlat *x);

/* --- programs of several functions without machine code --- */

/* Why a program with this insn cannot be interpreted, as the kernel says it; NULL: it can. */
const char *xlat_not_interpreted(const struct bpf_insn *insn, bool tail_calls_in_functions);
/* imm of a call of a function that uses so much stack. */
s32 xlat_interpreter(u32 stack);

#endif
