/*
 * A packet comes by packet sockets, on its way in and out: each has a look at it and keeps as many bytes as its filter says.
 * Mirrors deliver_skb, dev_queue_xmit_nit (net/core/dev.c), packet_rcv (net/packet/af_packet.c).
 */
#include <linux/if_packet.h>

#include "fire.h"
#include "link.h"
#include "progs/skb.h"
#include "vm/vm.h"
#include "work.h"

static bool is_in(const struct stack_packet *p)
{
	return p->place == STACK_TAP_IN;
}

/* The next socket from number p->filter on that the packet comes by; NULL: there are no more. */
static struct sock_filter_entry *entry_at(struct sim *sim, struct stack_packet *p)
{
	struct sock_filters *all = &sim->world->sock_filters;
	u32 ifindex = ((const struct net_device *)p->skb->dev)->ifindex;

	for (; p->filter < all->count; p->filter++) {
		struct sock_filter_entry *e = &all->entry[p->filter];

		if (e->packet && (!e->ifindex || e->ifindex == ifindex))
			return e;
	}
	return NULL;
}

static void keep(struct sim *sim, struct sock_filter_entry *e, u32 len, u32 prog)
{
	e->received += len != 0;
	e->filtered += !len;
	if (len && e->waiting < SOCK_FILTER_QUEUE)
		e->len[e->waiting++] = len;
	event_send(sim, EV_ARRIVAL, prog, ARRIVAL_PACKET_SOCKET, len, !len, prog);
}

static u32 frame_len(const struct stack_packet *p)
{
	return p->skb->len + (is_in(p) ? p->skb->mac_len : 0);
}

static void call(struct sim *sim, struct stack_packet *p, struct prog *prog)
{
	struct sk_buff *skb = p->skb;

	if (is_in(p))
		skb_push(skb, skb->mac_len);
	p->pkt_type = skb->pkt_type;
	if (!is_in(p))
		skb->pkt_type = PACKET_OUTGOING;
	memset(skb->cb, 0, sizeof(skb->cb));
	skb_set_data_pointers(skb);
	vm_start(sim, prog, (u64)skb);
}

enum stack_step tap_ask(struct sim *sim, struct fire *fire, struct stack_packet *p)
{
	struct sock_filter_entry *e;

	for (; (e = entry_at(sim, p)); p->filter++) {
		if (p->action) {
			keep(sim, e, p->classid, fire->prog_id);
			p->action = 0;
			continue;
		}
		if (e->prog) {
			call(sim, p, e->prog);
			return STACK_CALLS;
		}
		keep(sim, e, frame_len(p), 0);
	}
	p->place = is_in(p) ? STACK_INGRESS : STACK_LEAVES;
	p->filter = p->classid = 0;
	p->begun = false;
	return STACK_GOES_ON;
}

/* What it returns is how many bytes are kept: 0 = none of it. The packet itself goes on in any case. */
enum stack_step tap_hear(struct sim *sim, struct fire *fire, struct stack_packet *p, u32 ret)
{
	(void)sim;
	fire->verdict = ret ? VERDICT_PASS : VERDICT_DROP;
	p->skb->pkt_type = p->pkt_type;
	if (is_in(p))
		skb_pull(p->skb, p->skb->mac_len);
	p->classid = min_u64(ret, frame_len(p));
	p->action = 1;
	return STACK_GOES_ON;
}
