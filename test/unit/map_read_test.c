/*
 * User space reads maps by system calls: what it may not, or cannot, it does not; and it leaves no fd
 * behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ui/map_read.h"

static struct session s;

static int setup(void **state)
{
	struct why why;

	(void)state;
	return session_open(&s, &why);
}

static int teardown(void **state)
{
	(void)state;
	session_close(&s);
	return 0;
}

static s64 call(int cmd, union bpf_attr attr)
{
	return sim_bpf(s.sim, s.pid, cmd, user_put_attr(s.user, &attr, sizeof(attr)), sizeof(attr));
}

static const struct map *new_map(u32 type, u32 flags, int *fd)
{
	bool keys = type != BPF_MAP_TYPE_QUEUE;

	*fd = call(BPF_MAP_CREATE, (union bpf_attr){.map_type = type,
						    .key_size = keys ? 4 : 0,
						    .value_size = 8,
						    .max_entries = 3,
						    .map_flags = flags});
	assert_true(*fd >= 0);
	return container_of(fd_file(task_by_pid(s.sim, s.pid), *fd)->obj, struct map, obj);
}

static void put(int fd, u32 key, u64 value)
{
	u64 key_at, value_at;

	user_reset(s.user);
	key_at = user_put(s.user, &key, sizeof(key));
	value_at = user_put(s.user, &value, sizeof(value));
	assert_int_equal(
		call(BPF_MAP_UPDATE_ELEM, (union bpf_attr){.map_fd = fd, .key = key_at, .value = value_at}),
		0);
}

/* What was read: the sum of the keys and of the values, as long as there is a value for each. */
struct sum {
	u32 elements, most;
	u64 keys, values;
};

static bool add(void *ctx, const void *key, const void *value)
{
	struct sum *sum = ctx;
	u32 k;
	u64 v = 0;

	memcpy(&k, key, sizeof(k));
	if (value)
		memcpy(&v, value, sizeof(v));
	sum->keys += k;
	sum->values += v;
	return ++sum->elements < sum->most;
}

static void by_the_loaders_fd(void **state)
{
	struct sum all = {.most = 100}, first = {.most = 1};
	u64 before;
	int fd;
	const struct map *map = new_map(BPF_MAP_TYPE_HASH, 0, &fd);

	(void)state;
	put(fd, 5, 50);
	put(fd, 7, 700);
	before = sim_now(s.sim);
	assert_int_equal(map_read(&s, map, add, &all), 0);
	assert_int_equal(all.elements, 2);
	assert_int_equal(all.keys, 12);
	assert_int_equal(all.values, 750);
	assert_true(sim_now(s.sim) > before); /* time passes for whoever calls the kernel */
	assert_int_equal(map_read(&s, map, add, &first), 0);
	assert_int_equal(first.elements, 1);
}

static void by_id(void **state)
{
	struct sum sum = {.most = 100};
	int fd, outer, next;
	const struct map *map = new_map(BPF_MAP_TYPE_ARRAY, 0, &fd);
	u32 id = map->obj.id, zero = 0;
	u64 at;

	(void)state;
	put(fd, 2, 9);
	outer = call(BPF_MAP_CREATE, (union bpf_attr){.map_type = BPF_MAP_TYPE_ARRAY_OF_MAPS, .key_size = 4,
						      .value_size = 4, .max_entries = 1, .inner_map_fd = fd});
	user_reset(s.user);
	at = user_put(s.user, &zero, sizeof(zero));
	assert_int_equal(
		call(BPF_MAP_UPDATE_ELEM, (union bpf_attr){.map_fd = outer,
							   .key = at,
							   .value = user_put(s.user, &fd, sizeof(fd))}),
		0);
	assert_int_equal(sim_close(s.sim, s.pid, fd), 0);
	assert_int_equal(map_read(&s, map, add, &sum), 0);
	assert_int_equal(sum.elements, 3);
	assert_int_equal(sum.values, 9);
	new_map(BPF_MAP_TYPE_HASH, 0, &next);
	assert_int_equal(next, fd); /* the one that was asked for is closed again */
	assert_int_equal(map->obj.id, id);
}

static void what_user_space_may_not(void **state)
{
	struct sum sum = {.most = 100};
	int fd;
	const struct map *map = new_map(BPF_MAP_TYPE_HASH, BPF_F_WRONLY, &fd);

	(void)state;
	put(fd, 1, 1);
	assert_int_equal(map_read(&s, map, add, &sum), -EPERM);
	assert_int_equal(sum.elements, 0);
	map = new_map(BPF_MAP_TYPE_QUEUE, 0, &fd);
	assert_int_equal(map_read(&s, map, add, &sum), -EINVAL);
	assert_string_equal(s.sim->why.text, "a map of type queue has no keys");
}

static void hear(void *ctx, const struct event *event)
{
	(void)event;
	*(bool *)ctx = true;
}

static void the_view_does_not_hear_it(void **state)
{
	struct sum sum = {.most = 100};
	bool heard = false;
	int fd;
	const struct map *map = new_map(BPF_MAP_TYPE_ARRAY, 0, &fd);

	(void)state;
	session_listen(&s, EVENT_BIT(EV_SYSCALL_ENTER), hear, &heard);
	assert_int_equal(map_read(&s, map, add, &sum), 0);
	assert_false(heard);
	put(fd, 0, 0);
	assert_true(heard); /* but it hears the next one */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(by_the_loaders_fd),
		TEST(by_id),
		TEST(what_user_space_may_not),
		TEST(the_view_does_not_hear_it),
	};

	return cmocka_run_group_tests_name("map_read", tests, NULL, NULL);
}
