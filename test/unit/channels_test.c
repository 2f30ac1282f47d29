/*
 * Maps that are channels to user space, where the errno tables do not reach: counters of perf events, rings
 * that programs without a check misuse, time running backward through a ring.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/helpers/helper.h"
#include "sim/look.h"
#include "test/support/machine.h"

#define PID 100 /* the loader */
#define U64(p) ((u64)(uintptr_t)(p))
#define PAGE 4096u

static s64 call(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, PID, cmd, U64(attr), sizeof(*attr));
}

static s64 create(u32 type, u32 size, u32 max_entries)
{
	union bpf_attr attr = {
		.map_type = type, .key_size = size, .value_size = size, .max_entries = max_entries};

	return call(BPF_MAP_CREATE, &attr);
}

static struct map *map_at(int fd)
{
	return container_of(fd_file(task_by_pid(sim, PID), fd)->obj, struct map, obj);
}

static s64 helper(u32 id, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return helper_by_id(id)->fn(sim, r1, r2, r3, r4, r5);
}

static s64 put(int map, u32 key, u32 value)
{
	union bpf_attr attr = {.map_fd = map, .key = U64(&key), .value = U64(&value)};

	return call(BPF_MAP_UPDATE_ELEM, &attr);
}

/*
 * What a raw tracepoint program got from Linux 6.1: 0, 0, -ENOENT, -E2BIG, -EINVAL; 0,
 * -EINVAL, -ENOENT, -EINVAL.
 */
static void test_counters(void **state)
{
	const struct perf_open open = {.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_BPF_OUTPUT};
	int fd = create(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 3);
	u64 map = (u64)&map_at(fd)->k, value[3];

	(void)state;
	assert_int_equal(put(fd, 0, sim_perf_open(sim, PID, &open)), 0);
	assert_int_equal(helper(BPF_FUNC_perf_event_read, map, BPF_F_CURRENT_CPU, 0, 0, 0), 0);
	assert_int_equal(helper(BPF_FUNC_perf_event_read, map, 0, 0, 0, 0), 0);
	assert_int_equal(helper(BPF_FUNC_perf_event_read, map, 1, 0, 0, 0), -ENOENT);
	assert_int_equal(helper(BPF_FUNC_perf_event_read, map, 3, 0, 0, 0), -E2BIG);
	assert_int_equal(helper(BPF_FUNC_perf_event_read, map, 1ull << 32, 0, 0, 0), -EINVAL);
	assert_int_equal(helper(BPF_FUNC_perf_event_read_value, map, 0, U64(value), 24, 0), 0);
	assert_int_equal(value[0], 0);
	assert_int_equal(helper(BPF_FUNC_perf_event_read_value, map, 0, U64(value), 16, 0), -EINVAL);
	assert_int_equal(helper(BPF_FUNC_perf_event_read_value, map, 1, U64(value), 24, 0), -ENOENT);
	assert_int_equal(helper(BPF_FUNC_perf_event_read_value, map, 1ull << 32, U64(value), 24, 0), -EINVAL);
}

static void test_clock_counts(void **state)
{
	const struct perf_open open = {.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK};
	int fd = create(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 1);
	u64 value[3];

	(void)state;
	assert_int_equal(put(fd, 0, sim_perf_open(sim, PID, &open)), 0);
	sim_device(sim, "veth0");
	assert_int_equal(helper(BPF_FUNC_perf_event_read_value, (u64)&map_at(fd)->k, 0, U64(value), 24, 0),
			 0);
	assert_true(value[0] > 0);
	assert_int_equal(value[0], value[1]);
	assert_int_equal(value[1], value[2]);
}

static u64 word(int fd, u64 off)
{
	u64 value = 0;

	assert_int_equal(sim_load(sim, PID, fd, off, &value, sizeof(value)), 0);
	return value;
}

/* The reader is waked when it has read all; not for what comes while it is behind, unless forced. */
static void test_wakeups(void **state)
{
	int fd = create(BPF_MAP_TYPE_RINGBUF, 0, PAGE);
	struct ringbuf *ring = ringbuf_of(map_at(fd));
	u64 map = (u64)&map_at(fd)->k, data = 1;

	(void)state;
	helper(BPF_FUNC_ringbuf_output, map, U64(&data), 8, 0, 0);
	assert_int_equal(ring->wakeups, 1);
	helper(BPF_FUNC_ringbuf_output, map, U64(&data), 8, 0, 0);
	assert_int_equal(ring->wakeups, 1);
	helper(BPF_FUNC_ringbuf_output, map, U64(&data), 8, BPF_RB_FORCE_WAKEUP, 0);
	assert_int_equal(ring->wakeups, 2);
	data = word(fd, PAGE);
	assert_int_equal(sim_store(sim, PID, fd, 0, &data, sizeof(data)), 0);
	helper(BPF_FUNC_ringbuf_output, map, U64(&data), 8, BPF_RB_NO_WAKEUP, 0);
	assert_int_equal(ring->wakeups, 2);
}

/* A record that waits holds back those behind it: the reader sees none, although the second one is ready. */
static void test_busy_holds_back(void **state)
{
	struct ringbuf *ring = ringbuf_of(map_at(create(BPF_MAP_TYPE_RINGBUF, 0, PAGE)));
	void *first = ringbuf_reserve(ring, 8), *second = ringbuf_reserve(ring, 8);

	(void)state;
	ringbuf_commit(sim, second, 0, false);
	assert_null(ringbuf_record(ring, 0));
	assert_non_null(ringbuf_record(ring, 16));
	ringbuf_commit(sim, first, 0, true);
	assert_int_equal(ringbuf_record(ring, 0)->len, 8 | BPF_RINGBUF_DISCARD_BIT);
	assert_null(ringbuf_record(ring, 32));
}

/* What was stored is an input: it is undone and done again. */
static void test_time(void **state)
{
	int fd = create(BPF_MAP_TYPE_USER_RINGBUF, 0, PAGE);
	u64 before, after, pos = 16, hash;

	(void)state;
	before = sim_now(sim);
	assert_int_equal(sim_store(sim, PID, fd, PAGE, &pos, sizeof(pos)), 0);
	after = sim_now(sim);
	hash = sim_hash(sim);
	assert_int_equal(sim_goto(sim, before), 0);
	assert_int_equal(word(fd, PAGE), 0);
	assert_int_equal(sim_goto(sim, after), 0);
	assert_int_equal(word(fd, PAGE), 16);
	assert_true(sim_hash(sim) == hash);
}

/* The last close of a socket takes its storage and its places in maps along; dup'ed fds keep it. */
static void test_sockets_leave(void **state)
{
	int map = create(BPF_MAP_TYPE_XSKMAP, 4, 2), sock = sim_socket(sim, PID, 44, 3, 0);
	int copy = sim_dup(sim, PID, sock);
	u32 key = 0;

	(void)state;
	assert_int_equal(put(map, 0, sock), 0);
	sim_close(sim, PID, sock);
	assert_non_null(map_lookup(sim, map_at(map), &key));
	sim_close(sim, PID, copy);
	assert_null(map_lookup(sim, map_at(map), &key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_counters, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_clock_counts, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_wakeups, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_busy_holds_back, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_time, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_sockets_leave, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
