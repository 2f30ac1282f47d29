/* bpf(2) on maps, beyond its errnos (test/errno): sentences, events, memory, going back in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/sim.h"
#include "test/support/machine.h"

#define PID 100 /* the loader */
#define EVENTS_MAX 16

static struct event events[EVENTS_MAX];
static u32 nevents;

static void keep_event(void *ctx, const struct event *event)
{
	(void)ctx;
	assert_true(nevents < EVENTS_MAX);
	events[nevents++] = *event;
}

static int setup(void **state)
{
	int err = machine_setup(state);

	host->event = keep_event;
	return err;
}

static s64 call(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, PID, cmd, (u64)attr, sizeof(*attr));
}

static s64 create(u32 type, u32 max_entries)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = 8, .max_entries = max_entries};

	return call(BPF_MAP_CREATE, &attr);
}

static s64 elem(int cmd, int fd, u32 key, u64 *value)
{
	union bpf_attr attr = {.map_fd = fd, .key = (u64)&key, .value = (u64)value};

	return call(cmd, &attr);
}

static s64 update(int fd, u32 key, u64 value)
{
	return elem(BPF_MAP_UPDATE_ELEM, fd, key, &value);
}

/* Each type of 6.1 that is missing is called by its name, so that nobody takes it for an error of theirs. */
static void test_types_that_are_not_there_yet(void **state)
{
	u32 missing = 0;

	(void)state;
	for (u32 type = 1; map_type_name(type); type++) {
		if (type < map_types_count && map_types[type])
			continue;
		missing++;
		assert_int_equal(create(type, 1), -EINVAL);
		assert_non_null(strstr(sim->why.text, map_type_name(type)));
		assert_non_null(strstr(sim->why.text, "does not have it yet"));
	}
	assert_int_equal(create(32, 1), -EINVAL);
	assert_null(strstr(sim->why.text, "yet"));
	assert_true(missing < 30);
}

static void test_close_frees_all(void **state)
{
	u64 live = arena_live_bytes(sim->arena);
	s64 fd, copy;

	(void)state;
	fd = create(BPF_MAP_TYPE_HASH, 100);
	copy = sim_dup(sim, PID, fd);
	for (u32 key = 0; key < 50; key++)
		assert_int_equal(update(fd, key, key), 0);
	assert_int_equal(sim_close(sim, PID, fd), 0);
	assert_int_equal(update(copy, 1, 1), 0);
	assert_int_equal(sim_close(sim, PID, copy), 0);
	assert_null(obj_next(sim, OBJ_MAP, 0));
	assert_true(arena_live_bytes(sim->arena) - live < 256); /* the list of ids has grown */
}

static void event_is(const struct event *event, enum event_kind kind, u32 obj)
{
	assert_int_equal(event->kind, kind);
	assert_int_equal(event->obj, obj);
}

static void test_events(void **state)
{
	s64 fd = create(BPF_MAP_TYPE_HASH, 4);
	u32 id = obj_next(sim, OBJ_MAP, 0)->id;
	u64 value;

	(void)state;
	nevents = 0;
	sim->event_mask = EVENT_BIT(EV_MAP_UPDATE) | EVENT_BIT(EV_MAP_DELETE) | EVENT_BIT(EV_MAP_LOOKUP);
	update(fd, 1, 5);
	update(fd, 1, 6);
	elem(BPF_MAP_LOOKUP_ELEM, fd, 1, &value);
	elem(BPF_MAP_LOOKUP_ELEM, fd, 2, &value);
	elem(BPF_MAP_DELETE_ELEM, fd, 2, NULL);
	elem(BPF_MAP_DELETE_ELEM, fd, 1, NULL);
	sim->event_mask = 0;
	assert_int_equal(nevents, 5);
	event_is(&events[0], EV_MAP_UPDATE, id);
	assert_int_equal(events[0].arg[2], 1);
	event_is(&events[1], EV_MAP_UPDATE, id);
	assert_int_equal(events[1].arg[2], 0);
	event_is(&events[2], EV_MAP_LOOKUP, id);
	assert_int_equal(events[2].arg[1], events[1].arg[1]);
	event_is(&events[3], EV_MAP_LOOKUP, id);
	assert_int_equal(events[3].arg[1], 0);
	event_is(&events[4], EV_MAP_DELETE, id);
	sim_close(sim, PID, fd);
}

/* The state after each call is the same when it is come to again. */
static void test_back_in_time(void **state)
{
	u64 at[40], hash[40];
	s64 fd = create(BPF_MAP_TYPE_HASH, 8);

	(void)state;
	for (u32 i = 0; i < 40; i++) {
		if (i % 3 == 2)
			elem(BPF_MAP_DELETE_ELEM, fd, i % 7, NULL);
		else
			update(fd, i % 10, i);
		at[i] = sim_now(sim);
		hash[i] = sim_hash(sim);
	}
	for (u32 i = 0; i < 40; i++) {
		u32 where = i * 17 % 40;

		assert_int_equal(sim_goto(sim, at[where]), 0);
		assert_int_equal(sim_hash(sim), hash[where]);
	}
	sim_close(sim, PID, fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types_that_are_not_there_yet),
		cmocka_unit_test(test_close_frees_all),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_back_in_time),
	};

	return cmocka_run_group_tests(tests, setup, machine_teardown);
}
