/*
 * A packet at a hook of tc: its filters are asked one after the other, and what the answer means. Mirrors sch_handle_ingress and
 * sch_handle_egress (net/core/dev.c), __tcf_classify (net/sched/cls_api.c), cls_bpf_classify (cls_bpf.c), tcf_action_exec
 * (act_api.c), tcf_bpf_act (act_bpf.c).
 *
 * Simplified: one chain; a filter's program is asked anew when filters change in the midst of a packet.
 */
#include "fire.h"

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include "link.h"
#include "progs/skb.h"
#include "vm/vm.h"
#include "work.h"

#define RECLASSIFY_MAX 16

/* What the filters of a hook came to, when none has decided. */
#define UNDECIDED TC_ACT_UNSPEC

static bool is_ingress(const struct stack_packet *p)
{
	return p->place == STACK_INGRESS;
}

static struct tc_hook *hook_of(struct sim *sim, const struct stack_packet *p)
{
	struct netdev *dev = netdev_by_index(sim, ((const struct net_device *)p->skb->dev)->ifindex);

	return &dev->tc[is_ingress(p) ? TC_INGRESS : TC_EGRESS];
}

/* skb_protocol: of a tagged packet, the tag's. */
static u16 protocol_of(const struct sk_buff *skb)
{
	return skb->vlan_present ? skb->vlan_proto : skb->protocol;
}

/* The filter at p->prio and p->filter, or the next one that is for such a packet; NULL: there are no more. */
static struct tc_filter *filter_at(struct sim *sim, struct stack_packet *p)
{
	struct tc_prio *prio = tc_prio_from(hook_of(sim, p), p->prio);

	for (; prio; prio = prio->next) {
		struct tc_filter *f = prio->filter;

		if (prio->prio != p->prio)
			p->filter = 0;
		p->prio = prio->prio;
		if (prio->protocol != __builtin_bswap16(ETH_P_ALL) && prio->protocol != protocol_of(p->skb))
			continue;
		for (u32 i = 0; f && i < p->filter; i++)
			f = f->next;
		if (f)
			return f;
	}
	return NULL;
}

static void next_filter(struct stack_packet *p)
{
	p->filter++;
	p->action = 0;
}

/* --- calling --- */

static void call(struct sim *sim, struct stack_packet *p, struct prog *prog, u32 classid)
{
	struct sk_buff *skb = p->skb;

	if (is_ingress(p))
		skb_push(skb, skb->mac_len);
	if (!p->action)
		skb_qdisc_cb(skb)->tc_classid = classid;
	skb->tc_at_ingress = is_ingress(p);
	skb_set_data_pointers(skb);
	sim->world->redirect = (struct redirect){
		.flags_ok = BPF_F_INGRESS, .accepted = TC_ACT_REDIRECT, .refused = TC_ACT_SHOT};
	sim->world->clones.count = 0;
	vm_start(sim, prog, (u64)skb);
}

/* --- what an answer means --- */

static enum stack_step decide(struct sim *sim, struct fire *fire, struct stack_packet *p, s32 verdict);

/* Only these count as verdicts of a program in direct-action mode; all others: the next filter is asked. */
static s32 direct_verdict(s32 ret)
{
	static const u32 known = 1u << TC_ACT_OK | 1u << TC_ACT_SHOT | 1u << TC_ACT_STOLEN | 1u << TC_ACT_REDIRECT |
				 1u << TC_ACT_TRAP;

	return ret >= 0 && ret < 32 && known >> ret & 1 ? ret : UNDECIDED;
}

/* What act_bpf makes of its program's answer. */
static s32 action_verdict(const struct tc_action *action, s32 ret)
{
	static const u32 known = 1u << TC_ACT_OK | 1u << TC_ACT_RECLASSIFY | 1u << TC_ACT_SHOT | 1u << TC_ACT_PIPE |
				 1u << TC_ACT_REDIRECT;

	if (ret == TC_ACT_UNSPEC)
		return action->otherwise;
	return ret >= 0 && ret < 32 && known >> ret & 1 ? ret : UNDECIDED;
}

/* All filters are asked once more. */
static enum stack_step ask_anew(struct sim *sim, struct fire *fire, struct stack_packet *p)
{
	if (p->again++ >= RECLASSIFY_MAX)
		return decide(sim, fire, p, TC_ACT_SHOT);
	p->prio = p->filter = p->action = 0;
	return STACK_GOES_ON;
}

/* A filter or the last of its actions has spoken. */
static enum stack_step spoken(struct sim *sim, struct fire *fire, struct stack_packet *p, s32 verdict)
{
	if (verdict == TC_ACT_RECLASSIFY)
		return ask_anew(sim, fire, p);
	if (verdict >= 0)
		return decide(sim, fire, p, verdict);
	next_filter(p);
	return STACK_GOES_ON;
}

/* Action number p->action of the filter is done, from there on to the next program. */
static enum stack_step do_actions(struct sim *sim, struct fire *fire, struct stack_packet *p, const struct tc_filter *f)
{
	s32 verdict = TC_ACT_OK;

	for (; p->action <= f->actions; p->action++) {
		const struct tc_action *action = &f->action[p->action - 1];

		if (action->prog) {
			call(sim, p, action->prog, 0);
			return STACK_CALLS;
		}
		verdict = action->otherwise == TC_ACT_REPEAT ? TC_ACT_OK : action->otherwise;
		if (verdict != TC_ACT_PIPE)
			break;
	}
	return spoken(sim, fire, p, verdict);
}

static enum stack_step throw_away(struct sim *sim, struct fire *fire, struct stack_packet *p, bool shot)
{
	if (shot)
		hook_of(sim, p)->dropped++;
	if (shot && !is_ingress(p) && fire->kind == STIMULUS_SEND && fire->stack.depth == 1)
		fire->sent = -ENOBUFS;
	fire->verdict = shot ? VERDICT_DROP : VERDICT_STOLEN;
	skb_free(sim, p->skb);
	p->skb = NULL;
	return STACK_GONE;
}

static enum stack_step leave(struct stack_packet *p)
{
	p->place = is_ingress(p) ? STACK_UP : STACK_TAP_OUT;
	p->begun = false;
	p->prio = p->filter = p->action = p->again = 0;
	return STACK_GOES_ON;
}

static enum stack_step decide(struct sim *sim, struct fire *fire, struct stack_packet *p, s32 verdict)
{
	fire->verdict = VERDICT_PASS;
	switch (verdict) {
	case TC_ACT_OK:
		p->skb->tc_index = p->classid;
		return leave(p);
	case TC_ACT_SHOT:
		return throw_away(sim, fire, p, true);
	case TC_ACT_STOLEN:
	case TC_ACT_QUEUED:
	case TC_ACT_TRAP:
		return throw_away(sim, fire, p, false);
	case TC_ACT_REDIRECT:
		fire->verdict = VERDICT_REDIRECT;
		if (is_ingress(p))
			skb_push(p->skb, p->skb->mac_len);
		p->redirect = sim->world->redirect;
		p->place = STACK_REDIRECTED;
		return STACK_GOES_ON;
	}
	return leave(p);
}

/* --- the two entries --- */

enum stack_step tc_ask(struct sim *sim, struct fire *fire, struct stack_packet *p)
{
	const struct tc_filter *f;

	if (!p->begun) {
		skb_qdisc_cb(p->skb)->pkt_len = p->skb->len;
		p->begun = true;
	}
	f = filter_at(sim, p);
	if (!f)
		return decide(sim, fire, p, UNDECIDED);
	if (p->action)
		return do_actions(sim, fire, p, f);
	call(sim, p, f->prog, f->classid);
	return STACK_CALLS;
}

enum stack_step tc_hear(struct sim *sim, struct fire *fire, struct stack_packet *p, s32 ret)
{
	const struct tc_filter *f = filter_at(sim, p);

	if (is_ingress(p))
		skb_pull(p->skb, p->skb->mac_len);
	if (!f)
		return spoken(sim, fire, p, UNDECIDED);
	if (p->action) {
		s32 verdict = p->action <= f->actions ? action_verdict(&f->action[p->action - 1], ret) : UNDECIDED;

		if (verdict != TC_ACT_PIPE || p->action >= f->actions)
			return spoken(sim, fire, p, verdict);
		p->action++;
		return STACK_GOES_ON;
	}
	if (f->direct) {
		p->classid = (f->classid & TC_H_MAJ_MASK) | skb_qdisc_cb(p->skb)->tc_classid;
		return spoken(sim, fire, p, direct_verdict(ret));
	}
	if (!ret)
		return spoken(sim, fire, p, UNDECIDED);
	p->classid = ret == -1 ? f->classid : (u32)ret;
	p->action = 1;
	return f->actions ? STACK_GOES_ON : spoken(sim, fire, p, TC_ACT_OK);
}

bool tc_classifies(struct sim *sim, const struct stack_packet *p)
{
	struct stack_packet at = *p;
	const struct tc_filter *f;

	if ((p->place != STACK_INGRESS && p->place != STACK_EGRESS) || p->action)
		return false;
	f = filter_at(sim, &at);
	return f && !f->direct;
}
