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

/*
 * A piece of a path: from where it begins to where it splits or ends. Where a branch is put aside, both ways become pieces of
 * their own, so the pieces are a tree; the number of one is vstate.fork of the states on it.
 */
struct path_piece {
	u32 earlier;             /* the piece that it continues, 0 = none: a pass begins */
	u32 child;               /* split: the piece of the way that was put aside; the other way is the next one */
	u32 from;                /* the insn that it splits off at, or that the one before it ended with */
	u32 begin;               /* its first insn; PATH_NOT_BEGUN: it waits */
	u32 waits_at;            /* where it will begin, while it waits */
	u32 end;                 /* its last insn */
	u8 how;                  /* enum path_fate */
	bool speculative;        /* only a mispredicting CPU goes there */
};

#define PATH_NOT_BEGUN UINT32_MAX

enum path_fate {
	PATH_GOES,               /* it is being walked, or waits */
	PATH_SPLITS,
	PATH_EXITS,
	PATH_IS_PRUNED,
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
 * The pieces that the path at hand consists of, the last one first, as many as there is @room for; how many there are. Each is
 * the number that a state on it has (vstate.fork): so a path can be told from all others.
 */
u32 path_forks(const struct verifier *v, u32 *fork, u32 room);
/* The piece that is walked now, 0 = none; all pieces, of which [0] is none: *count. Valid until the next step. */
u32 path_pieces(const struct verifier *v, const struct path_piece **piece, u32 *count);
/* The branches that wait, the next one first; how many there are. */
u32 path_branches(const struct verifier *v, struct path_branch *branch, u32 room);
/* The states kept at @insn, the newest first; how many there are. */
u32 path_states(const struct verifier *v, u32 insn, struct path_state *state, u32 room);
/* "map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)": as in the log. */
void path_reg_text(struct sim *sim, struct verifier *v, const struct reg *reg, struct text *out);

#endif
