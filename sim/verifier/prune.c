/*
 * Pruning: states that were kept, and whether the current one is covered by one of them (is_state_visited of
 * kernel/bpf/verifier.c; covered.c compares two).
 *
 * A kept state is safe when all paths from it have ended well. The current state is covered by it when
 * everything that those paths read holds at most as many values now as it did then.
 */
#include "walk.h"

/*
 * Are all registers of the function at hand the same? Without that it is not worth looking
 * for an endless loop.
 */
static bool may_be_endless(const struct vstate *old, const struct vstate *cur)
{
	const struct frame *a, *b;

	if (old->curframe != cur->curframe)
		return false;
	a = old->frame[old->curframe];
	b = cur->frame[cur->curframe];
	for (u32 i = 0; i < MAX_BPF_REGS; i++)
		if (memcmp(&a->reg[i], &b->reg[i], REG_FACTS))
			return false;
	return true;
}

/* --- kept states whose marks will not change any more --- */

static void clean_frame(const struct env *env, struct frame *frame)
{
	bool precise = !env->w->may.bpf_capable;

	for (u32 i = 0; i < BPF_REG_10; i++) {
		bool read = frame->reg[i].live & LIVE_READ;

		frame->reg[i].live |= LIVE_DONE;
		if (!read)
			reg_set_not_init(&frame->reg[i], precise);
	}
	for (u32 i = 0; i < frame->nslots; i++) {
		struct slot *slot = &frame->slot[i];
		bool read = slot->spilled.live & LIVE_READ;

		slot->spilled.live |= LIVE_DONE;
		if (read)
			continue;
		reg_set_not_init(&slot->spilled, precise);
		memset(slot->type, STACK_INVALID, sizeof(slot->type));
	}
}

static bool same_callers(const struct vstate *a, const struct vstate *b)
{
	if (a->curframe != b->curframe)
		return false;
	for (u32 i = 0; i <= a->curframe; i++)
		if (a->frame[i]->callsite != b->frame[i]->callsite)
			return false;
	return true;
}

static void clean_state(const struct env *env, struct vstate *state)
{
	if (state->frame[0]->reg[0].live & LIVE_DONE)
		return;
	for (u32 i = 0; i <= state->curframe; i++)
		clean_frame(env, state->frame[i]);
}

/* Where states of the insn at hand are kept: insns of one caller share a list. */
static struct explored **list_of(const struct env *env)
{
	u32 callsite = cur_frame(env)->callsite;

	return &env->w->explored[(env->w->insn ^ callsite) % env->ninsns];
}

static void clean_list(struct env *env)
{
	for (struct explored *e = *list_of(env); e; e = e->next)
		if (!e->state.branches && e->state.insn == env->w->insn &&
		    same_callers(&e->state, env->w->cur))
			clean_state(env, &e->state);
}

/* --- covered: what its paths read is read by us too --- */

static int inherit_reads(struct env *env, const struct reg *reg, struct reg *parent)
{
	u8 theirs = reg->live & LIVE_READ;
	u8 ours = parent->live & LIVE_READ;

	if (ours == LIVE_READ64 || !theirs || ours == theirs)
		return 0;
	mark_read(env, reg, parent, theirs);
	return theirs;
}

static void inherit_liveness(struct env *env, const struct vstate *old, struct vstate *cur)
{
	for (u32 f = 0; f <= old->curframe; f++) {
		struct frame *mine = cur->frame[f];
		const struct frame *theirs = old->frame[f];

		for (u32 i = f < old->curframe ? BPF_REG_6 : 0; i < BPF_REG_10; i++)
			if (inherit_reads(env, &theirs->reg[i], &mine->reg[i]) == LIVE_READ64)
				want_zero_extension(env, &mine->reg[i]);
		for (u32 i = 0; i < theirs->nslots && i < mine->nslots; i++)
			inherit_reads(env, &theirs->slot[i].spilled, &mine->slot[i].spilled);
	}
}

static bool wants_precision(const struct reg *reg)
{
	return reg->type == SCALAR_VALUE && reg->precise && (reg->live & LIVE_READ);
}

static int inherit_precision_in(struct env *env, const struct frame *old, u32 f)
{
	bool steps = env->v->log.level & BPF_LOG_LEVEL2;
	int err = 0;

	for (u32 i = 0; i < BPF_REG_10 && !err; i++) {
		if (!wants_precision(&old->reg[i]))
			continue;
		if (steps)
			say(env, "frame %d: propagating r%d\n", f, i);
		err = mark_precise_in(env, f, i);
	}
	for (u32 i = 0; i < old->nslots && !err; i++) {
		if (!slot_is_spilled(&old->slot[i]) || !wants_precision(&old->slot[i].spilled))
			continue;
		if (steps)
			say(env, "frame %d: propagating fp%d\n", f, -(s32)(i + 1) * (s32)SLOT_SIZE);
		err = mark_slot_precise(env, f, i);
	}
	return err;
}

static int inherit_precision(struct env *env, const struct vstate *old)
{
	int err = 0;

	for (u32 f = old->curframe + 1; f-- > 0 && !err;)
		err = inherit_precision_in(env, old->frame[f], f);
	return err;
}

/* --- keeping --- */

static int note_jump(struct env *env)
{
	struct walk *w = env->w;

	if (!env->v->cfg.insn[w->insn].jump_point)
		return 0;
	return vstate_add_jump(env->sim, w->cur, (struct jump){w->prev_insn, w->insn}) ? 0 : -ENOMEM;
}

/* The kept state becomes the parent of the current one. */
static void adopt(struct vstate *cur, struct vstate *kept)
{
	cur->parent = kept;
	cur->first_insn = kept->insn;
	cur->njumps = 0;
	for (u32 f = 0; f <= cur->curframe; f++) {
		struct frame *mine = cur->frame[f], *theirs = kept->frame[f];

		for (u32 i = f < cur->curframe ? BPF_REG_6 : 0; i < BPF_REG_10; i++)
			mine->reg[i].parent = &theirs->reg[i];
		for (u32 i = 0; i < BPF_REG_10; i++)
			mine->reg[i].live = LIVE_NONE;
		for (u32 i = 0; i < mine->nslots; i++) {
			mine->slot[i].spilled.live = LIVE_NONE;
			mine->slot[i].spilled.parent = &theirs->slot[i].spilled;
		}
	}
}

static int keep_state(struct env *env)
{
	struct explored *kept = sim_alloc(env->sim, sizeof(*kept));
	struct walk *w = env->w;

	if (!kept)
		return sim_fail(&env->sim->why, -ENOMEM, "no memory for one more state of the path walk");
	w->total_states++;
	w->peak_states++;
	w->kept_at_jumps = w->jumps_processed;
	w->kept_at_insns = w->insns_processed;
	if (w->may.bpf_capable)
		forget_precision(w->cur);
	if (!vstate_copy(env->sim, &kept->state, w->cur)) {
		vstate_free(env->sim, &kept->state, false);
		sim_free(env->sim, kept);
		return sim_fail(&env->sim->why, -ENOMEM, "no memory for one more state of the path walk");
	}
	kept->state.insn = w->insn;
	adopt(w->cur, &kept->state);
	kept->next = *list_of(env);
	*list_of(env) = kept;
	event_send(env->sim, EV_STATE_KEPT, 0, w->insn, w->total_states, 0, 0);
	return 0;
}

/*
 * Takes @e out of its list: it is not worth being compared. If it is a parent of others it must stay alive.
 */
static void retire(struct env *env, struct explored **link)
{
	struct explored *e = *link;

	*link = e->next;
	if (e->state.frame[0]->reg[0].live & LIVE_DONE) {
		vstate_free(env->sim, &e->state, false);
		sim_free(env->sim, e);
		env->w->peak_states--;
		return;
	}
	e->next = env->w->retired;
	env->w->retired = e;
}

static void free_list(struct env *env, struct explored *e)
{
	while (e) {
		struct explored *next = e->next;

		vstate_free(env->sim, &e->state, false);
		sim_free(env->sim, e);
		e = next;
	}
}

void forget_explored(struct env *env)
{
	free_list(env, env->w->retired);
	env->w->retired = NULL;
	for (u32 i = 0; i < env->ninsns; i++) {
		free_list(env, env->w->explored[i]);
		env->w->explored[i] = NULL;
	}
}

/* --- the visit --- */

/* Is it time to keep a state? Not before some progress was made since the last one. */
static bool time_to_keep(const struct walk *w)
{
	return w->may.test_state_freq ||
	       (w->jumps_processed - w->kept_at_jumps >= 2 && w->insns_processed - w->kept_at_insns >= 8);
}

/* In a loop states differ from one round to the next: keep them less often. */
static bool early_in_loop(const struct walk *w)
{
	return w->jumps_processed - w->kept_at_jumps < 20 && w->insns_processed - w->kept_at_insns < 100;
}

/* Is @old an earlier moment of the same entry into an asynchronous callback? */
static bool same_async_entry(const struct vstate *old, const struct vstate *cur)
{
	const struct frame *frame = old->frame[old->curframe];

	return !frame->in_async_callback ||
	       frame->async_entry_cnt == cur->frame[cur->curframe]->async_entry_cnt;
}

static int covered(struct env *env, struct explored *e)
{
	int err;

	e->hits++;
	event_send(env->sim, EV_STATE_HIT, 0, env->w->insn, e->hits, 0, 0);
	inherit_liveness(env, &e->state, env->w->cur);
	err = note_jump(env);
	if (!err)
		err = inherit_precision(env, &e->state);
	return err ? err : 1;
}

int visit_state(struct env *env)
{
	struct walk *w = env->w;
	struct explored **link = list_of(env);
	bool keep = time_to_keep(w);
	u32 seen = 0;

	w->cur->last_insn = w->prev_insn;
	if (!env->v->cfg.insn[w->insn].prune_point)
		return note_jump(env);
	clean_list(env);
	while (*link) {
		struct explored *e = *link;

		seen++;
		if (e->state.insn != w->insn) {
			link = &e->next;
			continue;
		}
		if (e->state.branches) {
			if (same_async_entry(&e->state, w->cur) && may_be_endless(&e->state, w->cur) &&
			    state_covered(env, &e->state, w->cur)) {
				say_line(env, w->insn, "; ");
				return reject(env, ENDLESS_LOOP, w->insn);
			}
			keep &= !early_in_loop(w);
		} else if (state_covered(env, &e->state, w->cur)) {
			return covered(env, e);
		}
		e->misses += keep;
		if (e->misses > e->hits * 3 + 3)
			retire(env, link);
		else
			link = &e->next;
	}
	if (w->max_states_per_insn < seen)
		w->max_states_per_insn = seen;
	if (!keep || (!w->may.bpf_capable && seen > WALK_MAX_STATES))
		return note_jump(env);
	return keep_state(env);
}
