/*
 * Looking at the path walk: what views may know of it while it stands between two steps, or at the moment of its verdict.
 *
 * Nothing in here changes anything. Upper floors get at it through look.h; walk.h is the verifier's own.
 */
#ifndef SIM_VERIFIER_PATHS_H
#define SIM_VERIFIER_PATHS_H

#include "reasons.h"
#include "state.h"
#include "verifier.h"

/* arg[1] of EV_PATH_END. */
enum path_end {
	PATH_EXIT,     /* the program's end */
	PATH_PRUNED,   /* as good as a state that was walked from before */
};

/* What it did so far, and what it may do at most. */
struct path_cost {
	u32 insns, insns_max;
	u32 ended;               /* paths that came to their end, pruned ones included */
	u32 pruned;
	u32 forks;               /* branches that were put aside */
	u32 waiting, most_waiting, waiting_max;  /* of them: now, at most at a time, allowed */
	u32 kept, alive;         /* states kept in all; of them, not dropped as useless */
	u32 most_at_insn;        /* states compared at one insn */
};

/* A branch that waits. */
struct path_branch {
	u32 insn, from;          /* where it goes on; where it was put aside */
	const struct vstate *state;
};

/* A state that later ones are compared with. */
struct path_state {
	const struct vstate *state;
	u32 hits, misses;
	bool open;               /* paths from here have not ended yet */
};

/* All zero before the walk has begun. */
void path_cost(const struct verifier *v, struct path_cost *cost);
/* NULL: nothing is rejected, or not by the path walk. */
const struct rejection *path_rejection(const struct verifier *v);
/* The insn at hand, and the state before it; NULL: no path is under way. */
const struct vstate *path_state(const struct verifier *v, u32 *insn);
/*
 * The forks that the path at hand went through, the last one first, as many as there is @room for; how many there are. Each is
 * the number that a state on one of the two ways has (vstate.fork), until its next fork: so a path can be told from all others.
 */
u32 path_forks(const struct verifier *v, u32 *fork, u32 room);
/* The branches that wait, the next one first; how many there are. */
u32 path_branches(const struct verifier *v, struct path_branch *branch, u32 room);
/* The states kept at @insn, the newest first; how many there are. */
u32 path_states(const struct verifier *v, u32 insn, struct path_state *state, u32 room);
/* "map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)": as in the log. */
void path_reg_text(struct sim *sim, struct verifier *v, const struct reg *reg, struct text *out);

#endif
