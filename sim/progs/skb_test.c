/*
 * BPF_PROG_TEST_RUN for types with a struct __sk_buff: a packet as if it had come in at a device, with a
 * socket of its own (net/bpf/test_run.c, bpf_prog_test_run_skb).
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <sys/socket.h>

#include "../helpers/csum.h"
#include "../world/world.h"
#include "skb.h"
#include "test_run.h"

#define GSO_WIRE_MAX 65536u    /* GSO_LEGACY_MAX_SIZE */
#define GSO_SEGS_MAX 65535u
#define SOCK_CLOSE 7           /* TCP_CLOSE: the state of a new socket */

struct skb_test {
	struct sk_buff *skb;
	struct __sk_buff *ctx;     /* what the caller gave and wants back, or NULL */
	bool l2;                   /* the program sees the Ethernet header ... */
	bool direct;               /* ... data and data_end are set */
};

static int check_attr(struct sim *sim, const union bpf_attr *attr)
{
	if (attr->test.flags & ~BPF_F_TEST_SKB_CHECKSUM_COMPLETE || attr->test.cpu || attr->test.batch_size)
		return sim_fail(
			&sim->why, -EINVAL,
			"flags 0x%x, cpu %u, batch_size %u: for packets only the flag CHECKSUM_COMPLETE",
			attr->test.flags, attr->test.cpu, attr->test.batch_size);
	if (attr->test.data_size_in < ETH_HLEN)
		return sim_fail(&sim->why, -EINVAL, "%u bytes are not even an Ethernet header",
				attr->test.data_size_in);
	return test_data_check(sim, attr->test.data_size_in, SKB_HEADROOM,
			       SKB_ALIGN(sizeof(struct skb_shared_info)));
}

/* --- the context that the caller gave --- */

static bool is_zero(const struct __sk_buff *ctx, u32 from, u32 to)
{
	for (u32 i = from; i < to; i++)
		if (((const u8 *)ctx)[i])
			return false;
	return true;
}

#define START(field) offsetof(struct __sk_buff, field)
#define END(field) (offsetof(struct __sk_buff, field) + sizeof(((struct __sk_buff *)0)->field))

/* Only what a packet can really be given may be set: the ranges between those fields. */
static const struct { u16 from, to; } must_be_zero[] = {
	{0, START(mark)},           {END(mark), START(priority)},    {END(ifindex), START(cb)},
	{END(cb), START(tstamp)},   {END(gso_segs), START(gso_size)}, {END(gso_size), START(hwtstamp)},
	{END(hwtstamp), sizeof(struct __sk_buff)},
};

static int check_ctx(struct sim *sim, const struct __sk_buff *ctx, const struct sk_buff *skb)
{
	for (u32 i = 0; i < ARRAY_SIZE(must_be_zero); i++)
		if (!is_zero(ctx, must_be_zero[i].from, must_be_zero[i].to))
			return sim_fail(&sim->why, -EINVAL,
					"__sk_buff: bytes %u to %u cannot be set and must be zero",
					must_be_zero[i].from, must_be_zero[i].to);
	if (ctx->wire_len && (ctx->wire_len < skb->len || ctx->wire_len > GSO_WIRE_MAX))
		return sim_fail(&sim->why, -EINVAL, "wire_len %u: from the packet's %u to %u", ctx->wire_len,
				skb->len, GSO_WIRE_MAX);
	if (ctx->gso_segs > GSO_SEGS_MAX)
		return sim_fail(&sim->why, -EINVAL, "gso_segs %u: at most %u", ctx->gso_segs, GSO_SEGS_MAX);
	return 0;
}

static int take_ctx(struct sim *sim, const struct __sk_buff *ctx, struct sk_buff *skb)
{
	struct qdisc_skb_cb *cb = skb_qdisc_cb(skb);
	int err = ctx ? check_ctx(sim, ctx, skb) : 0;

	if (err || !ctx)
		return err;
	skb->mark = ctx->mark;
	skb->priority = ctx->priority;
	skb->skb_iif = ctx->ingress_ifindex;
	skb->tstamp = ctx->tstamp;
	memcpy(cb->data, ctx->cb, sizeof(ctx->cb));
	cb->pkt_len = ctx->wire_len ? ctx->wire_len : skb->len;
	skb_shinfo(skb)->gso_segs = ctx->gso_segs;
	skb_shinfo(skb)->gso_size = ctx->gso_size;
	skb_shinfo(skb)->hwtstamps = ctx->hwtstamp;
	return 0;
}

static void give_ctx(struct __sk_buff *ctx, struct sk_buff *skb)
{
	const struct qdisc_skb_cb *cb = skb_qdisc_cb(skb);

	ctx->mark = skb->mark;
	ctx->priority = skb->priority;
	ctx->ingress_ifindex = skb->skb_iif;
	ctx->ifindex = ((const struct net_device *)skb->dev)->ifindex;
	ctx->tstamp = skb->tstamp;
	memcpy(ctx->cb, cb->data, sizeof(ctx->cb));
	ctx->wire_len = cb->pkt_len;
	ctx->gso_segs = skb_shinfo(skb)->gso_segs;
	ctx->hwtstamp = skb_shinfo(skb)->hwtstamps;
}

/* --- the packet and its socket --- */

static int add_socket(struct sim *sim, struct sk_buff *skb)
{
	struct sock *sk = arena_alloc(sim->arena, sizeof(*sk), TAG_SOCK, NULL);

	if (!sk)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a socket");
	sk->__sk_common.skc_state = SOCK_CLOSE;
	sk->__sk_common.skc_rx_queue_mapping = UINT16_MAX;
	skb->sk = (u64)sk;
	return 0;
}

/* The socket is the one that such a packet would be for. */
static int address_socket(struct sim *sim, const struct sk_buff *skb)
{
	struct sock_common *sk = &((struct sock *)skb->sk)->__sk_common;
	const u8 *ip = (const u8 *)skb->data;
	u16 protocol = __builtin_bswap16(skb->protocol);

	if (protocol == ETH_P_IP && skb->len >= sizeof(struct iphdr)) {
		sk->skc_family = AF_INET;
		memcpy(&sk->skc_rcv_saddr, ip + offsetof(struct iphdr, saddr), 4);
		memcpy(&sk->skc_daddr, ip + offsetof(struct iphdr, daddr), 4);
	} else if (protocol == ETH_P_IPV6 && skb->len >= sizeof(struct ipv6hdr)) {
		sk->skc_family = AF_INET6;
		memcpy(sk->skc_v6_rcv_saddr, ip + offsetof(struct ipv6hdr, saddr), 16);
		memcpy(sk->skc_v6_daddr, ip + offsetof(struct ipv6hdr, daddr), 16);
	} else if (protocol == ETH_P_IP || protocol == ETH_P_IPV6) {
		return sim_fail(&sim->why, -EINVAL,
				"%u bytes behind the Ethernet header are not an IP header", skb->len);
	}
	return 0;
}

static int enter_device(struct sim *sim, const struct skb_test *test)
{
	struct sk_buff *skb = test->skb;
	struct netdev *dev;
	int err;

	if (test->ctx && test->ctx->ifindex > 1) {
		dev = netdev_by_index(sim, test->ctx->ifindex);
		if (!dev)
			return sim_fail(&sim->why, -ENODEV, "there is no device with ifindex %u",
					test->ctx->ifindex);
		skb->dev = (u64)&dev->k;
	}
	skb_eth_type(skb);
	skb->network_header = skb_headroom(skb);
	err = address_socket(sim, skb);
	if (err)
		return err;
	if (test->l2)
		skb_push(skb, ETH_HEADER);
	if (test->direct)
		skb_set_data_pointers(skb);
	return take_ctx(sim, test->ctx, skb);
}

static u32 checksum(const struct sk_buff *skb)
{
	u32 off = skb->network_header - skb_headroom(skb);

	return off > skb->len ? 0 : csum_partial((void *)(skb->data + off), skb->len - off, 0);
}

int skb_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
		   void **state)
{
	u32 size = call->attr->test.data_size_in;
	struct skb_test *test;
	int err = check_attr(sim, call->attr);

	if (err)
		return err;
	*state = test = sim_alloc(sim, sizeof(*test));
	if (test)
		test->skb = skb_new(sim, netdev_by_index(sim, 1), size);
	if (!test || !test->skb)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a packet of %u bytes", size);
	test->l2 = prog->type == BPF_PROG_TYPE_SCHED_CLS || prog->type == BPF_PROG_TYPE_SCHED_ACT;
	test->direct = test->l2 || prog->type == BPF_PROG_TYPE_LWT_IN || prog->type == BPF_PROG_TYPE_LWT_OUT ||
		       prog->type == BPF_PROG_TYPE_LWT_XMIT;
	err = test_data_in(sim, call, (void *)test->skb->data, call->attr->test.data_in, size);
	if (!err)
		err = test_ctx_in(sim, call, sizeof(*test->ctx), (void **)&test->ctx);
	if (!err)
		err = add_socket(sim, test->skb);
	if (!err)
		err = enter_device(sim, test);
	if (!err && call->attr->test.flags & BPF_F_TEST_SKB_CHECKSUM_COMPLETE) {
		test->skb->csum = checksum(test->skb);
		test->skb->ip_summed = SKB_CHECKSUM_COMPLETE;
	}
	sim->world->redirect = (struct redirect){
		.flags_ok = BPF_F_INGRESS,
		.accepted = TC_ACT_REDIRECT,
		.refused = TC_ACT_SHOT,
	};
	*run = (struct run_request){.prog = prog, .ctx = (u64)test->skb};
	return err;
}

/* A program without the Ethernet header in its packet gives one of zeroes back. */
static int restore_header(struct sim *sim, struct sk_buff *skb)
{
	if (skb_headroom(skb) < ETH_HEADER && skb_expand(sim, skb, 16, 0))
		return -ENOMEM;
	skb_push(skb, ETH_HEADER);
	memset((void *)skb->data, 0, ETH_HEADER);
	return 0;
}

int skb_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration)
{
	struct skb_test *test = state;
	struct sk_buff *skb = test->skb;
	struct test_out out;
	int err = test->l2 ? 0 : restore_header(sim, skb);

	if (err)
		return err;
	if (call->attr->test.flags & BPF_F_TEST_SKB_CHECKSUM_COMPLETE &&
	    csum_fold(skb->csum) != csum_fold(checksum(skb)))
		return sim_fail(&sim->why, -EBADMSG,
				"the program has changed the packet, but skb->csum not with it");
	if (test->ctx)
		give_ctx(test->ctx, skb);
	out = (struct test_out){(const void *)skb->data, skb->len, NULL, retval, duration};
	err = test_data_out(sim, call, &out);
	return err ? err : test_ctx_out(sim, call, test->ctx, sizeof(*test->ctx));
}

void skb_test_free(struct sim *sim, void *state)
{
	struct skb_test *test = state;

	if (!test)
		return;
	for (u32 i = 0; i < sim->world->clones.count; i++)
		skb_free(sim, sim->world->clones.clone[i].skb);
	sim->world->clones.count = 0;
	skb_free(sim, test->skb);
	sim_free(sim, test->ctx);
	sim_free(sim, test);
}
