/* Branches that wait, and the end of a path (push_stack, pop_stack, update_branch_counts of kernel/bpf/verifier.c). */
#include "../log.h"
#include "../event.h"
#include "walk.h"

static bool room_for_piece(struct env *env)
{
	struct walk *w = env->w;
	u32 room = w->fork_room ? 2 * w->fork_room : 64;
	struct path_piece *fork;

	if (w->nforks < w->fork_room)
		return true;
	fork = sim_alloc(env->sim, room * sizeof(*fork));
	if (!fork)
		return false;
	if (w->nforks)
		memcpy(fork, w->fork, w->nforks * sizeof(*fork));
	sim_free(env->sim, w->fork);
	w->fork = fork;
	w->fork_room = room;
	return true;
}

void begin_piece(struct env *env, struct vstate *state, u32 earlier, u32 from, u32 waits_at)
{
	struct walk *w = env->w;

	state->fork = 0;
	if (!room_for_piece(env))
		return;
	if (!w->nforks)
		w->nforks = 1; /* 0 stands for none */
	w->fork[w->nforks] = (struct path_piece){
		.earlier = earlier,
		.from = from,
		.begin = PATH_NOT_BEGUN,
		.waits_at = waits_at,
		.speculative = state->speculative,
	};
	state->fork = w->nforks++;
}

void fork_path(struct env *env, struct vstate *other, u32 insn)
{
	struct walk *w = env->w;
	u32 earlier = w->cur->fork, from = w->insn;

	begin_piece(env, other, earlier, from, insn);
	begin_piece(env, w->cur, earlier, from, from);
	if (!earlier || !other->fork || !w->cur->fork)
		return;
	w->fork[earlier].how = PATH_SPLITS;
	w->fork[earlier].child = other->fork;
	w->fork[earlier].end = from;
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
	fork_path(env, &branch->state, insn);
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
