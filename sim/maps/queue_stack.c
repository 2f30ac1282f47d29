/*
 * BPF_MAP_TYPE_QUEUE and BPF_MAP_TYPE_STACK: values without keys, first in first out and last in first
 * out.
 *
 * Mirrors kernel/bpf/queue_stack_maps.c: a ring behind struct map with one place more than max_entries, so
 * that full and empty differ. Programs push, pop and peek with helpers; for user space update is push,
 * lookup is peek, lookup-and-delete is pop.
 */
#include "queue_stack.h"

#include "types.h"

static s64 ring_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)task;
	return offsetof(struct map, k.value) + (attr->max_entries + 1ull) * attr->value_size;
}

static int ring_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	struct value_ring *ring = map->family = sim_alloc(sim, sizeof(*ring));

	if (!ring)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a ring of values");
	ring->places = attr->max_entries + 1;
	return 0;
}

static void ring_fini(struct sim *sim, struct map *map)
{
	sim_free(sim, map->family);
}

static u8 *place(struct map *map, u32 i)
{
	return map->k.value + (u64)i * map->k.value_size;
}

static u32 after(const struct value_ring *ring, u32 i)
{
	return i + 1 == ring->places ? 0 : i + 1;
}

static u32 before(const struct value_ring *ring, u32 i)
{
	return i ? i - 1 : ring->places - 1;
}

static int ring_push(struct sim *sim, struct map *map, const void *value, u64 flags)
{
	struct value_ring *ring = map->family;
	bool full = after(ring, ring->head) == ring->tail;

	if (flags != BPF_ANY && flags != BPF_EXIST)
		return sim_fail(&sim->why, -EINVAL,
				"flags 0x%llx: push knows BPF_ANY, and BPF_EXIST: the oldest gives way",
				(unsigned long long)flags);
	if (full && flags != BPF_EXIST)
		return sim_fail(&sim->why, -E2BIG, "it is full: it holds max_entries = %u values",
				map->k.max_entries);
	if (full)
		ring->tail = after(ring, ring->tail);
	memcpy(place(map, ring->head), value, map->k.value_size);
	ring->head = after(ring, ring->head);
	return 0;
}

/* Copies the value at @i out. What is not there is zeroes for the program. */
static int copy_value(struct sim *sim, struct map *map, u32 i, void *value)
{
	const struct value_ring *ring = map->family;

	if (ring->head != ring->tail) {
		memcpy(value, place(map, i), map->k.value_size);
		return 0;
	}
	memset(value, 0, map->k.value_size);
	return sim_fail(&sim->why, -ENOENT, "it is empty");
}

static int queue_peek(struct sim *sim, struct map *map, void *value)
{
	return copy_value(sim, map, ((struct value_ring *)map->family)->tail, value);
}

static int queue_pop(struct sim *sim, struct map *map, void *value)
{
	struct value_ring *ring = map->family;
	int err = queue_peek(sim, map, value);

	if (!err)
		ring->tail = after(ring, ring->tail);
	return err;
}

static int stack_peek(struct sim *sim, struct map *map, void *value)
{
	const struct value_ring *ring = map->family;

	return copy_value(sim, map, before(ring, ring->head), value);
}

static int stack_pop(struct sim *sim, struct map *map, void *value)
{
	struct value_ring *ring = map->family;
	int err = stack_peek(sim, map, value);

	if (!err)
		ring->head = before(ring, ring->head);
	return err;
}

static const u16 helpers[] = {BPF_FUNC_map_push_elem, BPF_FUNC_map_pop_elem, BPF_FUNC_map_peek_elem, 0};

#define RING_FLAGS \
	(BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)

const struct map_ops queue_ops = {
	.name = "queue",
	.doc = "values, first in, first out",
	.when = "Work to be handed out in order: free ports, requests. Take ringbuf to send records to "
		"user space.",
	.what = "No key. Value: any bytes. Push, pop and peek; for user space update is push, lookup is "
		"peek, lookup and delete is pop.",
	.kept = "A ring behind struct bpf_map with one place more than max_entries.",
	.cost = "Each operation: one lock and a copy of the value.",
	.example = "bpfwalk run samples/tc_ports.o --set 'free_ports[]=5000' --pcap samples/web.pcap",
	.flags_ok = RING_FLAGS,
	.traits = MAP_TRAIT_NO_KEY | MAP_TRAIT_TAKE,
	.form = MAP_FORM_VALUES,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = ring_struct_size,
	.init = ring_init,
	.fini = ring_fini,
	.push = ring_push,
	.pop = queue_pop,
	.peek = queue_peek,
};

const struct map_ops stack_ops = {
	.name = "stack",
	.doc = "values, last in, first out",
	.when = "A pool of things of which the last used one is the best next one.",
	.what = "No key. Value: any bytes. Push, pop and peek; for user space update is push, lookup is "
		"peek, lookup and delete is pop.",
	.kept = "A ring behind struct bpf_map with one place more than max_entries.",
	.cost = "Each operation: one lock and a copy of the value.",
	.example = "bpfwalk run samples/tc_ports.o --set 'buffers[]=1' --pcap samples/web.pcap",
	.flags_ok = RING_FLAGS,
	.traits = MAP_TRAIT_NO_KEY | MAP_TRAIT_TAKE,
	.form = MAP_FORM_VALUES,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = ring_struct_size,
	.init = ring_init,
	.fini = ring_fini,
	.push = ring_push,
	.pop = stack_pop,
	.peek = stack_peek,
};
