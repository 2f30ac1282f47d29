/*
 * XDP: a program decides about each packet right after its arrival (net/core/filter.c, xdp_*;
 * net/core/xdp.c).
 *
 * Simplified: a packet from a device lies in one frame however long it is; drivers would use fragments or
 * refuse.
 */
#include "../world/world.h"
#include "sets.h"
#include "xdp.h"

#define FIELD(field, kind, ...)                                                                              \
	{                                                                                                    \
#field, offsetof(struct xdp_md, field), sizeof(((struct xdp_md *)0)->field), CTX_##kind,     \
			CTX_READ, CTX_FULL, __VA_ARGS__                                                      \
	}
#define MEMBER(member) .koff = offsetof(struct xdp_buff, member), .target = 8
#define IFINDEX(queue, type) \
	.hops = 2, .hop = {offsetof(struct xdp_buff, queue), offsetof(struct type, dev)}, \
	.koff = offsetof(struct net_device, ifindex), .target = 4

/* Only packets that leave through a devmap have a txq. */
static const struct ctx_field fields[] = {
	FIELD(data, PACKET, MEMBER(data)),
	FIELD(data_end, PACKET_END, MEMBER(data_end)),
	FIELD(data_meta, PACKET_META, MEMBER(data_meta)),
	FIELD(ingress_ifindex, SCALAR, IFINDEX(rxq, xdp_rxq_info)),
	FIELD(rx_queue_index, SCALAR, .hops = 1, .hop = {offsetof(struct xdp_buff, rxq)},
	      .koff = offsetof(struct xdp_rxq_info, queue_index), .target = 4),
	FIELD(egress_ifindex, SCALAR, .read_for = ATTACH_BIT(BPF_XDP_DEVMAP), IFINDEX(txq, xdp_txq_info)),
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_perf_event_output, BPF_FUNC_get_smp_processor_id, BPF_FUNC_csum_diff,
	BPF_FUNC_xdp_adjust_head, BPF_FUNC_xdp_adjust_meta, BPF_FUNC_redirect, BPF_FUNC_redirect_map,
	BPF_FUNC_xdp_adjust_tail, BPF_FUNC_xdp_get_buff_len, BPF_FUNC_xdp_load_bytes,
	BPF_FUNC_xdp_store_bytes, BPF_FUNC_fib_lookup, BPF_FUNC_check_mtu, BPF_FUNC_sk_lookup_udp,
	BPF_FUNC_sk_lookup_tcp, BPF_FUNC_sk_release, BPF_FUNC_skc_lookup_tcp, BPF_FUNC_tcp_check_syncookie,
	BPF_FUNC_tcp_gen_syncookie, BPF_FUNC_tcp_raw_gen_syncookie_ipv4, BPF_FUNC_tcp_raw_gen_syncookie_ipv6,
	BPF_FUNC_tcp_raw_check_syncookie_ipv4, BPF_FUNC_tcp_raw_check_syncookie_ipv6, 0,
};

static const struct helper_set helpers[] = {{own_helpers, NULL}, SK_BASE_HELPERS, {0}};

static const struct {
	const char *name;
	enum verdict verdict;
} actions[] = {
	[XDP_ABORTED] = {"XDP_ABORTED", VERDICT_ABORTED},
	[XDP_DROP] = {"XDP_DROP", VERDICT_DROP},
	[XDP_PASS] = {"XDP_PASS", VERDICT_PASS},
	[XDP_TX] = {"XDP_TX", VERDICT_TX},
	[XDP_REDIRECT] = {"XDP_REDIRECT", VERDICT_REDIRECT},
};

static const char *ret_name(u32 ret)
{
	return ret < ARRAY_SIZE(actions) ? actions[ret].name : NULL;
}

/* --- frames --- */

struct xdp_buff *xdp_new(struct sim *sim, const struct netdev *dev, u32 frame_sz, u32 headroom, u32 len)
{
	struct xdp_buff *xdp = arena_alloc(sim->arena, sizeof(*xdp), TAG_CTX, NULL);
	u8 *frame = xdp ? arena_alloc_pages(sim->arena, frame_sz, TAG_PACKET, xdp) : NULL;

	if (!frame) {
		arena_free(sim->arena, xdp);
		sim_fail(&sim->why, -ENOMEM, "no memory for a frame of %u bytes", frame_sz);
		return NULL;
	}
	xdp->data_hard_start = (u64)frame;
	xdp->data = xdp->data_meta = xdp->data_hard_start + headroom;
	xdp->data_end = xdp->data + len;
	xdp->frame_sz = frame_sz;
	xdp->rxq = (u64)&dev->rxq;
	return xdp;
}

void xdp_free(struct sim *sim, struct xdp_buff *xdp)
{
	struct skb_shared_info *info;

	if (!xdp)
		return;
	info = xdp_shinfo(xdp);
	for (u32 i = 0; i < info->nr_frags; i++)
		arena_free(sim->arena, (void *)info->frags[i].bv_page);
	arena_free(sim->arena, (void *)xdp->data_hard_start);
	arena_free(sim->arena, xdp);
}

struct xdp_buff *xdp_clone(struct sim *sim, const struct xdp_buff *from)
{
	u32 headroom = from->data - from->data_hard_start, meta = from->data - from->data_meta;
	const struct netdev *dev = container_of((struct xdp_rxq_info *)from->rxq, struct netdev, rxq);
	struct xdp_buff *xdp = xdp_new(sim, dev, from->frame_sz, headroom, from->data_end - from->data);

	if (!xdp)
		return NULL;
	xdp->data_meta -= meta;
	memcpy((void *)xdp->data_meta, (void *)from->data_meta, from->data_end - from->data_meta);
	return xdp;
}

u8 *xdp_add_frag(struct sim *sim, struct xdp_buff *xdp, u32 len)
{
	struct skb_shared_info *info = xdp_shinfo(xdp);
	u8 *page = info->nr_frags < ARRAY_SIZE(info->frags)
			   ? arena_alloc_pages(sim->arena, ARENA_PAGE, TAG_PACKET, xdp)
			   : NULL;

	if (!page)
		return NULL;
	info->frags[info->nr_frags++] = (struct bio_vec){.bv_page = (u64)page, .bv_len = len};
	info->xdp_frags_size += len;
	xdp->flags |= XDP_HAS_FRAGS;
	return page;
}

static void copy(u8 *packet, u8 *buf, u32 len, bool write)
{
	if (write)
		memmove(packet, buf, len);
	else
		memmove(buf, packet, len);
}

int xdp_copy(struct xdp_buff *xdp, u32 off, void *buf, u32 len, bool write)
{
	const struct skb_shared_info *info = xdp_shinfo(xdp);
	u32 size = xdp->data_end - xdp->data;
	u8 *part = (u8 *)xdp->data, *at = buf;

	if (off > 0xffff || len > 0xffff)
		return -EFAULT;
	if (off + len > xdp_len(xdp))
		return -EINVAL;
	for (u32 i = 0; len; i++) {
		u32 n = off < size ? min_u64(len, size - off) : 0;

		if (n)
			copy(part + off, at, n, write);
		at += n;
		len -= n;
		off -= n ? off : size;
		if (len && i < info->nr_frags) {
			part = (u8 *)info->frags[i].bv_page + info->frags[i].bv_offset;
			size = info->frags[i].bv_len;
		}
	}
	return 0;
}

static void packet(u64 ctx, struct packet_place *out)
{
	const struct xdp_buff *xdp = xdp_at(ctx);

	*out = (struct packet_place){xdp->data_meta, xdp->data, xdp->data_end, REGION_READ | REGION_WRITE};
}

static u32 packet_size(u64 ctx)
{
	return xdp_len(xdp_at(ctx));
}

static void copy_packet(u64 ctx, u32 off, void *to, u32 len)
{
	xdp_copy(xdp_at(ctx), off, to, len, false);
}

/* --- a packet arrives at a device --- */

void xdp_begin(struct sim *sim)
{
	sim->world->redirect = (struct redirect){.accepted = XDP_REDIRECT, .refused = XDP_ABORTED};
}

static int packet_begin(struct sim *sim, struct prog *prog, struct arrival *arrival, struct run_request *run,
			void **state)
{
	u32 frame = round_up_u64(XDP_HEADROOM + arrival->len + XDP_TAILROOM, ARENA_PAGE);
	struct xdp_buff *xdp = xdp_new(sim, arrival->dev, frame, XDP_HEADROOM, arrival->len);

	if (!xdp)
		return -ENOMEM;
	memcpy((void *)xdp->data, arrival->data, arrival->len);
	xdp_begin(sim);
	*run = (struct run_request){.prog = prog, .ctx = (u64)xdp};
	*state = xdp;
	return 0;
}

static enum verdict packet_end(struct sim *sim, struct arrival *arrival, void *state, u32 retval)
{
	bool goes_on = retval == XDP_REDIRECT || (retval == XDP_PASS && sim->world->stack_users) ||
		       (retval == XDP_TX && arrival->dev->peer);

	arrival->redirect_ifindex = retval == XDP_REDIRECT ? sim->world->redirect.ifindex : 0;
	if (goes_on)
		arrival->frame = state;
	else
		xdp_free(sim, state);
	return retval < ARRAY_SIZE(actions) ? actions[retval].verdict : VERDICT_ABORTED;
}

const struct prog_type prog_type_xdp = {
	.name = "XDP",
	.doc = "decides about each packet right after its arrival: drop, pass, send back, redirect",
	.ctx_size = sizeof(struct xdp_md),
	.ctx_struct = "xdp_buff",
	.fields = fields,
	.helpers = helpers,
	.direct_packet = PACKET_READ | PACKET_WRITE,
	.packet = packet,
	.packet_size = packet_size,
	.copy_packet = copy_packet,
	.ret_name = ret_name,
	.test_begin = xdp_test_begin,
	.test_again = xdp_test_again,
	.test_end = xdp_test_end,
	.test_free = xdp_test_free,
	.packet_begin = packet_begin,
	.packet_end = packet_end,
};
