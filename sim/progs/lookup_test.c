/*
 * BPF_PROG_TEST_RUN of SK_LOOKUP programs: who looks for a socket is said by ctx_in; the cookie of the chosen one goes
 * out (net/bpf/test_run.c, bpf_prog_test_run_sk_lookup).
 */
#include "lookup_test.h"
#include "../world/layout.h"
#include "../world/socket.h"
#include "test_run.h"

#define FAMILY_INET 2u
#define FAMILY_INET6 10u

struct lookup_test {
	struct bpf_sk_lookup_kern ctx;
	struct bpf_sk_lookup *asked;
};

static int check_attr(struct sim *sim, const union bpf_attr *attr)
{
	if (attr->test.flags || attr->test.cpu || attr->test.batch_size)
		return sim_fail(&sim->why, -EINVAL, "socket lookups are run without flags, cpu and batch_size");
	if (attr->test.data_in || attr->test.data_size_in || attr->test.data_out || attr->test.data_size_out)
		return sim_fail(&sim->why, -EINVAL, "socket lookups have no data, only a context");
	return 0;
}

static bool is_zero(const u8 *bytes, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (bytes[i])
			return false;
	return true;
}

static int check_asked(struct sim *sim, const struct bpf_sk_lookup *asked)
{
	const u32 end = offsetof(struct bpf_sk_lookup, local_port) + sizeof(asked->local_port);

	if (!asked)
		return sim_fail(&sim->why, -EINVAL, "a socket lookup needs a context");
	if (asked->cookie || !is_zero((const u8 *)asked + end, sizeof(*asked) - end))
		return sim_fail(&sim->why, -EINVAL, "sk, and what stands behind local_port, must be 0");
	if (asked->local_port > UINT16_MAX)
		return sim_fail(&sim->why, -ERANGE, "local_port is %u", asked->local_port);
	return 0;
}

static int fill(struct sim *sim, struct lookup_test *test)
{
	const struct bpf_sk_lookup *asked = test->asked;

	test->ctx = (struct bpf_sk_lookup_kern){.family = asked->family,
						.protocol = asked->protocol,
						.dport = asked->local_port,
						.sport = asked->remote_port};
	switch (test->ctx.family) {
	case FAMILY_INET:
		test->ctx.v4_saddr = asked->remote_ip4;
		test->ctx.v4_daddr = asked->local_ip4;
		return 0;
	case FAMILY_INET6:
		test->ctx.v6_saddr = (u64)asked->remote_ip6;
		test->ctx.v6_daddr = (u64)asked->local_ip6;
		return 0;
	}
	return sim_fail(&sim->why, -EAFNOSUPPORT, "family %u: 2 (AF_INET) and 10 (AF_INET6) can be looked for",
			test->ctx.family);
}

int lookup_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run, void **state)
{
	struct lookup_test *test = *state = sim_alloc(sim, sizeof(*test));
	int err = test ? check_attr(sim, call->attr) : sim_fail(&sim->why, -ENOMEM, "no memory for a test run");

	if (!err)
		err = test_ctx_in(sim, call, sizeof(*test->asked), (void **)&test->asked);
	if (!err)
		err = check_asked(sim, test->asked);
	if (!err)
		err = fill(sim, test);
	if (!err)
		*run = (struct run_request){.prog = prog, .ctx = (u64)&test->ctx};
	return err;
}

void lookup_test_again(struct sim *sim, void *state)
{
	(void)sim;
	((struct lookup_test *)state)->ctx.selected_sk = 0;
}

/* The cookie of the socket that the program has chosen; 0: none. */
static u64 chosen_cookie(struct sim *sim, const struct lookup_test *test)
{
	for (struct obj *o = obj_next(sim, OBJ_SOCK, 0); o; o = obj_next(sim, OBJ_SOCK, o->id))
		if ((u64)socket_of(o)->sk == test->ctx.selected_sk)
			return socket_cookie(sim, socket_of(o));
	return 0;
}

int lookup_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration)
{
	struct lookup_test *test = state;
	bool chosen = retval == SK_PASS && test->ctx.selected_sk;
	struct test_out out = {NULL, 0, NULL, retval, duration};
	int err;

	test->asked->cookie = chosen ? chosen_cookie(sim, test) : 0;
	err = test_data_out(sim, call, &out);
	return err ? err : test_ctx_out(sim, call, test->asked, sizeof(*test->asked));
}

void lookup_test_free(struct sim *sim, void *state)
{
	struct lookup_test *test = state;

	if (!test)
		return;
	sim_free(sim, test->asked);
	sim_free(sim, test);
}
