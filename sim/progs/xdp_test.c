/*
 * BPF_PROG_TEST_RUN for XDP (net/bpf/test_run.c, bpf_prog_test_run_xdp).
 *
 * Simplified: with BPF_F_TEST_XDP_LIVE_FRAMES each repetition gets the packet anew, as in Linux, but what a
 * frame's verdict asks for (sending, redirecting, the network stack) ends with the verdict.
 */
#include "test_run.h"
#include "xdp.h"

#define MAX_BATCH 256u
/* sizeof(struct xdp_page_head): two xdp_buff and an xdp_frame in front of a live frame */
#define LIVE_HEAD 152u
#define ETH_HEADER 14u

struct xdp_test {
	struct xdp_buff *xdp;
	struct xdp_md *ctx;        /* what the caller gave and wants back, or NULL */
	struct xdp_buff start;     /* live frames: as it was before each run, and its bytes */
	u8 *bytes;
	bool live;
};

static bool is_live(const union bpf_attr *attr)
{
	return attr->test.flags & BPF_F_TEST_XDP_LIVE_FRAMES;
}

static int check_attr(struct sim *sim, const struct prog *prog, const union bpf_attr *attr)
{
	if (prog->expected_attach_type == BPF_XDP_DEVMAP || prog->expected_attach_type == BPF_XDP_CPUMAP)
		return sim_fail(&sim->why, -EINVAL, "programs for a devmap or cpumap have no TEST_RUN");
	if (attr->test.flags & ~BPF_F_TEST_XDP_LIVE_FRAMES)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: only LIVE_FRAMES", attr->test.flags);
	if (!is_live(attr) && attr->test.batch_size)
		return sim_fail(&sim->why, -EINVAL, "batch_size %u: only for live frames",
				attr->test.batch_size);
	if (attr->test.batch_size > MAX_BATCH)
		return sim_fail(&sim->why, -E2BIG, "batch_size %u: at most %u", attr->test.batch_size,
				MAX_BATCH);
	return 0;
}

/*
 * data .. data_end of the caller's xdp_md count from the start of data_in; what is before data is metadata.
 */
static int check_ctx(struct sim *sim, const struct xdp_md *ctx, const union bpf_attr *attr)
{
	u32 size = attr->test.data_size_in;

	if (ctx->data_meta || ctx->data_end > size || ctx->data > ctx->data_end)
		return sim_fail(
			&sim->why, -EINVAL,
			"xdp_md: data_meta %u (must be 0), data %u, data_end %u in a packet of %u bytes",
			ctx->data_meta, ctx->data, ctx->data_end, size);
	if (is_live(attr) && (attr->test.data_out || attr->test.ctx_out))
		return sim_fail(&sim->why, -EINVAL, "live frames have no output");
	if (!xdp_meta_ok(ctx->data))
		return sim_fail(&sim->why, -EINVAL, "%u bytes of metadata: a multiple of 4, at most %u",
				ctx->data, XDP_META_MAX);
	return 0;
}

/* The receive queue that the caller's xdp_md names. */
static int check_queue(struct sim *sim, const struct xdp_md *ctx, struct xdp_buff *xdp)
{
	struct netdev *dev = netdev_by_index(sim, ctx->ingress_ifindex);

	if (ctx->egress_ifindex)
		return sim_fail(&sim->why, -EINVAL, "egress_ifindex %u: a packet that comes in has none",
				ctx->egress_ifindex);
	if (!ctx->ingress_ifindex && ctx->rx_queue_index)
		return sim_fail(&sim->why, -EINVAL, "rx_queue_index %u without ingress_ifindex",
				ctx->rx_queue_index);
	if (ctx->ingress_ifindex && !dev)
		return sim_fail(&sim->why, -ENODEV, "there is no device with ifindex %u",
				ctx->ingress_ifindex);
	if (dev && ctx->rx_queue_index >= dev->k.real_num_rx_queues)
		return sim_fail(&sim->why, -EINVAL, "%s has no receive queue %u", dev->name,
				ctx->rx_queue_index);
	if (dev)
		xdp->rxq = (u64)&dev->rxq;
	return 0;
}

static int frags_in(struct sim *sim, const struct test_call *call, struct xdp_buff *xdp, u32 at)
{
	u32 size = call->attr->test.data_size_in;

	while (at < size) {
		u32 n = min_u64(size - at, ARENA_PAGE);
		u8 *page = xdp_add_frag(sim, xdp, n);
		int err;

		if (!page)
			return sim_fail(&sim->why, -ENOMEM, "%u bytes: more than fit in a packet's fragments",
					size);
		err = test_data_in(sim, call, page, call->attr->test.data_in + at, n);
		if (err)
			return err;
		at += n;
	}
	return 0;
}

/* Live frames start from the same bytes again each time. */
static int remember_start(struct sim *sim, struct xdp_test *test)
{
	test->bytes = sim_alloc(sim, test->xdp->frame_sz);
	if (!test->bytes)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a frame");
	memcpy(test->bytes, (void *)test->xdp->data_hard_start, test->xdp->frame_sz);
	test->start = *test->xdp;
	return 0;
}

static int build(struct sim *sim, struct xdp_test *test, const struct test_call *call, u32 headroom,
		 u32 linear)
{
	struct xdp_buff *xdp = test->xdp =
		xdp_new(sim, netdev_by_index(sim, 1), ARENA_PAGE, headroom, linear);
	int err;

	if (!xdp)
		return -ENOMEM;
	err = test_data_in(sim, call, (void *)xdp->data, call->attr->test.data_in, linear);
	if (!err && test->ctx)
		err = check_queue(sim, test->ctx, xdp);
	if (!err && test->ctx)
		xdp->data += test->ctx->data;
	if (!err)
		err = frags_in(sim, call, xdp, linear);
	if (!err && test->live)
		err = remember_start(sim, test);
	return err;
}

static int begin(struct sim *sim, struct xdp_test *test, const struct test_call *call)
{
	u32 size = call->attr->test.data_size_in, headroom = XDP_HEADROOM, linear = size, meta = 0;
	int err = test_ctx_in(sim, call, sizeof(*test->ctx), (void **)&test->ctx);

	if (!err && test->ctx)
		err = check_ctx(sim, test->ctx, call->attr);
	if (err)
		return err;
	if (test->ctx) {
		meta = test->ctx->data;
		headroom -= meta;
		linear = test->ctx->data_end;
	}
	if (test->live)
		headroom += LIVE_HEAD;
	linear = min_u64(linear, ARENA_PAGE - headroom - XDP_TAILROOM);
	if (test->live && size > linear)
		return sim_fail(&sim->why, -EINVAL, "%u bytes: a live frame has at most %u", size, linear);
	if (size - meta < ETH_HEADER)
		return sim_fail(&sim->why, -EINVAL, "%u bytes are not even an Ethernet header", size - meta);
	return build(sim, test, call, headroom, linear);
}

int xdp_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
		   void **state)
{
	struct xdp_test *test;
	int err = check_attr(sim, prog, call->attr);

	if (err)
		return err;
	*state = test = sim_alloc(sim, sizeof(*test));
	if (!test)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a packet");
	test->live = is_live(call->attr);
	err = begin(sim, test, call);
	xdp_begin(sim);
	*run = (struct run_request){.prog = prog, .ctx = (u64)test->xdp};
	return err;
}

void xdp_test_again(struct sim *sim, void *state)
{
	struct xdp_test *test = state;

	(void)sim;
	if (!test->live)
		return;
	*test->xdp = test->start;
	memcpy((void *)test->xdp->data_hard_start, test->bytes, test->xdp->frame_sz);
}

int xdp_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration)
{
	struct xdp_test *test = state;
	const struct xdp_buff *xdp = test->xdp;
	const struct skb_shared_info *info = xdp_shinfo(xdp);
	struct test_out out = {(const void *)xdp->data_meta,
			       xdp->data_end - xdp->data_meta + info->xdp_frags_size, info, retval, duration};
	int err;

	if (test->live) {
		xdp_test_again(sim, state);
		out.retval = 0;
	}
	if (test->ctx) {
		test->ctx->data = xdp->data - xdp->data_meta;
		test->ctx->data_end = xdp->data_end - xdp->data_meta;
	}
	err = test_data_out(sim, call, &out);
	return err ? err : test_ctx_out(sim, call, test->ctx, sizeof(*test->ctx));
}

void xdp_test_free(struct sim *sim, void *state)
{
	struct xdp_test *test = state;

	if (!test)
		return;
	xdp_free(sim, test->xdp);
	sim_free(sim, test->ctx);
	sim_free(sim, test->bytes);
	sim_free(sim, test);
}
