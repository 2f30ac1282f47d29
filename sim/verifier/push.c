/* Branches that wait, and the end of a path (push_stack, pop_stack, update_branch_counts of kernel/bpf/verifier.c). */
#include "../log.h"
#include "../event.h"
#include "walk.h"

struct vstate *push_branch(struct env *env, u32 insn, u32 prev_insn, bool speculative)
{
	struct branch *branch = sim_alloc(env->sim, sizeof(*branch));
	struct walk *w = env->w;

	if (!branch)
		return NULL;
	branch->insn = insn;
	branch->prev_insn = prev_insn;
	branch->log_used = env->v->log.used;
	branch->next = w->branches;
	w->branches = branch;
	w->nbranches++;
	w->forks++;
	if (w->most_branches < w->nbranches)
		w->most_branches = w->nbranches;
	event_send(env->sim, EV_PATH_FORK, 0, insn, prev_insn, w->nbranches, 0);
	if (!vstate_copy(env->sim, &branch->state, w->cur))
		return NULL;
	branch->state.speculative |= speculative;
	if (w->nbranches > WALK_MAX_BRANCHES) {
		reject(env, TOO_MANY_BRANCHES, w->nbranches);
		return NULL;
	}
	if (branch->state.parent)
		branch->state.parent->branches++;
	return &branch->state;
}

/* A new end of the path; 0 when there is no memory: explanations are shorter then. */
static u32 add_trail(struct env *env, u32 earlier, bool taken)
{
	struct walk *w = env->w;

	if (w->ntrail >= w->trail_room) {
		u32 room = w->trail_room ? 2 * w->trail_room : 64;
		struct trail *trail = sim_alloc(env->sim, room * sizeof(*trail));

		if (!trail)
			return 0;
		if (w->ntrail)
			memcpy(trail, w->trail, w->ntrail * sizeof(*trail));
		sim_free(env->sim, w->trail);
		w->trail = trail;
		w->trail_room = room;
	}
	if (!w->ntrail)
		w->ntrail = 1; /* 0 stands for none */
	w->trail[w->ntrail] = (struct trail){earlier, w->insn, taken};
	return w->ntrail++;
}

void note_ways(struct env *env, struct vstate *untaken, struct vstate *taken)
{
	u32 earlier = untaken->trail;

	taken->trail = add_trail(env, earlier, true);
	untaken->trail = add_trail(env, earlier, false);
}

bool pop_branch(struct env *env)
{
	struct walk *w = env->w;
	struct branch *branch = w->branches;

	if (!branch)
		return false;
	if (!(env->v->log.level & BPF_LOG_LEVEL2))
		log_rewind(&env->v->log, branch->log_used);
	vstate_free(env->sim, w->cur, false);
	*w->cur = branch->state;
	w->insn = branch->insn;
	w->came_from = branch->prev_insn;
	w->branches = branch->next;
	w->nbranches--;
	sim_free(env->sim, branch);
	return true;
}

void end_path(struct vstate *state)
{
	for (; state; state = state->parent)
		if (--state->branches)
			break;
}
