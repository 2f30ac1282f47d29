/*
 * XDP amid the network stack: an sk_buff of a frame, and a packet that comes over a link to a device with an XDP program, which
 * sees it as a frame (xdp_build_skb_from_frame, veth_xdp_rcv_skb).
 *
 * Simplified: what an sk_buff knows beside its bytes is lost when it becomes a frame, but for its mark.
 */
#include "fire.h"
#include "link.h"
#include "progs/skb.h"
#include "progs/xdp.h"
#include "vm/vm.h"
#include "work.h"

/* An sk_buff of what has arrived, Ethernet header first. */
struct sk_buff *stack_skb(struct sim *sim, const struct netdev *dev, const void *data, u32 len)
{
	struct sk_buff *skb = len < ETH_HEADER ? NULL : skb_new(sim, dev, len);

	if (!skb)
		return NULL;
	memcpy((void *)skb->data, data, len);
	skb->mac_header = skb_headroom(skb);
	return skb;
}

/* The frame of XDP becomes an sk_buff, metadata and all (xdp_build_skb_from_frame). */
struct sk_buff *stack_from_frame(struct sim *sim, struct netdev *dev, struct xdp_buff *frame)
{
	u32 meta = frame->data - frame->data_meta, len = xdp_len(frame), linear = frame->data_end - frame->data;
	struct sk_buff *skb = stack_skb(sim, dev, (void *)frame->data, linear);

	if (skb && len > linear && !skb_resize(sim, skb, len))
		xdp_copy(frame, linear, (u8 *)skb->data + linear, len - linear, false);
	if (skb && meta && meta < skb_headroom(skb)) {
		memcpy((u8 *)skb->data - meta, (void *)frame->data_meta, meta);
		skb_shinfo(skb)->meta_len = meta;
	}
	xdp_free(sim, frame);
	return skb;
}

enum stack_step stack_arrives(struct sim *sim, struct fire *fire, struct stack_packet *p)
{
	struct netdev *dev = netdev_by_index(sim, ((const struct net_device *)p->skb->dev)->ifindex);
	struct prog *prog = p->generic ? xdp_attached_in(dev, XDP_MODE_GENERIC) : xdp_attached(dev);
	struct run_request run = {0};
	struct arrival arrival = {.dev = dev, .data = (u8 *)p->skb->data, .len = p->skb->len};

	dev->rx_packets++;
	if (p->skb->len < ETH_HEADER || (prog && prog_types[prog->type]->packet_begin(sim, prog, &arrival, &run, &fire->state))) {
		skb_free(sim, p->skb);
		p->skb = NULL;
		return STACK_GONE;
	}
	if (prog) {
		vm_start(sim, prog, run.ctx);
		return STACK_CALLS;
	}
	skb_receive(p->skb);
	p->place = STACK_TAP_IN;
	p->begun = false;
	return STACK_GOES_ON;
}

/* What passes is a new packet; what is sent back or redirected leaves the stack as a frame. */
enum stack_step stack_xdp_hear(struct sim *sim, struct fire *fire, struct stack_packet *p, u32 ret)
{
	struct netdev *dev = netdev_by_index(sim, ((const struct net_device *)p->skb->dev)->ifindex);
	struct arrival arrival = {.dev = dev};
	u32 mark = p->skb->mark;

	fire->verdict = prog_types[BPF_PROG_TYPE_XDP]->packet_end(sim, &arrival, fire->state, ret);
	dev->rx_dropped += fire->verdict == VERDICT_DROP || fire->verdict == VERDICT_ABORTED;
	skb_free(sim, p->skb);
	p->skb = NULL;
	if (fire->verdict == VERDICT_REDIRECT) {
		fire->arrival.dev = dev;
		fire->arrival.frame = arrival.frame;
		return STACK_GONE;
	}
	p->skb = arrival.frame ? stack_from_frame(sim, dev, arrival.frame) : NULL;
	if (!p->skb)
		return STACK_GONE;
	p->skb->mark = mark;
	p->begun = false;
	if (fire->verdict == VERDICT_TX) {
		p->place = STACK_LEAVES;
		return STACK_GOES_ON;
	}
	skb_receive(p->skb);
	p->place = STACK_TAP_IN;
	return STACK_GOES_ON;
}
