/*
 * Models of values that belong to somebody: storages of sockets, inodes, tasks (their keys are addresses of owners) and of cgroups;
 * and of call stacks, whose numbers the model learns.
 */
#include "map_model_kinds.h"
#include "sim/maps/local_storage.h"
#include "sim/maps/stack_trace.h"
#include "sim/world/world.h"

/* --- sockets, inodes, tasks: no limit, but not more owners than the model has room for --- */

static int expected_owned(struct model *m, const u8 *key, u64 flags)
{
	bool there = model_find(m, key);

	if (flags > BPF_EXIST)
		return -EINVAL;
	return there && flags == BPF_NOEXIST ? -EEXIST : !there && flags == BPF_EXIST ? -ENOENT : 0;
}

static bool same_owned(struct model *m, const u8 *key)
{
	u64 flags = model_roll(m, 3) ? BPF_ANY : model_roll(m, 4);
	int want = expected_owned(m, key, flags);
	u8 value[SIZE_MAX_BYTES];

	if (flags & BPF_F_LOCK)
		flags = 1ull << 40, want = -EINVAL;
	model_value(m, value);
	if (!want)
		model_update(m, key, value, BPF_ANY);
	return !model_differ("update", map_update(&m->b->sim, m->map, key, value, flags), want);
}

/* As bpf_sk_storage_get does it: made when it is wanted, with the bytes that are given or zero. */
static bool same_made(struct model *m, u64 owner)
{
	u8 init[SIZE_MAX_BYTES], zero[SIZE_MAX_BYTES] = {0}, *got;
	bool create = model_roll(m, 2), given = model_roll(m, 2);
	struct pair *p = model_find(m, (u8 *)&owner);

	model_value(m, init);
	got = local_storage_get(&m->b->sim, m->map, owner, given ? init : NULL, create);
	if (model_differ("made or found", !!got, p || create))
		return false;
	if (!p && create)
		model_update(m, (u8 *)&owner, given ? init : zero, BPF_ANY);
	p = model_find(m, (u8 *)&owner);
	return !p || !model_differ("its value", memcmp(got, p->value, m->value_size), 0);
}

bool step_owned(struct model *m)
{
	u64 owner = ARENA_BASE + 64ull * model_roll(m, MODEL_MAX / 2);
	u8 *key = (u8 *)&owner;

	switch (model_roll(m, 8)) {
	case 0:
	case 1:
		return same_owned(m, key);
	case 2:
		return !model_differ("remove", map_remove(&m->b->sim, m->map, key), model_remove(m, key));
	case 3:
		map_forget(&m->b->sim, (void *)owner);
		model_remove(m, key);
		return true;
	default:
		return same_made(m, owner);
	}
}

/* --- cgroups: a value for each attachment, made by attaching --- */

static bool same_attachment(struct model *m, const struct bpf_cgroup_storage_key *key)
{
	u8 zero[SIZE_MAX_BYTES] = {0}, own[sizeof(*key)] = {0};
	void *value = map_ops(m->map)->cgroup_value(&m->b->sim, m->map, key->cgroup_inode_id, key->attach_type);
	struct region region;

	memcpy(own, key, m->key_size == sizeof(u64) ? sizeof(u64) : sizeof(u64) + sizeof(u32));
	if (!model_find(m, own))
		model_update(m, own, zero, BPF_ANY);
	return !model_differ("located", map_locate(&m->b->sim, (u64)value + m->value_size - 1, &region), true) &&
	       !model_differ("its key", memcmp((void *)region.key, own, m->key_size), 0);
}

/* User space sees all CPUs. */
static u32 seen_size(const struct model *m)
{
	return map_user_value_size(&m->b->sim, m->map);
}

static bool same_seen(struct model *m, const u8 *key)
{
	u8 value[SIZE_MAX_BYTES];
	struct pair *p = model_find(m, key);
	int err = map_ops(m->map)->sys_lookup(&m->b->sim, m->map, key, value);

	return !model_differ("lookup", err, p ? 0 : -ENOENT) &&
	       (err || !model_differ("value", memcmp(value, p->value, seen_size(m)), 0));
}

static bool same_written(struct model *m, const u8 *key)
{
	bool percpu = map_ops(m->map)->traits & MAP_TRAIT_PERCPU;
	u64 flags = model_roll(m, 3) ? BPF_EXIST : model_roll(m, 4);
	u8 value[SIZE_MAX_BYTES];
	struct pair *p = model_find(m, key);
	int want = flags & ~(u64)BPF_EXIST ? -EINVAL : p ? 0 : -ENOENT;

	if (!percpu && flags == (BPF_NOEXIST | BPF_EXIST))
		flags = BPF_NOEXIST;
	for (u32 i = 0; i < sizeof(value); i++)
		value[i] = model_roll(m, 256);
	if (!want)
		memcpy(p->value, value, seen_size(m));
	return !model_differ("update", map_update(&m->b->sim, m->map, key, value, flags), want);
}

bool step_cgroups(struct model *m)
{
	struct bpf_cgroup_storage_key key;
	void *run;

	memset(&key, 0, sizeof(key)); /* the hole too */
	key.cgroup_inode_id = 1 + model_roll(m, 20);
	key.attach_type = m->key_size == sizeof(u64) ? 0 : model_roll(m, 6);
	switch (model_roll(m, 8)) {
	case 0:
		return same_attachment(m, &key);
	case 1:
	case 2:
		return same_written(m, (u8 *)&key);
	case 3:
		return !model_differ("remove", map_remove(&m->b->sim, m->map, &key), -EINVAL);
	case 4: /* a run of its own leaves nothing */
		run = map_ops(m->map)->run_value_new(&m->b->sim, m->map);
		map_ops(m->map)->run_value_free(&m->b->sim, run);
		return true;
	default:
		return model_roll(m, 50) ? same_seen(m, (u8 *)&key) : model_walk(m);
	}
}

/* --- stacks: of pair n, the key: what is at number n (0 nothing, else the stack + 1); the value: stack n's number, once known --- */

#define STACKS 128u

static u32 *place(struct model *m, u32 id)
{
	return (u32 *)m->pair[id].key;
}

static u32 *learned(struct model *m, u32 stack)
{
	return (u32 *)m->pair[stack].value; /* the number + 1 */
}

/* Stacks differ in depth and addresses; some begin as others do. */
static void build_stack(const struct model *m, struct call_stack *out, u32 stack)
{
	memset(out, 0, sizeof(*out));
	out->count = 1 + stack % 7;
	for (u32 i = 0; i < out->count; i++) {
		out->frame[i].ip = 0xffffffff81000000ull + (stack / 7 + 1) * (i + 1) * 64;
		out->frame[i].has_build_id = (m->map->k.map_flags & BPF_F_STACK_BUILD_ID) && i % 2;
		out->frame[i].offset = out->frame[i].ip & 0xffff;
	}
}

static u32 stacks_in(struct model *m)
{
	u32 n = 0;

	for (u32 id = 0; id < MODEL_MAX; id++)
		n += *place(m, id) != 0;
	return n;
}

/* What a stack with number @id is told. */
static s64 expected_id(struct model *m, u32 stack, u32 id, u64 flags)
{
	u32 there = *place(m, id);
	bool full = stacks_in(m) == m->max;

	if (there == stack + 1 && (flags & BPF_F_FAST_STACK_CMP))
		return id;
	if (full && (m->map->k.map_flags & BPF_F_STACK_BUILD_ID))
		return -ENOMEM;
	if (there == stack + 1)
		return id;
	if (there && !(flags & BPF_F_REUSE_STACKID))
		return -EEXIST;
	return full ? -ENOMEM : (s64)id;
}

static u32 entry_size(const struct model *m)
{
	return m->map->k.map_flags & BPF_F_STACK_BUILD_ID ? sizeof(struct bpf_stack_build_id) : sizeof(u64);
}

/* Deeper stacks than values have room for are the same when they begin in the same way. */
static u32 as_kept(const struct model *m, u32 stack)
{
	u32 depth = m->value_size / entry_size(m), count = 1 + stack % 7;

	return count > depth ? stack - (count - depth) : stack;
}

static bool same_id(struct model *m, u32 stack)
{
	u64 flags = (model_roll(m, 4) ? 0 : BPF_F_REUSE_STACKID) | (model_roll(m, 4) ? 0 : BPF_F_FAST_STACK_CMP);
	struct call_stack frames;
	s64 id;

	build_stack(m, &frames, stack);
	stack = as_kept(m, stack);
	m->b->sim.world->kernel_stack = &frames;
	id = stack_trace_id(&m->b->sim, m->map, flags);
	m->b->sim.world->kernel_stack = NULL;
	if (id >= 0 && !*learned(m, stack))
		*learned(m, stack) = id + 1;
	if (*learned(m, stack) && model_differ("number", id, expected_id(m, stack, *learned(m, stack) - 1, flags)))
		return false;
	if (id >= 0)
		*place(m, id) = stack + 1;
	return id >= 0 || !model_differ("a number or not", id == -EEXIST || id == -ENOMEM, true);
}

static bool same_frames(struct model *m, u32 id)
{
	u32 entry = entry_size(m);
	u8 *data = map_lookup(&m->b->sim, m->map, &id);
	u32 there = id < MODEL_MAX ? *place(m, id) : 0;
	struct call_stack frames;

	if (model_differ("there", !!data, there != 0))
		return false;
	if (!data || entry != sizeof(u64))
		return true;
	build_stack(m, &frames, there - 1);
	for (u32 i = 0; i < m->value_size / entry; i++)
		if (model_differ("frame", ((u64 *)data)[i], i < frames.count ? frames.frame[i].ip : 0))
			return false;
	return true;
}

static bool same_stack_gone(struct model *m, u32 id, u32 places)
{
	int want = id >= places ? -E2BIG : *place(m, id) ? 0 : -ENOENT;

	if (!want)
		*place(m, id) = 0;
	return !model_differ("remove", map_remove(&m->b->sim, m->map, &id), want);
}

static bool same_order(struct model *m)
{
	u32 at = 0, next, n = 0;
	bool first = true;

	while (!map_ops(m->map)->next_key(&m->b->sim, m->map, first ? NULL : &at, &next)) {
		if (model_differ("walk: upwards", first || next > at, true) ||
		    model_differ("walk: is there", *place(m, next) != 0, true))
			return false;
		first = false;
		at = next;
		n++;
	}
	return !model_differ("walk: stacks", n, stacks_in(m));
}

bool step_stacks(struct model *m)
{
	u32 places = ((struct stack_map *)m->map->family)->places, id = model_roll(m, 2 * places);

	switch (model_roll(m, 8)) {
	case 0:
	case 1:
	case 2:
	case 3:
		return same_id(m, model_roll(m, STACKS));
	case 4:
		return same_stack_gone(m, id, places);
	default:
		return model_roll(m, 20) ? same_frames(m, id) : same_order(m);
	}
}
