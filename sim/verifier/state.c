/* Abstract states: see state.h. Making, copying, freeing. */
#include "state.h"
#include "../core.h"

#define GROWTH 8u

struct vstate *vstate_new(struct sim *sim)
{
	return sim_alloc(sim, sizeof(struct vstate));
}

struct frame *frame_new(struct sim *sim)
{
	return sim_alloc(sim, sizeof(struct frame));
}

void frame_free(struct sim *sim, struct frame *frame)
{
	if (!frame)
		return;
	sim_free(sim, frame->refs);
	sim_free(sim, frame->slot);
	sim_free(sim, frame);
}

void vstate_free(struct sim *sim, struct vstate *state, bool self)
{
	if (!state)
		return;
	for (u32 i = 0; i < MAX_FRAMES; i++) {
		frame_free(sim, state->frame[i]);
		state->frame[i] = NULL;
	}
	sim_free(sim, state->jumps);
	state->jumps = NULL;
	state->njumps = state->jumps_room = 0;
	if (self)
		sim_free(sim, state);
}

/* Room for @want items of @size bytes; the first @keep are kept. */
static bool reserve(struct sim *sim, void **items, u32 *room, u32 want, u32 keep, u32 size)
{
	u32 bigger = (want + GROWTH - 1) / GROWTH * GROWTH;
	void *copy;

	if (want <= *room)
		return true;
	if (bigger < *room * 2)
		bigger = *room * 2;
	copy = sim_alloc(sim, (u64)bigger * size);
	if (!copy)
		return false;
	if (keep)
		memcpy(copy, *items, (u64)keep * size);
	sim_free(sim, *items);
	*items = copy;
	*room = bigger;
	return true;
}

bool frame_grow(struct sim *sim, struct frame *frame, u32 nslots)
{
	if (nslots <= frame->nslots)
		return true;
	if (!reserve(sim, (void **)&frame->slot, &frame->slots_room, nslots, frame->nslots,
		     sizeof(*frame->slot)))
		return false;
	memset(&frame->slot[frame->nslots], 0, (nslots - frame->nslots) * sizeof(*frame->slot));
	frame->nslots = nslots;
	return true;
}

bool frame_add_ref(struct sim *sim, struct frame *frame, struct ref ref)
{
	if (!reserve(sim, (void **)&frame->refs, &frame->refs_room, frame->nrefs + 1, frame->nrefs,
		     sizeof(ref)))
		return false;
	frame->refs[frame->nrefs++] = ref;
	return true;
}

int frame_drop_ref(struct frame *frame, u32 id)
{
	for (u32 i = 0; i < frame->nrefs; i++) {
		if (frame->refs[i].id != id)
			continue;
		if (frame->in_callback && frame->refs[i].callback_ref != frame->frameno)
			return -EINVAL;
		frame->refs[i] = frame->refs[--frame->nrefs];
		frame->refs[frame->nrefs] = (struct ref){0};
		return 0;
	}
	return -EINVAL;
}

void vstate_each_reg(struct vstate *state, void (*visit)(struct reg *reg, void *arg), void *arg)
{
	for (u32 f = 0; f <= state->curframe; f++) {
		struct frame *frame = state->frame[f];

		for (u32 i = 0; i < MAX_BPF_REGS; i++)
			visit(&frame->reg[i], arg);
		for (u32 i = 0; i < frame->nslots; i++)
			if (frame->slot[i].type[0] == STACK_SPILL)
				visit(&frame->slot[i].spilled, arg);
	}
}

bool vstate_add_jump(struct sim *sim, struct vstate *state, struct jump jump)
{
	if (!reserve(sim, (void **)&state->jumps, &state->jumps_room, state->njumps + 1, state->njumps,
		     sizeof(jump)))
		return false;
	state->jumps[state->njumps++] = jump;
	return true;
}

static bool frame_copy(struct sim *sim, struct frame *dst, const struct frame *src)
{
	struct ref *refs;
	struct slot *slot;
	u32 refs_room, slots_room;

	if (!reserve(sim, (void **)&dst->refs, &dst->refs_room, src->nrefs, 0, sizeof(*src->refs)) ||
	    !reserve(sim, (void **)&dst->slot, &dst->slots_room, src->nslots, 0, sizeof(*src->slot)))
		return false;
	refs = dst->refs, refs_room = dst->refs_room;
	slot = dst->slot, slots_room = dst->slots_room;
	*dst = *src;
	dst->refs = refs, dst->refs_room = refs_room;
	dst->slot = slot, dst->slots_room = slots_room;
	if (src->nrefs)
		memcpy(dst->refs, src->refs, src->nrefs * sizeof(*src->refs));
	if (src->nslots)
		memcpy(dst->slot, src->slot, src->nslots * sizeof(*src->slot));
	return true;
}

static bool copy_frames(struct sim *sim, struct vstate *dst, const struct vstate *src)
{
	for (u32 i = 0; i < MAX_FRAMES; i++) {
		if (i > src->curframe || !src->frame[i]) {
			frame_free(sim, dst->frame[i]);
			dst->frame[i] = NULL;
			continue;
		}
		if (!dst->frame[i])
			dst->frame[i] = frame_new(sim);
		if (!dst->frame[i] || !frame_copy(sim, dst->frame[i], src->frame[i]))
			return false;
	}
	return true;
}

bool vstate_copy(struct sim *sim, struct vstate *dst, const struct vstate *src)
{
	struct vstate old;

	if (!reserve(sim, (void **)&dst->jumps, &dst->jumps_room, src->njumps, 0, sizeof(*src->jumps)) ||
	    !copy_frames(sim, dst, src))
		return false;
	old = *dst;
	*dst = *src;
	memcpy(dst->frame, old.frame, sizeof(dst->frame));
	dst->jumps = old.jumps;
	dst->jumps_room = old.jumps_room;
	if (src->njumps)
		memcpy(dst->jumps, src->jumps, src->njumps * sizeof(*src->jumps));
	return true;
}
