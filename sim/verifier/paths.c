/* Looking at the path walk: see paths.h. */
#include "paths.h"
#include "walk.h"

void path_cost(const struct verifier *v, struct path_cost *cost)
{
	const struct walk *w = v->walk;

	*cost = (struct path_cost){.insns_max = INSN_MAX, .waiting_max = WALK_MAX_BRANCHES};
	if (!w)
		return;
	cost->insns = w->insns_processed;
	cost->ended = w->paths_ended;
	cost->pruned = w->paths_pruned;
	cost->forks = w->forks;
	cost->waiting = w->nbranches;
	cost->most_waiting = w->most_branches;
	cost->kept = w->total_states;
	cost->alive = w->peak_states;
	cost->most_at_insn = w->max_states_per_insn;
}

const struct rejection *path_rejection(const struct verifier *v)
{
	return v->walk && v->walk->rejection.reason != REASON_NONE ? &v->walk->rejection : NULL;
}

const struct vstate *path_state(const struct verifier *v, u32 *insn)
{
	if (!v->walk || !v->walk->cur)
		return NULL;
	*insn = v->walk->insn;
	return v->walk->cur;
}

u32 path_forks(const struct verifier *v, u32 *fork, u32 room)
{
	const struct walk *w = v->walk;
	u32 count = 0;

	if (!w || !w->cur)
		return 0;
	for (u32 i = w->cur->fork; i; i = w->fork[i].earlier, count++)
		if (count < room)
			fork[count] = i;
	return count;
}

u32 path_pieces(const struct verifier *v, const struct path_piece **piece, u32 *count)
{
	const struct walk *w = v->walk;

	*count = w ? w->nforks : 0;
	*piece = w ? w->fork : NULL;
	return w && w->cur ? w->cur->fork : 0;
}

u32 path_branches(const struct verifier *v, struct path_branch *branch, u32 room)
{
	u32 count = 0;

	for (const struct branch *b = v->walk ? v->walk->branches : NULL; b; b = b->next, count++)
		if (count < room)
			branch[count] = (struct path_branch){b->insn, b->prev_insn, &b->state};
	return count;
}

u32 path_states(const struct verifier *v, u32 insn, struct path_state *state, u32 room)
{
	u32 count = 0;

	/* which list a state is in depends on its caller: all have to be looked at */
	for (u32 i = 0; v->walk && i < v->prog->insn_cnt; i++)
		for (const struct explored *e = v->walk->explored[i]; e; e = e->next)
			if (e->state.insn == insn && count++ < room)
				state[count - 1] = (struct path_state){&e->state, e->hits, e->misses, e->state.branches};
	return count;
}

void path_reg_text(struct sim *sim, struct verifier *v, const struct reg *reg, struct text *out)
{
	struct env env = {sim, v, v->walk, v->prog->insns, v->prog->insn_cnt};

	format_reg(&env, reg, out);
}
