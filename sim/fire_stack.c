/*
 * The way of a packet through the network stack, behind XDP: in by tc ingress, out by tc egress and its device, over the link to
 * another device. Mirrors __netif_receive_skb_core and __dev_queue_xmit (net/core/dev.c), skb_do_redirect (net/core/filter.c),
 * veth_xmit (drivers/net/veth.c).
 *
 * What goes out is done at once, before the packet that caused it goes on; what arrives waits for its turn. A copy made by
 * bpf_clone_redirect sets out when the program has ended, where Linux sends it in the midst of it. A packet that has come to
 * STACK_DEVICES devices is dropped: Linux would let it go round for ever.
 */
#include "fire.h"
#include "link.h"
#include "progs/skb.h"
#include "progs/xdp.h"
#include "vm/vm.h"
#include "work.h"

static const struct {
	const char *name;
} places[STACK_PLACES] = {
	[STACK_ARRIVES] = {"xdp"}, [STACK_TAP_IN] = {"packet socket"}, [STACK_INGRESS] = {"tc ingress"}, [STACK_UP] = {"up"},
	[STACK_EGRESS] = {"tc egress"}, [STACK_TAP_OUT] = {"packet socket, outgoing"}, [STACK_LEAVES] = {"leaves"},
	[STACK_REDIRECTED] = {"redirected"},
};

static struct netdev *device_of(struct sim *sim, const struct stack_packet *p)
{
	return netdev_by_index(sim, ((const struct net_device *)p->skb->dev)->ifindex);
}

static void drop(struct sim *sim, struct stack_packet *p)
{
	skb_free(sim, p->skb);
	p->skb = NULL;
}

static void tell_arrival(struct sim *sim, u32 ifindex, s64 result)
{
	event_send(sim, EV_ARRIVAL, 0, REDIRECT_DEVICE, ifindex, result, 0);
}

static void set_place(struct stack_packet *p, enum stack_place place)
{
	p->place = place;
	p->begun = false;
}

/* --- into the stack --- */

/* It waits until all that is at hand is done. */
static void to_backlog(struct sim *sim, struct fire *fire, const struct stack_packet *p)
{
	struct stack *stack = &fire->stack;

	if (stack->waiting < STACK_BACKLOG)
		stack->backlog[stack->waiting++] = *p;
	else
		skb_free(sim, p->skb);
}

/* It is done next. */
static void to_hand(struct sim *sim, struct fire *fire, const struct stack_packet *p)
{
	struct stack *stack = &fire->stack;

	if (stack->depth < STACK_NESTED) {
		stack->nested[stack->depth++] = *p;
		return;
	}
	tell_arrival(sim, device_of(sim, p)->ifindex, -ENETDOWN);
	skb_free(sim, p->skb);
}

void stack_enter(struct sim *sim, struct fire *fire, struct sk_buff *skb, enum stack_place place, bool generic)
{
	struct stack_packet p = {.skb = skb, .place = place, .generic = generic, .devices = 1};

	if (place == STACK_TAP_IN)
		skb_receive(skb);
	to_hand(sim, fire, &p);
}

/* It comes in by device @dev: what was said of it before counts no more (skb_scrub_packet). */
static void arrive_at(struct sim *sim, struct fire *fire, struct stack_packet *p, struct netdev *dev, bool generic)
{
	struct stack_packet there = *p;

	p->skb = NULL;
	if (++there.devices > STACK_DEVICES) {
		tell_arrival(sim, dev->ifindex, -ELOOP);
		skb_free(sim, there.skb);
		return;
	}
	skb_scrub(there.skb, dev);
	there.generic = generic;
	there.prio = there.filter = there.action = 0;
	set_place(&there, STACK_ARRIVES);
	to_backlog(sim, fire, &there);
}

void stack_cross(struct sim *sim, struct fire *fire, struct netdev *dev, const struct xdp_buff *frame)
{
	struct netdev *peer = netdev_by_index(sim, dev->peer);
	struct stack_packet p = {.devices = 1};
	struct xdp_buff *copy;

	if (!peer || fire->travel.home != sim->clock->cpu || frame->flags & XDP_HAS_FRAGS)
		return;
	p.devices += fire->travel.travels;
	copy = xdp_clone(sim, frame);
	p.skb = copy ? stack_from_frame(sim, peer, copy) : NULL;
	if (p.skb)
		arrive_at(sim, fire, &p, peer, false);
}

/* --- redirects --- */

/* A link layer header is there to be sent with. */
static bool can_be_sent(const struct sk_buff *skb)
{
	return skb->mac_header < skb->network_header || skb->network_header == 0;
}

/* False: it is dropped. */
static bool send_to(struct sim *sim, struct fire *fire, struct stack_packet *p, u32 ifindex, u64 flags)
{
	struct netdev *dev = netdev_by_index(sim, ifindex);
	struct stack_packet there = *p;

	if (!dev || !can_be_sent(p->skb)) {
		tell_arrival(sim, ifindex, dev ? -ERANGE : -EINVAL);
		return false;
	}
	if (flags & BPF_F_INGRESS) {
		arrive_at(sim, fire, p, dev, true);
		return true;
	}
	p->skb = NULL;
	there.skb->dev = (u64)&dev->k;
	there.prio = there.filter = there.action = 0;
	if (++there.devices > STACK_DEVICES) {
		tell_arrival(sim, dev->ifindex, -ELOOP);
		skb_free(sim, there.skb);
		return true;
	}
	set_place(&there, STACK_EGRESS);
	to_hand(sim, fire, &there);
	return true;
}

/* The packet is gone from here, in any case. Its Ethernet header is part of its data. */
static enum stack_step redirected(struct sim *sim, struct fire *fire, struct stack_packet *p)
{
	const struct redirect *r = &p->redirect;
	struct stack_packet out = *p;

	p->skb = NULL;
	if (r->way != REDIRECT_PLAIN || !send_to(sim, fire, &out, r->asked ? r->ifindex : 0, r->flags))
		skb_free(sim, out.skb);
	return STACK_GONE;
}

/* What the program that has ended sent out. */
static void send_clones(struct sim *sim, struct fire *fire, const struct stack_packet *from)
{
	struct clones *clones = &sim->world->clones;

	for (u32 i = clones->count; i-- > 0;) {
		struct stack_packet p = {.skb = clones->clone[i].skb, .devices = from->devices};

		if (!send_to(sim, fire, &p, clones->clone[i].ifindex, clones->clone[i].flags))
			skb_free(sim, p.skb);
	}
	clones->count = 0;
}

/* --- places --- */

static enum stack_step goes_up(struct sim *sim, struct fire *fire, struct stack_packet *p)
{
	(void)fire;
	drop(sim, p);
	return STACK_GONE;
}

static enum stack_step leaves(struct sim *sim, struct fire *fire, struct stack_packet *p)
{
	struct netdev *dev = device_of(sim, p), *peer = netdev_by_index(sim, dev->peer);

	dev->tx_packets++;
	tell_arrival(sim, dev->ifindex, 0);
	if (peer)
		arrive_at(sim, fire, p, peer, false);
	else
		drop(sim, p);
	return STACK_GONE;
}

static enum stack_step (*const act[STACK_PLACES])(struct sim *sim, struct fire *fire, struct stack_packet *p) = {
	[STACK_ARRIVES] = stack_arrives,
	[STACK_TAP_IN] = tap_ask,
	[STACK_INGRESS] = tc_ask,
	[STACK_UP] = goes_up,
	[STACK_EGRESS] = tc_ask,
	[STACK_TAP_OUT] = tap_ask,
	[STACK_LEAVES] = leaves,
	[STACK_REDIRECTED] = redirected,
};

/* --- going on --- */

static struct stack_packet *at_hand(struct stack *stack)
{
	return stack->depth ? &stack->nested[stack->depth - 1] : NULL;
}

static bool take_next(struct stack *stack)
{
	if (!stack->waiting)
		return false;
	stack->nested[stack->depth++] = stack->backlog[0];
	memmove(stack->backlog, stack->backlog + 1, --stack->waiting * sizeof(stack->backlog[0]));
	return true;
}

/* A packet that is gone leaves a gap; others may stand above it. */
static void close_gaps(struct stack *stack)
{
	u32 kept = 0;

	for (u32 i = 0; i < stack->depth; i++)
		if (stack->nested[i].skb)
			stack->nested[kept++] = stack->nested[i];
	stack->depth = kept;
}

/* The program has ended. */
static void hear(struct sim *sim, struct fire *fire)
{
	struct stack_packet *p = at_hand(&fire->stack);
	bool faulted = sim->vm->state == VM_FAULTED;

	if (faulted)
		fire->fault = sim->vm->fault;
	fire->prog_id = sim->vm->held->obj.id;
	fire->retval = vm_finish(sim);
	fire->verdict = VERDICT_NONE;
	if (p->place == STACK_ARRIVES)
		stack_xdp_hear(sim, fire, p, faulted ? XDP_ABORTED : fire->retval);
	else if (p->place == STACK_TAP_IN || p->place == STACK_TAP_OUT)
		tap_hear(sim, fire, p, faulted ? 0 : fire->retval);
	else
		tc_hear(sim, fire, p, faulted ? -1 : (s32)fire->retval);
	event_send(sim, EV_VERDICT, fire->prog_id, fire->prog_id, fire->retval, fire->verdict, 0);
	send_clones(sim, fire, p);
	close_gaps(&fire->stack);
}

s64 stack_unit(struct sim *sim, struct fire *fire)
{
	struct stack *stack = &fire->stack;

	if (sim->vm->state != VM_IDLE)
		hear(sim, fire);
	while (at_hand(stack) || take_next(stack)) {
		struct stack_packet *p = at_hand(stack);

		if (act[p->place](sim, fire, p) == STACK_CALLS) {
			fire->programs++;
			return CALL_MORE;
		}
		close_gaps(stack);
	}
	return 0;
}

const struct stack_packet *stack_at_hand(const struct fire *fire)
{
	return fire->stack.depth ? &fire->stack.nested[fire->stack.depth - 1] : NULL;
}

void stack_place_text(const struct sim *sim, const struct stack_packet *p, struct text *out)
{
	const struct net_device *dev = (const void *)p->skb->dev;

	(void)sim;
	text_add(out, "%s %s", dev->name, places[p->place].name);
	if (p->place == STACK_INGRESS || p->place == STACK_EGRESS)
		text_add(out, " prio %u", p->prio);
	if (p->action)
		text_add(out, " action %u", p->action);
}
