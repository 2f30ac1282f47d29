/*
 * Is a state covered by one that was kept? Mirrors states_equal, regsafe, stacksafe of kernel/bpf/verifier.c: everything that
 * the paths from the kept state read must hold at most as many values now as it did then.
 */
#include "walk.h"

#define ID_PAIRS (MAX_BPF_REGS + MAX_SLOTS)

/* Ids of a kept state and what they are called in the current one. */
struct id_map {
	u32 n;
	struct {
		u32 old, cur;
	} pair[ID_PAIRS];
};

static bool ids_match(struct id_map *map, u32 old, u32 cur)
{
	for (u32 i = 0; i < map->n; i++)
		if (map->pair[i].old == old)
			return map->pair[i].cur == cur;
	if (map->n == ID_PAIRS)
		return false;
	map->pair[map->n].old = old;
	map->pair[map->n++].cur = cur;
	return true;
}

/* --- is the current register covered by the kept one? --- */

static bool values_covered(const struct reg *old, const struct reg *cur)
{
	return range_in(&old->r64, &cur->r64) && range_in(&old->r32, &cur->r32) &&
	       tnum_in(old->var_off, cur->var_off);
}

static bool map_value_covered(const struct reg *old, const struct reg *cur, struct id_map *ids)
{
	bool same = !memcmp(old, cur, REG_FACTS_BEFORE_ID);

	if (old->type & PTR_MAYBE_NULL)
		return (cur->type & PTR_MAYBE_NULL) && same && ids_match(ids, old->id, cur->id);
	return same && values_covered(old, cur);
}

static bool packet_covered(const struct reg *old, const struct reg *cur, struct id_map *ids)
{
	bool beyond = old->range < 0 || cur->range < 0;

	if (cur->type != old->type || (beyond ? old->range != cur->range : old->range > cur->range))
		return false;
	if (old->off != cur->off || (old->id && !ids_match(ids, old->id, cur->id)))
		return false;
	return values_covered(old, cur);
}

static bool reg_covered(const struct env *env, const struct reg *old, const struct reg *cur,
			struct id_map *ids)
{
	bool equal;

	if (!(old->live & LIVE_READ))
		return true;
	equal = !memcmp(old, cur, REG_FACTS);
	if (old->type == PTR_TO_STACK)
		return equal && old->frameno == cur->frameno;
	if (equal || old->type == NOT_INIT)
		return true;
	if (cur->type == NOT_INIT)
		return false;
	switch (base_type(old->type)) {
	case SCALAR_VALUE:
		if (env->w->explore_alu_limits || cur->type != SCALAR_VALUE)
			return false;
		return !old->precise || values_covered(old, cur);
	case PTR_TO_MAP_KEY:
	case PTR_TO_MAP_VALUE:
		return map_value_covered(old, cur, ids);
	case PTR_TO_PACKET_META:
	case PTR_TO_PACKET:
		return packet_covered(old, cur, ids);
	}
	return false;
}

/* --- stacks, frames, states --- */

static bool byte_covered(const struct env *env, u8 old, u8 cur)
{
	if (old == STACK_INVALID || (old == STACK_MISC && env->w->may.allow_uninit_stack))
		return true;
	return old == cur || (old == STACK_MISC && cur == STACK_ZERO);
}

static bool slot_covered(const struct env *env, const struct slot *old, const struct slot *cur,
			 struct id_map *ids)
{
	if (!(old->spilled.live & LIVE_READ))
		return true;
	for (u32 i = 0; i < SLOT_SIZE; i++)
		if (!byte_covered(env, old->type[i], cur ? cur->type[i] : STACK_INVALID))
			return false;
	return !slot_is_spilled(old) || reg_covered(env, &old->spilled, &cur->spilled, ids);
}

static bool stack_covered(const struct env *env, const struct frame *old, const struct frame *cur,
			  struct id_map *ids)
{
	for (u32 i = 0; i < old->nslots; i++)
		if (!slot_covered(env, &old->slot[i], i < cur->nslots ? &cur->slot[i] : NULL, ids))
			return false;
	return true;
}

static bool frame_covered(const struct env *env, const struct frame *old, const struct frame *cur)
{
	struct id_map ids = {.n = 0};

	for (u32 i = 0; i < MAX_BPF_REGS; i++)
		if (!reg_covered(env, &old->reg[i], &cur->reg[i], &ids))
			return false;
	return stack_covered(env, old, cur, &ids) && old->nrefs == cur->nrefs &&
	       (!old->nrefs || !memcmp(old->refs, cur->refs, old->nrefs * sizeof(*old->refs)));
}

bool state_covered(const struct env *env, const struct vstate *old, const struct vstate *cur)
{
	if (old->curframe != cur->curframe || (old->speculative && !cur->speculative) ||
	    old->active_spin_lock != cur->active_spin_lock)
		return false;
	for (u32 i = 0; i <= old->curframe; i++)
		if (old->frame[i]->callsite != cur->frame[i]->callsite ||
		    !frame_covered(env, old->frame[i], cur->frame[i]))
			return false;
	return true;
}
