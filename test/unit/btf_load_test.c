/* BTF objects: ids, references, what they leave behind, and that loading one can be taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/sim.h"
#include "test/support/host.h"

#define PID 100 /* the loader */

static struct sim_host *host;

static struct {
	struct btf_header h;
	struct btf_type t;
	char strs[4];
} btf = {{BTF_MAGIC, 1, 0, 24, 0, 12, 12, 4}, {1, BTF_KIND_STRUCT << 24, {4}}, "\0a"};

static int setup(void **state)
{
	host = host_new();
	*state = sim_new(host);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	sim_delete(*state);
	host_delete(host);
	return 0;
}

static s64 load(struct sim *sim)
{
	union bpf_attr attr = {.btf = (u64)&btf, .btf_size = sizeof(btf)};

	return sim_bpf(sim, PID, BPF_BTF_LOAD, (u64)&attr, sizeof(attr));
}

static void test_lives_as_its_fds(void **state)
{
	struct sim *sim = *state;
	u64 before = arena_live_bytes(sim->arena), with_list;
	s64 fd = load(sim);

	assert_int_equal(fd, 3);
	assert_int_equal(obj_next(sim, OBJ_BTF, 0)->id, 1);
	assert_int_equal(sim_dup(sim, PID, fd), 4);
	sim_close(sim, PID, fd);
	assert_non_null(obj_by_id(sim, OBJ_BTF, 1));
	sim_close(sim, PID, 4);
	assert_null(obj_by_id(sim, OBJ_BTF, 1));
	/* the list of ids stays; the next BTF needs no more than the first */
	with_list = arena_live_bytes(sim->arena);
	assert_true(with_list >= before);
	sim_close(sim, PID, load(sim));
	assert_int_equal(arena_live_bytes(sim->arena), with_list);
}

static void test_ids_grow(void **state)
{
	struct sim *sim = *state;

	sim_close(sim, PID, load(sim));
	assert_int_equal(load(sim), 3);
	assert_non_null(obj_by_id(sim, OBJ_BTF, 2));
}

static void test_refused_leaves_nothing(void **state)
{
	struct sim *sim = *state;
	u64 before = arena_live_bytes(sim->arena);

	btf.t.info = 31u << 24;
	assert_int_equal(load(sim), -EINVAL);
	assert_string_equal(sim->why.text, "BTF: [1] Invalid kind:31");
	btf.t.info = BTF_KIND_TYPEDEF << 24;
	btf.t.type = 1;
	assert_int_equal(load(sim), -EEXIST);
	assert_string_equal(sim->why.text, "BTF type [1] TYPEDEF a: Loop detected");
	btf.t.info = BTF_KIND_STRUCT << 24;
	btf.t.size = 4;
	assert_int_equal(arena_live_bytes(sim->arena), before);
}

/* When time goes forth again the bytes come from the log, whatever the loader has in its memory by then. */
static void test_time(void **state)
{
	struct sim *sim = *state;
	u64 start = sim_now(sim), end, hash;

	assert_int_equal(load(sim), 3);
	end = sim_now(sim);
	hash = sim_hash(sim);
	assert_int_equal(sim_goto(sim, start), 0);
	assert_null(obj_next(sim, OBJ_BTF, 0));
	btf.h.magic = 0;
	assert_int_equal(sim_goto(sim, end), 0);
	btf.h.magic = BTF_MAGIC;
	assert_int_equal(sim_hash(sim), hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lives_as_its_fds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ids_grow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_time, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
