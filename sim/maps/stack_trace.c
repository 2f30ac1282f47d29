/*
 * BPF_MAP_TYPE_STACK_TRACE: call stacks by number; equal stacks have the same.
 *
 * Mirrors kernel/bpf/stackmap.c. The number is the hash of the addresses modulo the number of places, so
 * two stacks can want the same one: then the first stays (-EEXIST), or with BPF_F_REUSE_STACKID the last.
 * Programs put stacks in, user space reads and deletes them. With BPF_F_STACK_BUILD_ID an entry is not an
 * address, but the file that it lies in, by its build id, and the offset there.
 */
#include "stack_trace.h"
#include "../world/world.h"
#include "jhash.h"
#include "types.h"

#define FLAGS (BPF_F_SKIP_FIELD_MASK | BPF_F_USER_STACK | BPF_F_FAST_STACK_CMP | BPF_F_REUSE_STACKID)

static u32 entry_size(const struct map *map)
{
	return map->k.map_flags & BPF_F_STACK_BUILD_ID ? sizeof(struct bpf_stack_build_id) : sizeof(u64);
}

/* --- making and freeing --- */

static s64 stack_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static void stack_fini(struct sim *sim, struct map *map)
{
	struct stack_map *s = map->family;

	sim_free(sim, s->stacks);
	sim_free(sim, s->place);
	sim_free(sim, s);
}

static void set_free(struct stack_map *s, struct stack_entry *stack)
{
	stack->next = s->free;
	s->free = stack;
}

static int stack_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	struct stack_map *s = map->family = sim_alloc(sim, sizeof(*s));
	u32 n = attr->max_entries;

	if (!s)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a map of stacks");
	s->places = n == 1 ? 1 : 1u << (32 - __builtin_clz(n - 1));
	s->stack_size = sizeof(struct stack_entry) + attr->value_size;
	s->place = map_area(sim, (u64)s->places * sizeof(*s->place), TAG_KERNEL, map);
	s->stacks = map_area(sim, n * s->stack_size, TAG_KERNEL, map);
	if (!s->place || !s->stacks) {
		stack_fini(sim, map);
		return sim_fail(&sim->why, -ENOMEM, "no memory for %u stacks of %u bytes", n,
				attr->value_size);
	}
	for (u64 i = 0; i < n; i++)
		set_free(s, (struct stack_entry *)(s->stacks + i * s->stack_size));
	return 0;
}

/* --- bpf_get_stackid --- */

static void write_entry(const struct map *map, u8 *data, u32 i, const struct stack_frame *frame)
{
	struct bpf_stack_build_id id = {.status = BPF_STACK_BUILD_ID_IP, .ip = frame->ip};

	if (!(map->k.map_flags & BPF_F_STACK_BUILD_ID)) {
		memcpy(data + i * sizeof(u64), &frame->ip, sizeof(u64));
		return;
	}
	if (frame->has_build_id) {
		id.status = BPF_STACK_BUILD_ID_VALID;
		id.offset = frame->offset;
		memcpy(id.build_id, frame->build_id, sizeof(id.build_id));
	}
	memcpy(data + i * sizeof(id), &id, sizeof(id));
}

static void fill(const struct map *map, struct stack_entry *stack, const struct stack_frame *frame, u32 count)
{
	stack->count = count;
	memset(stack->data, 0, map->k.value_size);
	for (u32 i = 0; i < count; i++)
		write_entry(map, stack->data, i, &frame[i]);
}

static u32 hash_frames(const struct stack_frame *frame, u32 count)
{
	u64 ip[STACK_FRAMES_MAX];

	for (u32 i = 0; i < count; i++)
		ip[i] = frame[i].ip;
	return jhash(ip, count * sizeof(*ip), 0);
}

static bool same_stack(const struct map *map, const struct stack_entry *stack, const struct stack_frame *frame,
		       u32 count)
{
	u32 size = entry_size(map);
	u8 entry[sizeof(struct bpf_stack_build_id)];
	bool same = stack->count == count;

	for (u32 i = 0; same && i < count; i++) {
		write_entry(map, entry, 0, &frame[i]);
		same = !memcmp(stack->data + i * size, entry, size);
	}
	return same;
}

static int no_stack_left(struct sim *sim, const struct map *map)
{
	return sim_fail(&sim->why, -ENOMEM, "all %u stacks of the map are in use", map->k.max_entries);
}

/* Puts the stack in place @id, which another one gives up. */
static s64 put_stack(struct stack_map *s, const struct map *map, u32 id, u32 hash,
		     const struct stack_frame *frame, u32 count)
{
	struct stack_entry *stack = s->free;

	s->free = stack->next;
	stack->hash = hash;
	fill(map, stack, frame, count);
	if (s->place[id])
		set_free(s, s->place[id]);
	s->place[id] = stack;
	return id;
}

static s64 find_id(struct sim *sim, struct map *map, const struct stack_frame *frame, u32 count, u64 flags)
{
	struct stack_map *s = map->family;
	u32 hash = hash_frames(frame, count), id = hash & (s->places - 1);
	const struct stack_entry *there = s->place[id];
	bool same_hash = there && there->hash == hash;

	if (same_hash && (flags & BPF_F_FAST_STACK_CMP))
		return id;
	/* Build ids are collected in a free stack, to be compared. */
	if (!s->free && (map->k.map_flags & BPF_F_STACK_BUILD_ID))
		return no_stack_left(sim, map);
	if (same_hash && same_stack(map, there, frame, count))
		return id;
	if (there && !(flags & BPF_F_REUSE_STACKID))
		return sim_fail(&sim->why, -EEXIST, "another stack has the number %u", id);
	if (!s->free)
		return no_stack_left(sim, map);
	return put_stack(s, map, id, hash, frame, count);
}

s64 stack_trace_id(struct sim *sim, struct map *map, u64 flags)
{
	bool user = flags & BPF_F_USER_STACK;
	const struct call_stack *stack = user ? sim->world->user_stack : sim->world->kernel_stack;
	u32 skip = flags & BPF_F_SKIP_FIELD_MASK, depth = map->k.value_size / entry_size(map);
	u32 count = stack ? stack->count : 0;

	if (flags & ~(u64)FLAGS)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%llx: bpf_get_stackid knows 0x%x",
				(unsigned long long)flags, (u32)FLAGS);
	if (count <= skip)
		return sim_fail(&sim->why, -EFAULT, "the %s stack has %u frames, %u are to be skipped",
				user ? "user" : "kernel", count, skip);
	return find_id(sim, map, stack->frame + skip, min_u64(count - skip, depth), flags);
}

/* --- for user space --- */

static struct stack_entry *stack_at(const struct map *map, const void *key)
{
	const struct stack_map *s = map->family;
	u32 id;

	memcpy(&id, key, sizeof(id));
	return id < s->places ? s->place[id] : NULL;
}

static void *stack_lookup(struct sim *sim, struct map *map, const void *key)
{
	struct stack_entry *stack = stack_at(map, key);

	(void)sim;
	return stack ? stack->data : NULL;
}

static int stack_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	(void)map, (void)key, (void)value, (void)flags;
	return sim_fail(&sim->why, -EINVAL, "only bpf_get_stackid puts a stack into a map");
}

static int stack_remove(struct sim *sim, struct map *map, const void *key)
{
	struct stack_map *s = map->family;
	u32 id;

	memcpy(&id, key, sizeof(id));
	if (id >= s->places)
		return sim_fail(&sim->why, -E2BIG, "stack %u: the map has places for %u", id, s->places);
	if (!s->place[id])
		return sim_fail(&sim->why, -ENOENT, "there is no stack %u", id);
	set_free(s, s->place[id]);
	s->place[id] = NULL;
	return 0;
}

static int stack_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	const struct stack_map *s = map->family;
	u32 id = 0;

	if (key && stack_at(map, key)) {
		memcpy(&id, key, sizeof(id));
		id++;
	}
	while (id < s->places && !s->place[id])
		id++;
	if (id >= s->places)
		return sim_fail(&sim->why, -ENOENT, "there are no more stacks");
	memcpy(next, &id, sizeof(id));
	return 0;
}

static const u16 helpers[] = {BPF_FUNC_get_stackid, 0};

const struct map_ops stack_trace_ops = {
	.name = "stack_trace",
	.doc = "call stacks by number; equal stacks have the same",
	.when = "Profilers: count by stack, with the number of the stack as the key of another map. Take "
		"bpf_get_stack when each stack goes to user space anyway.",
	.what = "Key: 4 bytes, the number that bpf_get_stackid has returned. Value: addresses, 8 bytes "
		"each, innermost first, zero behind; with BPF_F_STACK_BUILD_ID struct bpf_stack_build_id: "
		"a file's build id and the offset in it. At most 127 entries. User space reads and "
		"deletes; only bpf_get_stackid puts in.",
	.kept = "max_entries stacks, and places for them, a power of two. The number is the jhash of the "
		"addresses modulo the places: two stacks can want the same one. Then the first stays and "
		"the other is EEXIST, or with BPF_F_REUSE_STACKID the last one stays and old numbers mean "
		"another stack.",
	.cost = "bpf_get_stackid: unwinding the stack, one hash, one comparison (BPF_F_FAST_STACK_CMP: of "
		"the hash only). Make max_entries far larger than the stacks that are expected.",
	.example = "bpfwalk run samples/stackcount.o --scenario samples/shell.scenario",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_STACK_BUILD_ID,
	.traits = MAP_TRAIT_NO_BTF,
	.form = MAP_FORM_STACKS,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = stack_struct_size,
	.init = stack_init,
	.fini = stack_fini,
	.lookup = stack_lookup,
	.update = stack_update,
	.remove = stack_remove,
	.next_key = stack_next_key,
};
