/*
 * Maps whose values are programs and maps; maps without keys; maps with a value for each CPU: through system calls, and as
 * programs see them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/sim.h"
#include "test/support/machine.h"
#include "test/support/insn.h"

#define PID 100 /* the loader */
#define U64(p) ((u64)(uintptr_t)(p))

static s64 call(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, PID, cmd, U64(attr), sizeof(*attr));
}

static s64 create(u32 type, u32 key_size, u32 value_size, u32 max_entries, u32 inner_fd)
{
	union bpf_attr attr = {.map_type = type, .key_size = key_size, .value_size = value_size,
			       .max_entries = max_entries, .inner_map_fd = inner_fd};

	return call(BPF_MAP_CREATE, &attr);
}

static s64 elem(int cmd, int fd, const void *key, void *value, u64 flags)
{
	union bpf_attr attr = {.map_fd = fd, .key = U64(key), .value = U64(value), .flags = flags};

	return call(cmd, &attr);
}

static s64 set(int fd, u32 key, u32 value)
{
	return elem(BPF_MAP_UPDATE_ELEM, fd, &key, &value, BPF_ANY);
}

/* The value of @key, or -errno. */
static s64 get(int fd, u32 key)
{
	u32 value = 0;
	s64 err = elem(BPF_MAP_LOOKUP_ELEM, fd, &key, &value, 0);

	return err ? err : value;
}

static s64 del(int fd, u32 key)
{
	return elem(BPF_MAP_DELETE_ELEM, fd, &key, NULL, 0);
}

static s64 load(u32 type, const struct bpf_insn *insns, u32 count)
{
	union bpf_attr attr = {.prog_type = type, .insns = U64(insns), .insn_cnt = count, .license = U64("GPL")};

	return call(BPF_PROG_LOAD, &attr);
}

static s64 returns(u32 type, u32 value)
{
	const struct bpf_insn insns[] = {ALU64_K(MOV, 0, value), EXIT()};

	return load(type, insns, 2);
}

static s64 run(int fd)
{
	u8 packet[64] = {0};
	union bpf_attr attr = {.test = {.prog_fd = fd, .data_in = U64(packet), .data_size_in = sizeof(packet)}};
	s64 err = call(BPF_PROG_TEST_RUN, &attr);

	return err ? err : attr.test.retval;
}

static u32 last_id(enum obj_kind kind)
{
	return sim->objects->by_kind[kind].last_id;
}

/* Jumps to program @index of @array; returns 1 when it is not there. */
static s64 jumper(int array, u32 index)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LD | BPF_IMM | BPF_DW, 2, BPF_PSEUDO_MAP_FD, 0, array), INSN(0, 0, 0, 0, 0),
		ALU64_K(MOV, 3, index), CALL(BPF_FUNC_tail_call), ALU64_K(MOV, 0, 1), EXIT(),
	};

	return load(BPF_PROG_TYPE_XDP, insns, 6);
}

static void test_tail_call(void **state)
{
	int array = create(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 3, 0), target = returns(BPF_PROG_TYPE_XDP, 2), from;

	(void)state;
	assert_int_equal(get(array, 0), -ENOENT);
	assert_int_equal(set(array, 2, target), 0);
	assert_int_equal(get(array, 2), last_id(OBJ_PROG));
	from = jumper(array, 2);
	assert_int_equal(run(from), 2);
	assert_int_equal(del(array, 2), 0);
	assert_int_equal(del(array, 2), -ENOENT);
	assert_int_equal(run(from), 1);
	assert_int_equal(set(array, 3, target), -E2BIG);
	assert_int_equal(set(array, 3, 999), -E2BIG);
	assert_int_equal(set(array, 0, 999), -EBADF);
	assert_int_equal(set(array, 0, array), -EINVAL);
}

/* The first program decides what the others must be like, in the array as well as around it. */
static void test_strangers(void **state)
{
	int array = create(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 3, 0);
	int filter = returns(BPF_PROG_TYPE_SOCKET_FILTER, 0), xdp = returns(BPF_PROG_TYPE_XDP, 0);

	(void)state;
	assert_int_equal(set(array, 0, filter), 0);
	assert_int_equal(set(array, 1, xdp), -EINVAL);
	assert_int_equal(jumper(array, 0), -EINVAL);
	assert_int_equal(del(array, 0), 0);
	assert_int_equal(set(array, 1, xdp), -EINVAL);
}

/* A program that lies in the array it uses: both go when user space has no way to the array any more. */
static void test_circle_is_broken(void **state)
{
	int array = create(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 1, 0), prog = jumper(array, 0);
	u32 prog_id = last_id(OBJ_PROG), map_id = last_id(OBJ_MAP);

	(void)state;
	assert_int_equal(set(array, 0, prog), 0);
	assert_int_equal(run(prog), 1); /* after 33 tail calls */
	sim_close(sim, PID, prog);
	assert_non_null(obj_by_id(sim, OBJ_PROG, prog_id));
	sim_close(sim, PID, array);
	assert_null(obj_by_id(sim, OBJ_PROG, prog_id));
	assert_null(obj_by_id(sim, OBJ_MAP, map_id));
}

/* Reads the u32 with key 0 of the map with key 0 of @outer; 77 when one of them is not there. */
static s64 reader(int outer)
{
	const struct bpf_insn insns[] = {
		ST(W, 10, -4, 0), ALU64_X(MOV, 2, 10), ALU64_K(ADD, 2, -4),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, outer), INSN(0, 0, 0, 0, 0),
		CALL(BPF_FUNC_map_lookup_elem), JMP_K(JEQ, 0, 0, 7),
		ALU64_X(MOV, 1, 0), ALU64_X(MOV, 2, 10), ALU64_K(ADD, 2, -4), CALL(BPF_FUNC_map_lookup_elem),
		JMP_K(JEQ, 0, 0, 2), LDX(W, 0, 0, 0), EXIT(), ALU64_K(MOV, 0, 77), EXIT(),
	};

	return load(BPF_PROG_TYPE_XDP, insns, ARRAY_SIZE(insns));
}

static void check_outer(u32 type)
{
	int inner = create(BPF_MAP_TYPE_ARRAY, 4, 4, 2, 0), outer = create(type, 4, 4, 4, inner), prog = reader(outer);
	u32 inner_id = last_id(OBJ_MAP) - 1;

	assert_int_equal(run(prog), 77);
	assert_int_equal(set(inner, 0, 5), 0);
	assert_int_equal(set(outer, 0, inner), 0);
	assert_int_equal(get(outer, 0), inner_id);
	assert_int_equal(run(prog), 5);
	sim_close(sim, PID, inner);
	assert_int_equal(run(prog), 5);
	inner = create(BPF_MAP_TYPE_ARRAY, 4, 4, 2, 0);
	assert_int_equal(set(outer, 0, inner), 0);
	assert_null(obj_by_id(sim, OBJ_MAP, inner_id));
	assert_int_equal(run(prog), 0);
	assert_int_equal(del(outer, 0), 0);
	assert_int_equal(run(prog), 77);
	assert_int_equal(set(outer, 1, inner), 0);
	sim_close(sim, PID, prog);
	sim_close(sim, PID, outer);
	sim_close(sim, PID, inner);
	assert_null(obj_next(sim, OBJ_MAP, 0));
}

static void test_array_of_maps(void **state)
{
	(void)state;
	check_outer(BPF_MAP_TYPE_ARRAY_OF_MAPS);
}

static void test_hash_of_maps(void **state)
{
	(void)state;
	check_outer(BPF_MAP_TYPE_HASH_OF_MAPS);
}

static void test_inner_maps_are_like_the_template(void **state)
{
	int template = create(BPF_MAP_TYPE_ARRAY, 4, 4, 2, 0), outer = create(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, template);

	(void)state;
	assert_int_equal(set(outer, 0, create(BPF_MAP_TYPE_ARRAY, 4, 4, 3, 0)), -EINVAL);
	assert_int_equal(set(outer, 0, create(BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0)), -EINVAL);
	assert_int_equal(set(outer, 0, create(BPF_MAP_TYPE_HASH, 4, 4, 2, 0)), -EINVAL);
	assert_int_equal(set(outer, 0, returns(BPF_PROG_TYPE_XDP, 0)), -EINVAL);
	assert_int_equal(get(outer, 0), -ENOENT);
	template = create(BPF_MAP_TYPE_HASH, 4, 4, 2, 0);
	outer = create(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, template);
	assert_int_equal(set(outer, 0, create(BPF_MAP_TYPE_HASH, 4, 4, 3, 0)), 0);
}

static s64 push(int fd, u32 value, u64 flags)
{
	return elem(BPF_MAP_UPDATE_ELEM, fd, NULL, &value, flags);
}

static s64 pop(int fd)
{
	u32 value = 0;
	s64 err = elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, NULL, &value, 0);

	return err ? err : value;
}

static void check_order(u32 type, u32 first, u32 second)
{
	int fd = create(type, 0, 4, 2, 0);
	u32 key = 0, value = 9;

	assert_int_equal(pop(fd), -ENOENT);
	for (int round = 0; round < 4; round++) {
		assert_int_equal(push(fd, 1, BPF_ANY), 0);
		assert_int_equal(push(fd, 2, BPF_ANY), 0);
		assert_int_equal(push(fd, 3, BPF_ANY), -E2BIG);
		assert_int_equal(elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, &value, 0), 0);
		assert_int_equal(value, first);
		assert_int_equal(pop(fd), first);
		assert_int_equal(pop(fd), second);
		assert_int_equal(pop(fd), -ENOENT);
	}
	assert_int_equal(push(fd, 1, BPF_NOEXIST), -EINVAL);
	assert_int_equal(elem(BPF_MAP_UPDATE_ELEM, fd, &key, &value, 0), -EINVAL);
	assert_int_equal(elem(BPF_MAP_DELETE_ELEM, fd, NULL, NULL, 0), -EINVAL);
	assert_int_equal(elem(BPF_MAP_GET_NEXT_KEY, fd, NULL, &value, 0), -EINVAL);
}

static void test_queue_and_stack(void **state)
{
	int fd = create(BPF_MAP_TYPE_QUEUE, 0, 4, 2, 0);

	(void)state;
	check_order(BPF_MAP_TYPE_QUEUE, 1, 2);
	check_order(BPF_MAP_TYPE_STACK, 2, 1);
	for (u32 value = 1; value <= 3; value++)
		assert_int_equal(push(fd, value, BPF_EXIST), 0);
	assert_int_equal(pop(fd), 2);
}

/* Each CPU has 8 bytes for a value of 4. */
static void test_percpu_array(void **state)
{
	int fd = create(BPF_MAP_TYPE_PERCPU_ARRAY, 4, 4, 3, 0);
	u64 value[4] = {7, 8, 9, 10};
	u32 key = 2;

	(void)state;
	assert_int_equal(elem(BPF_MAP_UPDATE_ELEM, fd, &key, value, BPF_ANY), 0);
	memset(value, 0, sizeof(value));
	assert_int_equal(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, value, 0), 0);
	for (u32 cpu = 0; cpu < 4; cpu++)
		assert_int_equal(value[cpu], cpu < sim->clock->ncpus ? 7 + cpu : 0);
	assert_int_equal(elem(BPF_MAP_UPDATE_ELEM, fd, &key, value, BPF_NOEXIST), -EEXIST);
	key = 3;
	assert_int_equal(elem(BPF_MAP_UPDATE_ELEM, fd, &key, value, BPF_ANY), -E2BIG);
	assert_int_equal(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, value, 0), -ENOENT);
	assert_int_equal(del(fd, 0), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tail_call),
		TEST(test_strangers),
		TEST(test_circle_is_broken),
		TEST(test_array_of_maps),
		TEST(test_hash_of_maps),
		TEST(test_inner_maps_are_like_the_template),
		TEST(test_queue_and_stack),
		TEST(test_percpu_array),
	};

	return cmocka_run_group_tests_name("map_objects", tests, NULL, NULL);
}
