/*
 * BPF_PROG_TEST_RUN with a context that the caller gives byte by byte: RAW_TRACEPOINT and SYSCALL (net/bpf/test_run.c,
 * bpf_prog_test_run_raw_tp and bpf_prog_test_run_syscall).
 */
#include "plain_test.h"

#define RAW_TP_CTX_MAX (12 * sizeof(u64)) /* MAX_BPF_FUNC_ARGS */
#define SYSCALL_CTX_MAX UINT16_MAX

struct plain_test {
	void *ctx; /* NULL: none */
	u32 size;
	u64 back;  /* where it is copied back to, 0 = nowhere */
};

static int check_attr(struct sim *sim, const union bpf_attr *attr)
{
	if (attr->test.data_in || attr->test.data_out || attr->test.ctx_out || attr->test.duration || attr->test.repeat ||
	    attr->test.batch_size)
		return sim_fail(&sim->why, -EINVAL, "programs of this type take ctx_in: no data, ctx_out, duration, repeat, batch_size");
	return 0;
}

static int take_ctx(struct sim *sim, const struct prog *prog, const struct test_call *call, u32 most,
		    struct plain_test *test)
{
	u32 size = call->attr->test.ctx_size_in;

	if (size < prog->max_ctx_offset || size > most)
		return sim_fail(&sim->why, -EINVAL, "a context of %u bytes: the program looks at %u, there may be %u", size,
				prog->max_ctx_offset, most);
	if (!size)
		return 0;
	test->ctx = arena_alloc(sim->arena, size, TAG_CTX, NULL);
	test->size = size;
	if (!test->ctx)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a context");
	return call->user->in(sim, call->task, test->ctx, call->attr->test.ctx_in, size);
}

static struct plain_test *test_new(struct sim *sim, void **state)
{
	*state = sim_alloc(sim, sizeof(struct plain_test));
	if (!*state)
		sim_fail(&sim->why, -ENOMEM, "no memory for a test run");
	return *state;
}

static struct run_request request(struct prog *prog, const struct plain_test *test)
{
	return (struct run_request){.prog = prog, .ctx = (u64)test->ctx, .memory = (u64)test->ctx, .memory_size = test->size};
}

int raw_tp_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
		      void **state)
{
	bool on_cpu = call->attr->test.flags & BPF_F_TEST_RUN_ON_CPU;
	struct plain_test *test = test_new(sim, state);
	int err = test ? check_attr(sim, call->attr) : -ENOMEM;
	u32 cpu = call->attr->test.cpu;

	if (!err && !on_cpu && cpu)
		err = sim_fail(&sim->why, -EINVAL, "cpu is %u, but BPF_F_TEST_RUN_ON_CPU is not given", cpu);
	if (!err)
		err = take_ctx(sim, prog, call, RAW_TP_CTX_MAX, test);
	if (err)
		return err;
	if (on_cpu && cpu >= sim->clock->ncpus)
		return sim_fail(&sim->why, -ENXIO, "there is no CPU %u", cpu);
	*run = request(prog, test);
	run->on_cpu = on_cpu;
	run->cpu = cpu;
	return 0;
}

int syscall_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
		       void **state)
{
	struct plain_test *test = test_new(sim, state);
	int err = test ? check_attr(sim, call->attr) : -ENOMEM;

	if (!err && call->attr->test.flags)
		err = sim_fail(&sim->why, -EINVAL, "flags 0x%x: SYSCALL programs have none", call->attr->test.flags);
	if (!err)
		err = take_ctx(sim, prog, call, SYSCALL_CTX_MAX, test);
	if (err)
		return err;
	test->back = call->attr->test.ctx_in;
	*run = request(prog, test);
	return 0;
}

int plain_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration)
{
	const struct plain_test *test = state;
	int err = call->user->out(sim, call->task, call->uattr + offsetof(union bpf_attr, test.retval), &retval, sizeof(retval));

	(void)duration;
	if (!err && test->back && test->size)
		err = call->user->out(sim, call->task, test->back, test->ctx, test->size);
	return err;
}

void plain_test_free(struct sim *sim, void *state)
{
	struct plain_test *test = state;

	if (!test)
		return;
	arena_free(sim->arena, test->ctx);
	sim_free(sim, test);
}
