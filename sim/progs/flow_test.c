/*
 * BPF_PROG_TEST_RUN of FLOW_DISSECTOR programs: the packet comes in, the keys that the program has filled go out
 * (net/bpf/test_run.c, bpf_prog_test_run_flow_dissector; net/core/flow_dissector.c, bpf_flow_dissect).
 */
#include "flow_test.h"
#include "../world/layout.h"
#include "test_run.h"

#define ETH_HEADER 14u

struct flow_test {
	struct bpf_flow_dissector ctx;
	struct bpf_flow_keys keys, *asked; /* asked: by the caller, or NULL */
	u8 *data;
	u32 size;
};

/* Nothing but flags may be asked for. */
static int check_keys(struct sim *sim, const struct bpf_flow_keys *asked)
{
	struct bpf_flow_keys zero = {.flags = asked->flags};

	return memcmp(asked, &zero, sizeof(zero))
		       ? sim_fail(&sim->why, -EINVAL, "only the flags of struct bpf_flow_keys can be given")
		       : 0;
}

static int take_packet(struct sim *sim, const struct test_call *call, struct flow_test *test)
{
	u32 size = call->attr->test.data_size_in;
	int err = 0;

	if (size < ETH_HEADER)
		return sim_fail(&sim->why, -EINVAL, "%u bytes are not even an Ethernet header", size);
	err = test_data_check(sim, size, 0, 0);
	if (err)
		return err;
	test->data = arena_alloc(sim->arena, size, TAG_PACKET, NULL);
	test->size = size;
	if (!test->data)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a packet");
	return test_data_in(sim, call, test->data, call->attr->test.data_in, size);
}

/* What the kernel knows before it asks. */
static void set_keys(struct flow_test *test)
{
	test->keys = (struct bpf_flow_keys){
		.nhoff = ETH_HEADER, .thoff = ETH_HEADER, .flags = test->asked ? test->asked->flags : 0};
	memcpy(&test->keys.n_proto, test->data + ETH_HEADER - sizeof(u16), sizeof(u16));
}

int flow_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run, void **state)
{
	const union bpf_attr *attr = call->attr;
	struct flow_test *test = *state = sim_alloc(sim, sizeof(*test));
	int err = test ? 0 : sim_fail(&sim->why, -ENOMEM, "no memory for a test run");

	if (!err && (attr->test.flags || attr->test.cpu || attr->test.batch_size))
		err = sim_fail(&sim->why, -EINVAL, "flow dissectors are run without flags, cpu and batch_size");
	if (!err)
		err = take_packet(sim, call, test);
	if (!err)
		err = test_ctx_in(sim, call, sizeof(*test->asked), (void **)&test->asked);
	if (!err && test->asked)
		err = check_keys(sim, test->asked);
	if (err)
		return err;
	set_keys(test);
	test->ctx = (struct bpf_flow_dissector){.flow_keys = (u64)&test->keys,
						.data = (u64)test->data,
						.data_end = (u64)test->data + test->size};
	*run = (struct run_request){
		.prog = prog, .ctx = (u64)&test->ctx, .memory = (u64)&test->keys, .memory_size = sizeof(test->keys)};
	return 0;
}

void flow_test_again(struct sim *sim, void *state)
{
	(void)sim;
	set_keys(state);
}

static u16 clamp(u16 value, u32 least, u32 most)
{
	return value < least ? least : value > most ? most : value;
}

int flow_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration)
{
	struct flow_test *test = state;
	struct test_out out = {&test->keys, sizeof(test->keys), NULL, retval, duration};
	int err;

	test->keys.nhoff = clamp(test->keys.nhoff, ETH_HEADER, test->size);
	test->keys.thoff = clamp(test->keys.thoff, test->keys.nhoff, test->size);
	err = test_data_out(sim, call, &out);
	return err ? err : test_ctx_out(sim, call, test->asked, sizeof(*test->asked));
}

void flow_test_free(struct sim *sim, void *state)
{
	struct flow_test *test = state;

	if (!test)
		return;
	arena_free(sim->arena, test->data);
	sim_free(sim, test->asked);
	sim_free(sim, test);
}
