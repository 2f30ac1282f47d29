/*
 * Maps: layout that translated programs count on, limits, where addresses lie, and random operations
 * against a model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test/support/map_model.h"

static struct map_bench bench;

static int setup(void **state)
{
	(void)state;
	map_bench_init(&bench);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	map_bench_fini(&bench);
	return 0;
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

static int create_errno(u32 type, u32 key_size, u32 value_size, u32 max_entries, u32 flags)
{
	union bpf_attr attr = {
		.map_type = type,
		.key_size = key_size,
		.value_size = value_size,
		.max_entries = max_entries,
		.map_flags = flags,
	};
	int err;

	assert_null(map_bench_new(&bench, &attr, &err));
	return err;
}

static void put(struct map *map)
{
	obj_put_user(&bench.sim, &map->obj);
}

static void test_array_layout(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_ARRAY, 4, 12, 5, 0);
	u32 key = 3;

	(void)state;
	assert_int_equal(offsetof(struct bpf_map_layout, elem_size), 256);
	assert_int_equal(offsetof(struct bpf_map_layout, value), 272);
	assert_int_equal(map->k.elem_size, 16);
	assert_int_equal(map->k.index_mask, 7);
	assert_ptr_equal(map_lookup(&bench.sim, map, &key), (u8 *)&map->k + 272 + 3 * 16);
	put(map);
}

static void test_mmapable_row_begins_at_a_page(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_ARRAY, 4, 100, 100, BPF_F_MMAPABLE);

	(void)state;
	assert_int_equal((u64)map->k.value % ARENA_PAGE, 0);
	put(map);
}

/* The value stands at 48 + round_up(key_size, 8) of an element that also holds the key at 48. */
static void test_hash_layout(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_HASH, 13, 7, 10, 0);
	u8 key[13] = "twelve bytes", value[7] = "value";
	u8 *at;

	(void)state;
	assert_int_equal(map_update(&bench.sim, map, key, value, BPF_ANY), 0);
	at = map_lookup(&bench.sim, map, key);
	assert_memory_equal(at, value, 7);
	assert_memory_equal(at - 16, key, 13);
	put(map);
}

/* A program that holds the address of a replaced value writes into a dead element, as in Linux. */
static void test_hash_update_makes_a_new_element(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_HASH, 4, 8, 1, 0);
	u32 key = 1;
	u64 one = 1, two = 2, *old, *new;

	(void)state;
	map_update(&bench.sim, map, &key, &one, BPF_ANY);
	old = map_lookup(&bench.sim, map, &key);
	assert_int_equal(map_update(&bench.sim, map, &key, &two, BPF_ANY), 0);
	new = map_lookup(&bench.sim, map, &key);
	assert_ptr_not_equal(old, new);
	assert_int_equal(*old, 1);
	assert_int_equal(*new, 2);
	put(map);
}

static void test_locate(void **state)
{
	struct map *array = make(BPF_MAP_TYPE_ARRAY, 4, 12, 5, BPF_F_RDONLY_PROG);
	struct region region;

	(void)state;
	assert_true(map_locate(&bench.sim, (u64)array->k.value + 2 * 16 + 4, &region));
	assert_int_equal(region.kind, REGION_MAP_VALUE);
	assert_int_equal(region.base, (u64)array->k.value + 2 * 16);
	assert_int_equal(region.size, 12);
	assert_int_equal(region.key, 2);
	assert_int_equal(region.access, REGION_READ);
	assert_ptr_equal(region.obj, &array->obj);
	assert_true(map_locate(&bench.sim, (u64)&array->k, &region));
	assert_int_equal(region.kind, REGION_MAP);
	assert_int_equal(region.access, 0);
	assert_false(map_locate(&bench.sim, (u64)bench.sim.clock, &region));
	put(array);
}

static void test_locks_are_not_copied(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_ARRAY, 4, 32, 1, 0);
	u8 value[32], *at = map->k.value;

	(void)state;
	map->spin_lock_off = 20;
	map->timer_off = 0;
	memset(value, 0xff, sizeof(value));
	map_copy_value(map, at, value);
	for (int i = 0; i < 32; i++)
		assert_int_equal(at[i], i < 16 || (i >= 20 && i < 24) ? 0 : 0xff);
	map_hide_fields(map, value);
	assert_memory_equal(value, at, 32);
	put(map);
}

static void test_limits(void **state)
{
	(void)state;
	assert_int_equal(create_errno(BPF_MAP_TYPE_HASH, 4, (4 << 20) - 52, 1, 0), -E2BIG);
	put(make(BPF_MAP_TYPE_HASH, 4, (4 << 20) - 53, 1, 0));
	assert_int_equal(create_errno(BPF_MAP_TYPE_HASH, 4, 4, (1u << 27) + 1, BPF_F_NO_PREALLOC), -E2BIG);
	assert_int_equal(create_errno(BPF_MAP_TYPE_HASH, 4, 4, UINT32_MAX, 0), -E2BIG);
	assert_int_equal(create_errno(BPF_MAP_TYPE_ARRAY, 4, 0x80000000u, 1, 0), -E2BIG);
	assert_int_equal(create_errno(BPF_MAP_TYPE_ARRAY, 4, 8, UINT32_MAX, 0), -ENOMEM);
	bench.task.caps = 0;
	assert_int_equal(create_errno(BPF_MAP_TYPE_ARRAY, 4, 1, (1u << 31) + 1, 0), -E2BIG);
	assert_int_equal(create_errno(BPF_MAP_TYPE_HASH, 4, 4, 4, BPF_F_ZERO_SEED), -EPERM);
	bench.task.caps = UINT64_MAX;
}

/* The model holds 256 entries; a table that is much larger and full finds everything, too. */
static void test_large_hash(void **state)
{
	struct map *map = make(BPF_MAP_TYPE_HASH, 8, 8, 20000, 0);
	u64 live = arena_live_bytes(bench.sim.arena);

	(void)state;
	for (u64 key = 0; key < 20000; key++)
		assert_int_equal(map_update(&bench.sim, map, &key, &key, BPF_NOEXIST), 0);
	for (u64 key = 0; key < 20000; key++)
		assert_int_equal(*(u64 *)map_lookup(&bench.sim, map, &key), key);
	assert_int_equal(map_update(&bench.sim, map, &live, &live, BPF_ANY), -E2BIG);
	assert_int_equal(arena_live_bytes(bench.sim.arena), live);
	put(map);
}

static void test_model(void **state)
{
	union bpf_attr attr;

	(void)state;
	for (u32 i = 0; map_model_shape(i, &attr); i++)
		assert_true(map_model_run(&bench, &attr, 7 + i, 3000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_array_layout), cmocka_unit_test(test_mmapable_row_begins_at_a_page),
		cmocka_unit_test(test_hash_layout),  cmocka_unit_test(test_hash_update_makes_a_new_element),
		cmocka_unit_test(test_locate),       cmocka_unit_test(test_locks_are_not_copied),
		cmocka_unit_test(test_limits),       cmocka_unit_test(test_large_hash),
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
