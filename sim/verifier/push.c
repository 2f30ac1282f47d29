/* Branches that wait, and the end of a path (push_stack, pop_stack, update_branch_counts of kernel/bpf/verifier.c). */
#include "../log.h"
#include "../event.h"
#include "walk.h"

/* A new number for a path that had the number @earlier; 0 when there is no memory: the path cannot be explained then. */
static u32 add_fork(struct env *env, u32 earlier)
{
	struct walk *w = env->w;

	if (w->nforks >= w->fork_room) {
		u32 room = w->fork_room ? 2 * w->fork_room : 64;
		u32 *fork = sim_alloc(env->sim, room * sizeof(*fork));

		if (!fork)
			return 0;
		if (w->nforks)
			memcpy(fork, w->fork, w->nforks * sizeof(*fork));
		sim_free(env->sim, w->fork);
		w->fork = fork;
		w->fork_room = room;
	}
	if (!w->nforks)
		w->nforks = 1; /* 0 stands for none */
	w->fork[w->nforks] = earlier;
	return w->nforks++;
}

void fork_path(struct env *env, struct vstate *other)
{
	u32 earlier = env->w->cur->fork;

	other->fork = add_fork(env, earlier);
	env->w->cur->fork = add_fork(env, earlier);
}

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
	fork_path(env, &branch->state);
	if (w->nbranches > WALK_MAX_BRANCHES) {
		reject(env, TOO_MANY_BRANCHES, w->nbranches);
		return NULL;
	}
	if (branch->state.parent)
		branch->state.parent->branches++;
	return &branch->state;
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
