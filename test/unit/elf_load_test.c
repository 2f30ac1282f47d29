/* The loader and the simulated kernel together: fds, frozen constants, pinned maps used again, a load that
 * fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/elf/loader.h"
#include "sim/elf/vmlinux.h"
#include "test/support/host.h"
#include "test/support/objects.h"

#define PID 100

struct machine {
	struct sim_host *host;
	struct user_memory *user;
	struct sim *sim;
	struct elf_object *object;
};

static int from_user(void *ctx, u32 pid, void *dst, u64 uaddr, u64 n)
{
	(void)pid;
	return user_read(ctx, dst, uaddr, n);
}

static int to_user(void *ctx, u32 pid, u64 uaddr, const void *src, u64 n)
{
	(void)pid;
	return user_write(ctx, uaddr, src, n);
}

static int setup(void **state)
{
	static struct machine m;

	m.host = host_new();
	m.user = user_memory_new();
	m.host->ctx = m.user;
	m.host->copy_in = from_user;
	m.host->copy_out = to_user;
	m.sim = sim_new(m.host);
	m.object = test_object("pin.o");
	*state = &m;
	return m.sim ? 0 : -1;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	sim_delete(m->sim);
	elf_close(m->object);
	user_memory_free(m->user);
	host_delete(m->host);
	return 0;
}

static struct loader *begin(struct machine *m, const char *const *program, struct loader_options options)
{
	struct why why = {0};
	struct loader *loader;

	options.target = (struct elf_target){vmlinux_types(NULL), 1};
	options.programs = program;
	options.program_count = program ? 1 : 0;
	loader = loader_begin(m->object, m->user, &options, &why);
	assert_non_null(loader);
	return loader;
}

static s64 make_call(struct machine *m, struct loader *loader, const struct loader_call *call)
{
	s64 result = loader_make_call(m->sim, PID, call);

	loader_done_call(loader, result, m->sim->why.text);
	return result;
}

static void test_fds(void **state)
{
	static const struct {
		int cmd;
		s64 result;
	} expected[] = {
		{BPF_BTF_LOAD, 3},   {BPF_OBJ_GET, -ENOENT}, {BPF_MAP_CREATE, 4},
		{BPF_MAP_CREATE, 5}, {BPF_PROG_LOAD, 6},
	};
	struct machine *m = *state;
	struct loader *loader = begin(m, NULL, (struct loader_options){0});
	const struct elf_program *count = elf_program_by_name(m->object, "count");
	struct loader_call call;
	u32 n = 0;

	while (loader_next(loader, &call)) {
		s64 result = make_call(m, loader, &call);

		if (n < ARRAY_SIZE(expected) && call.cmd == expected[n].cmd)
			assert_int_equal(result, expected[n++].result);
	}
	assert_null(loader_failed(loader));
	assert_int_equal(n, ARRAY_SIZE(expected));
	assert_int_equal(loader_program_fd(loader, count - m->object->programs), 6);
	loader_free(loader);
}

/* Makes all calls; how many were of command @cmd. */
static u32 count_calls(struct machine *m, struct loader *loader, int cmd)
{
	struct loader_call call;
	u32 count = 0;

	while (loader_next(loader, &call)) {
		count += call.cmd == cmd;
		make_call(m, loader, &call);
	}
	return count;
}

static void test_pinned(void **state)
{
	struct machine *m = *state;
	struct loader *first = begin(m, NULL, (struct loader_options){0}), *second;

	assert_int_equal(count_calls(m, first, BPF_MAP_CREATE), 2);
	second = begin(m, NULL, (struct loader_options){0});
	assert_int_equal(count_calls(m, second, BPF_MAP_CREATE), 1);
	assert_null(loader_failed(second));
	loader_free(first);
	loader_free(second);
	/* a map of that name which is another kind of map */
	m->object->maps[0].max_entries = 17;
	second = begin(m, NULL, (struct loader_options){0});
	assert_int_equal(count_calls(m, second, BPF_PROG_LOAD), 0);
	assert_non_null(strstr(loader_failed(second)->text, "the pinned map shared: found type 1"));
	loader_free(second);
}

static void test_rejected(void **state)
{
	static const char *const broken[] = {"broken"};
	struct machine *m = *state;
	struct loader *loader = begin(m, broken, (struct loader_options){0});

	/* once without a log, once more with one */
	assert_int_equal(count_calls(m, loader, BPF_PROG_LOAD), 2);
	assert_int_equal(loader_failed(loader)->err, -EINVAL);
	assert_non_null(strstr(loader_failed(loader)->text, "PROG_LOAD: EINVAL"));
	assert_non_null(strstr(loader_log(loader), "jump out of range"));
	loader_free(loader);
}

static void test_no_such_program(void **state)
{
	static const char *const missing[] = {"missing"};
	struct machine *m = *state;
	struct loader_options options = {.programs = missing, .program_count = 1};
	struct why why = {0};

	assert_null(loader_begin(m->object, m->user, &options, &why));
	assert_string_equal(why.text, "there is no program missing in pin");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pinned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rejected, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_such_program, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
