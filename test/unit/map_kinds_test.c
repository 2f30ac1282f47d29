/*
 * What the tables of a real kernel (test/errno) cannot say about the map types: several CPUs, call stacks, where addresses lie,
 * and tries against a list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/maps/htab.h"
#include "sim/maps/stack_trace.h"
#include "sim/world/world.h"
#include "test/support/map_model.h"

#define CPUS 4u

static struct map_bench bench;
static struct sim *sim = &bench.sim;
static struct world world;
static u32 seed = 1;

static int setup(void **state)
{
	(void)state;
	map_bench_init(&bench);
	sim->clock->ncpus = CPUS;
	world = (struct world){0};
	sim->world = &world;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	map_bench_fini(&bench);
	return 0;
}

static u32 roll(u32 n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static struct map *make(u32 type, u32 key_size, u32 value_size, u32 max_entries, u32 flags)
{
	union bpf_attr attr = {
		.map_type = type,
		.key_size = key_size,
		.value_size = value_size,
		.max_entries = max_entries,
		.map_flags = flags,
	};
	int err;
	struct map *map = map_bench_new(&bench, &attr, &err);

	assert_int_equal(err, 0);
	return map;
}

static void put(struct map *map)
{
	obj_put_user(sim, &map->obj);
}

/* --- per-CPU hashes --- */

static void check_percpu(u32 type, u32 flags)
{
	struct map *map = make(type, 6, 12, 8, flags);
	u8 key[6] = "abcde", value[12] = "eleven char";
	struct region region;
	u8 *own, *other;

	sim->clock->cpu = 2;
	assert_int_equal(map_update(sim, map, key, value, BPF_ANY), 0);
	own = map_lookup(sim, map, key);
	assert_memory_equal(own, value, 12);
	other = map_ops(map)->lookup_on(sim, map, key, 3);
	assert_ptr_equal(other, own + 16);
	for (u32 i = 0; i < 12; i++)
		assert_int_equal(other[i], 0);
	memset(other, 7, 12);
	assert_int_equal(map_update(sim, map, key, value, BPF_EXIST), 0);
	assert_int_equal(other[0], 7);
	assert_true(map_locate(sim, (u64)other + 5, &region));
	assert_int_equal(region.kind, REGION_MAP_VALUE);
	assert_int_equal(region.base, (u64)other);
	assert_int_equal(region.size, 12);
	assert_memory_equal((void *)region.key, key, 6);
	put(map);
	sim->clock->cpu = 0;
}

/* A program that makes an element: its value on other CPUs is zero; later updates leave those alone. */
static void test_percpu_hash(void **state)
{
	(void)state;
	check_percpu(BPF_MAP_TYPE_PERCPU_HASH, 0);
	check_percpu(BPF_MAP_TYPE_PERCPU_HASH, BPF_F_NO_PREALLOC);
	check_percpu(BPF_MAP_TYPE_LRU_PERCPU_HASH, 0);
	check_percpu(BPF_MAP_TYPE_LRU_PERCPU_HASH, BPF_F_NO_COMMON_LRU);
}

/* --- LRU --- */

static u32 list_length(const struct lru_link *head)
{
	u32 n = 0;

	for (const struct lru_link *at = head->next; at != head; at = at->next)
		n += at->next->prev == at;
	return n;
}

/* Each element is in one list; active and inactive ones are counted. */
static void check_lists(const struct map *map)
{
	const struct lru *lru = ((const struct htab *)map->family)->lru;
	u32 n = 0;

	for (u32 i = 0; i < (lru->local ? 1 : CPUS); i++) {
		assert_int_equal(list_length(&lru->lists[i].head[LRU_ACTIVE]), lru->lists[i].count[LRU_ACTIVE]);
		assert_int_equal(list_length(&lru->lists[i].head[LRU_INACTIVE]), lru->lists[i].count[LRU_INACTIVE]);
		for (u32 l = 0; l < LRU_LISTS; l++)
			n += list_length(&lru->lists[i].head[l]);
	}
	for (u32 cpu = 0; lru->local && cpu < CPUS; cpu++)
		n += list_length(&lru->local[cpu].free) + list_length(&lru->local[cpu].pending);
	assert_int_equal(n, map->k.max_entries);
}

static void check_lru(u32 type, u32 max, u32 flags)
{
	struct map *map = make(type, 4, 8, max, flags);
	u64 value;

	for (u32 i = 0; i < 3000; i++) {
		u32 key = roll(3 * max), *there;

		sim->clock->cpu = roll(CPUS);
		value = key;
		if (roll(3)) {
			assert_int_equal(map_update(sim, map, &key, &value, BPF_ANY), 0);
			assert_int_equal(*(u32 *)map_look(sim, map, &key, sim->clock->cpu), key);
		} else if (roll(4)) {
			map_lookup(sim, map, &key);
		} else {
			there = map_look(sim, map, &key, 0);
			assert_int_equal(map_remove(sim, map, &key), there ? 0 : -ENOENT);
		}
		check_lists(map);
		assert_true(((struct htab *)map->family)->count <= map->k.max_entries);
	}
	put(map);
	sim->clock->cpu = 0;
}

static void test_lru_on_many_cpus(void **state)
{
	static const u32 types[] = {BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH};

	(void)state;
	for (u32 t = 0; t < 2; t++)
		for (u32 flags = 0; flags <= BPF_F_NO_COMMON_LRU; flags += BPF_F_NO_COMMON_LRU) {
			check_lru(types[t], 1, flags);
			check_lru(types[t], 7, flags);
			check_lru(types[t], 200, flags);
		}
}

/* Each CPU has as many elements of its own. */
static void test_lru_is_rounded_up(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_LRU_HASH, 4, 8, 5, BPF_F_NO_COMMON_LRU);
	struct map *common = make(BPF_MAP_TYPE_LRU_HASH, 4, 8, 5, 0);

	(void)state;
	assert_int_equal(map->k.max_entries, 8);
	assert_int_equal(common->k.max_entries, 5);
	put(map);
	put(common);
}

/* A look by a system call is not a use; a program's is. */
static void test_views_leave_no_trace(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_LRU_HASH, 4, 8, 5, 0);
	u32 key = 1;
	u64 value = 1;
	u8 *at;

	(void)state;
	assert_int_equal(map_update(sim, map, &key, &value, BPF_ANY), 0);
	at = map_lookup_sys(sim, map, &key);
	assert_int_equal(at[35 - 56], 0);
	assert_ptr_equal(map_lookup(sim, map, &key), at);
	assert_int_equal(at[35 - 56], 1);
	put(map);
}

/* --- stacks --- */

static struct call_stack stack;

static void set_stack(u32 count, u64 first)
{
	stack = (struct call_stack){.count = count};
	for (u32 i = 0; i < count; i++)
		stack.frame[i] = (struct stack_frame){.ip = first + i, .offset = i, .has_build_id = i % 2};
	world.kernel_stack = &stack;
}

static void test_no_stack(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_STACK_TRACE, 4, 64, 4, 0);

	(void)state;
	assert_int_equal(stack_trace_id(sim, map, 0), -EFAULT);
	assert_int_equal(stack_trace_id(sim, map, 1 << 12), -EINVAL);
	set_stack(3, 1000);
	assert_int_equal(stack_trace_id(sim, map, BPF_F_USER_STACK), -EFAULT);
	assert_int_equal(stack_trace_id(sim, map, 3), -EFAULT);
	assert_in_range(stack_trace_id(sim, map, 2), 0, 3);
	put(map);
}

static void test_stack_ids(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_STACK_TRACE, 4, 32, 1, 0);
	u32 id = 0;
	u64 *ips;

	(void)state;
	set_stack(6, 1000);
	assert_int_equal(stack_trace_id(sim, map, 1), 0);
	ips = map_look(sim, map, &id, 0);
	for (u32 i = 0; i < 4; i++) /* what fits, without the first */
		assert_int_equal(ips[i], 1001 + i);
	assert_int_equal(stack_trace_id(sim, map, 1), 0);
	set_stack(2, 7);
	assert_int_equal(stack_trace_id(sim, map, 0), -EEXIST);
	assert_int_equal(stack_trace_id(sim, map, BPF_F_REUSE_STACKID), -ENOMEM);
	assert_int_equal(map_remove(sim, map, &id), 0);
	assert_int_equal(map_remove(sim, map, &id), -ENOENT);
	assert_int_equal(stack_trace_id(sim, map, 0), 0);
	ips = map_look(sim, map, &id, 0);
	assert_int_equal(ips[1], 8);
	assert_int_equal(ips[2], 0);
	put(map);
}

static void test_stack_is_reused(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_STACK_TRACE, 4, 16, 2, 0);
	s64 first, id;

	(void)state;
	set_stack(2, 1000);
	first = stack_trace_id(sim, map, 0);
	for (u32 i = 1; i < 50; i++) {
		set_stack(2, 1000 + i);
		id = stack_trace_id(sim, map, BPF_F_REUSE_STACKID);
		assert_in_range(id, 0, 1);
		assert_int_equal(*(u64 *)map_look(sim, map, &(u32){id}, 0), 1000 + i);
		if (id == first)
			break;
	}
	assert_int_equal(id, first);
	set_stack(2, 1000);
	assert_int_equal(stack_trace_id(sim, map, BPF_F_FAST_STACK_CMP), -EEXIST);
	put(map);
}

/* Numbers that a real Linux 6.1 gave to stacks, of BPF_PROG_TEST_RUN of a raw tracepoint, and of its caller. */
static void test_recorded_stack_ids(void **state)
{
	static const u64 below[] = {0xffffffff81825320, 0xffffffff81826da0, 0xffffffff811ff42a,
				    0xffffffff8120169a, 0xffffffff81a03f4d, 0xffffffff81c00126};
	static const struct {
		u64 ip;
		u32 frames, max, depth, flags, map_flags;
		s64 id;
	} run[] = {
		{0xffffffffc0000668, 7, 1024, 16, 0, 0, 11},
		{0xffffffffc00006ac, 7, 1000, 127, 0, 0, 775},
		{0xffffffffc00006ec, 7, 16, 3, 0, 0, 10},
		{0xffffffffc0000720, 7, 16, 3, 1, 0, 6},
		{0xffffffffc00008eb, 7, 64, 4, BPF_F_FAST_STACK_CMP, 0, 61},
		{0xffffffffc0000668, 7, 64, 4, 255, 0, -EFAULT},
		{0x4393e9, 1, 1024, 8, BPF_F_USER_STACK, 0, 969},
		{0x4393e9, 1, 4096, 4, BPF_F_USER_STACK, BPF_F_STACK_BUILD_ID, 4041},
	};

	(void)state;
	world.user_stack = world.kernel_stack = &stack;
	for (u32 i = 0; i < ARRAY_SIZE(run); i++) {
		u32 entry = run[i].map_flags ? sizeof(struct bpf_stack_build_id) : sizeof(u64);
		struct map *map = make(BPF_MAP_TYPE_STACK_TRACE, 4, run[i].depth * entry, run[i].max, run[i].map_flags);

		stack = (struct call_stack){.count = run[i].frames, .frame = {{.ip = run[i].ip}}};
		for (u32 f = 1; f < run[i].frames; f++)
			stack.frame[f].ip = below[f - 1];
		assert_int_equal(stack_trace_id(sim, map, run[i].flags), run[i].id);
		assert_int_equal(stack_trace_id(sim, map, run[i].flags), run[i].id);
		put(map);
	}
}

static void test_stack_with_build_ids(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_STACK_TRACE, 4, 3 * sizeof(struct bpf_stack_build_id), 1, BPF_F_STACK_BUILD_ID);
	struct bpf_stack_build_id *entry;
	u32 id = 0;

	(void)state;
	set_stack(2, 1000);
	stack.frame[1].build_id[19] = 5;
	assert_int_equal(stack_trace_id(sim, map, 0), 0);
	entry = map_look(sim, map, &id, 0);
	assert_int_equal(entry[0].status, BPF_STACK_BUILD_ID_IP);
	assert_int_equal(entry[0].ip, 1000);
	assert_int_equal(entry[1].status, BPF_STACK_BUILD_ID_VALID);
	assert_int_equal(entry[1].offset, 1);
	assert_int_equal(entry[1].build_id[19], 5);
	assert_int_equal(entry[2].status, BPF_STACK_BUILD_ID_EMPTY);
	/* the kernel needs a free one to compare with, and max_entries is 1 */
	assert_int_equal(stack_trace_id(sim, map, 0), -ENOMEM);
	put(map);
}

/* --- tries --- */

#define PREFIXES 40u

struct entry {
	u32 bits;
	u8 data[4], value;
	bool used;
};

static bool begins_with(const u8 *data, const struct entry *e)
{
	for (u32 i = 0; i < e->bits; i++)
		if ((data[i / 8] ^ e->data[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}

/* The longest in the list that the key begins with; @exact: of its length. */
static struct entry *find_entry(struct entry *list, const struct entry *key, bool exact)
{
	struct entry *best = NULL;

	for (u32 i = 0; i < PREFIXES; i++) {
		struct entry *e = &list[i];

		if (!e->used || e->bits > key->bits || (exact && e->bits != key->bits) || !begins_with(key->data, e))
			continue;
		if (!best || e->bits > best->bits)
			best = e;
	}
	return best;
}

static struct entry any_prefix(void)
{
	struct entry key = {.bits = roll(33)};

	for (u32 i = 0; i < 4; i++)
		key.data[i] = roll(3) ? 0 : roll(2) ? 0xff : roll(256);
	return key;
}

static void step(struct map *map, struct entry *list, u32 *count)
{
	struct entry key = any_prefix(), *e = find_entry(list, &key, true), *best = find_entry(list, &key, false);
	u8 value = roll(256), *found;
	u32 i = 0;

	switch (roll(4)) {
	case 0:
		assert_int_equal(map_remove(sim, map, &key), e ? 0 : -ENOENT);
		if (e)
			e->used = false, --*count;
		break;
	case 1:
		assert_int_equal(map_update(sim, map, &key, &value, BPF_ANY), e || *count < PREFIXES ? 0 : -ENOSPC);
		while (!e && *count < PREFIXES && list[i].used)
			i++;
		if (!e && *count < PREFIXES)
			e = &list[i], ++*count;
		if (e) {
			*e = key;
			e->value = value;
			e->used = true;
		}
		break;
	default:
		found = map_lookup(sim, map, &key);
		assert_int_equal(!found, !best);
		if (found)
			assert_int_equal(*found, best->value);
	}
}

static void test_trie(void **state)
{
	u64 live = arena_live_bytes(sim->arena);
	struct map *map = make(BPF_MAP_TYPE_LPM_TRIE, 8, 1, PREFIXES, BPF_F_NO_PREALLOC);
	struct entry list[PREFIXES] = {0};
	u32 count = 0, walked = 0;
	struct region region;
	u8 key[8], next[8];

	(void)state;
	for (u32 i = 0; i < 20000; i++)
		step(map, list, &count);
	while (!map_ops(map)->next_key(sim, map, walked ? key : NULL, next)) {
		memcpy(key, next, 8);
		walked++;
		assert_true(map_locate(sim, (u64)map_lookup(sim, map, key), &region));
		assert_int_equal(region.size, 1);
		assert_memory_equal((void *)region.key, key, 4);
	}
	assert_int_equal(walked, count);
	put(map);
	assert_int_equal(arena_live_bytes(sim->arena), live);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_percpu_hash),
		TEST(test_lru_on_many_cpus),
		TEST(test_lru_is_rounded_up),
		TEST(test_views_leave_no_trace),
		TEST(test_no_stack),
		TEST(test_stack_ids),
		TEST(test_stack_is_reused),
		TEST(test_recorded_stack_ids),
		TEST(test_stack_with_build_ids),
		TEST(test_trie),
	};

	return cmocka_run_group_tests_name("map_kinds", tests, NULL, NULL);
}
