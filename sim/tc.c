/*
 * tc by netlink: see tc.h. Mirrors net/sched/sch_api.c (tc_modify_qdisc, tc_get_qdisc), net/sched/cls_api.c (tc_new_tfilter,
 * tc_del_tfilter, tc_get_tfilter) and cls_bpf_change of net/sched/cls_bpf.c: which question is asked first.
 *
 * Simplified: one chain; of the qdiscs there is clsact, of the filters bpf, of the actions bpf and gact.
 */
#include "tc.h"

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>

#include "fd.h"
#include "prog_jit.h"
#include "world/world.h"

#define INGRESS_HANDLE 0xffff0000u
#define AUTO_PRIO 0x8000u      /* where priorities that the kernel chooses begin to be looked for */
#define AUTO_PRIO_LAST 0xc000u /* the first that it gives */

/* --- qdiscs --- */

static int add_qdisc(struct sim *sim, struct netdev *dev, const struct tc_request *r)
{
	if (dev->clsact && r->handle != INGRESS_HANDLE)
		return sim_fail(&sim->why, -EEXIST, "%s has a qdisc there: NLM_F_REPLACE is needed to override it",
				dev->name);
	if (r->handle & 0xffff)
		return sim_fail(&sim->why, -EINVAL, "handle %x: a qdisc's handle ends with 0000", r->handle);
	if (dev->clsact && r->flags & NLM_F_EXCL)
		return sim_fail(&sim->why, -EEXIST, "%s has a clsact qdisc already", dev->name);
	if (dev->clsact)
		return !strcmp(r->kind, "clsact") ? 0
						  : sim_fail(&sim->why, -EINVAL, "the qdisc there is a clsact, not '%s'",
							     r->kind);
	if (!(r->flags & NLM_F_CREATE))
		return sim_fail(&sim->why, -ENOENT, "%s has no such qdisc: to make one needs NLM_F_CREATE", dev->name);
	if (strcmp(r->kind, "clsact"))
		return sim_fail(&sim->why, -ENOENT, "kind '%s': of the qdiscs only clsact is known here", r->kind);
	dev->clsact = true;
	return 0;
}

static void free_prio(struct sim *sim, struct tc_hook *hook, struct tc_prio *prio)
{
	struct tc_prio **at = &hook->first;

	while (prio->filter) {
		struct tc_filter *f = prio->filter;

		prio->filter = f->next;
		tc_filter_free(sim, f);
	}
	while (*at != prio)
		at = &(*at)->next;
	*at = prio->next;
	sim_free(sim, prio);
}

static void flush(struct sim *sim, struct tc_hook *hook)
{
	while (hook->first)
		free_prio(sim, hook, hook->first);
}

static int del_qdisc(struct sim *sim, struct netdev *dev, const struct tc_request *r)
{
	bool ingress = r->parent >> 16 == TC_H_CLSACT >> 16;

	/* without a parent it is the device's own qdisc that is meant, whose handle is 0 */
	if (!ingress || (r->handle && (dev->clsact ? INGRESS_HANDLE : 0) != r->handle))
		return sim_fail(&sim->why, dev->clsact || dev->had_clsact || !ingress ? -EINVAL : -ENOENT,
				"parent %x, handle %x: %s has no such qdisc", r->parent, r->handle, dev->name);
	if (*r->kind && strcmp(r->kind, "clsact"))
		return sim_fail(&sim->why, -EINVAL, "the qdisc there is a clsact, not '%s'", r->kind);
	if (!dev->clsact)
		return sim_fail(&sim->why, -ENOENT, "%s has no clsact qdisc", dev->name);
	flush(sim, &dev->tc[TC_INGRESS]);
	flush(sim, &dev->tc[TC_EGRESS]);
	dev->clsact = false;
	dev->had_clsact = true;
	return 0;
}

/* --- which filter --- */

static struct tc_hook *find_hook(struct sim *sim, struct netdev *dev, u32 parent, int *err)
{
	bool known = parent >> 16 == TC_H_CLSACT >> 16 && dev->clsact;

	*err = 0;
	if (known && (parent & 0xffff) == TC_H_MIN_INGRESS)
		return &dev->tc[TC_INGRESS];
	if (known && (parent & 0xffff) == TC_H_MIN_EGRESS)
		return &dev->tc[TC_EGRESS];
	*err = known && parent & 0xffff ? -ENOENT : -EINVAL;
	if (known)
		sim_fail(&sim->why, *err, "parent %x: clsact has fff2 (ingress) and fff3 (egress)", parent);
	else
		sim_fail(&sim->why, *err, "%s has no qdisc %x: clsact must be added first", dev->name, parent >> 16);
	return NULL;
}

/* The priority that @r names, when its protocol is the one asked for. */
static struct tc_prio *find_prio(struct sim *sim, const struct tc_hook *hook, const struct tc_request *r, int *err)
{
	u32 number = r->info >> 16;
	u16 protocol = r->info;
	struct tc_prio *prio = tc_prio_from(hook, number);

	*err = 0;
	if (!prio || prio->prio != number)
		return NULL;
	if (!protocol || protocol == prio->protocol)
		return prio;
	*err = sim_fail(&sim->why, -EINVAL, "the filters of priority %u are for protocol %04x, not %04x", number,
			__builtin_bswap16(prio->protocol), __builtin_bswap16(protocol));
	return NULL;
}

static int check_kind(struct sim *sim, const struct tc_request *r)
{
	if (!*r->kind || !strcmp(r->kind, "bpf"))
		return 0;
	return sim_fail(&sim->why, -EINVAL, "the filters there are of kind bpf, not '%s'", r->kind);
}

/* --- making one --- */

static u32 free_handle(const struct tc_prio *prio)
{
	u32 handle = 1;

	while (tc_filter_by_handle(prio, handle))
		handle++;
	return handle;
}

/* The place of the old one, or in front. */
static void put_in(struct sim *sim, struct tc_prio *prio, struct tc_filter *f, struct tc_filter *old)
{
	struct tc_filter **at = &prio->filter;

	while (old && *at != old)
		at = &(*at)->next;
	f->next = old ? old->next : *at;
	*at = f;
	if (old)
		tc_filter_free(sim, old);
}

static struct tc_prio *make_prio(struct sim *sim, struct tc_hook *hook, u32 number, u16 protocol)
{
	struct tc_prio *prio = sim_alloc(sim, sizeof(*prio)), **at = &hook->first;

	if (!prio)
		return NULL;
	while (*at && (*at)->prio < number)
		at = &(*at)->next;
	*prio = (struct tc_prio){.next = *at, .prio = number, .protocol = protocol};
	*at = prio;
	return prio;
}

/* One in front of those that the kernel has chosen before. */
static u32 choose_prio(const struct tc_hook *hook)
{
	const struct tc_prio *p = tc_prio_from(hook, AUTO_PRIO);

	return p ? p->prio - 1u : AUTO_PRIO_LAST;
}

static int need_create(struct sim *sim)
{
	return sim_fail(&sim->why, -ENOENT, "there is no such filter: to make one needs NLM_F_CREATE");
}

/* May the request make a new priority? */
static int check_new_prio(struct sim *sim, const struct tc_request *r)
{
	if (!*r->kind || !(r->info & 0xffff))
		return sim_fail(&sim->why, -EINVAL, "a new filter needs a kind and a protocol");
	if (!(r->flags & NLM_F_CREATE))
		return need_create(sim);
	if (strcmp(r->kind, "bpf"))
		return sim_fail(&sim->why, -ENOENT, "kind '%s': of the filters only bpf is known here", r->kind);
	return 0;
}

static int check_old(struct sim *sim, const struct tc_request *r, const struct tc_filter *old)
{
	if (!old && !(r->flags & NLM_F_CREATE))
		return need_create(sim);
	if (old && r->flags & NLM_F_EXCL)
		return sim_fail(&sim->why, -EEXIST, "there is a filter with handle %x already: NLM_F_EXCL forbids to replace it",
				old->handle);
	return r->options ? 0 : sim_fail(&sim->why, -EINVAL, "a filter of kind bpf needs options: TCA_OPTIONS");
}

static int new_filter(struct sim *sim, struct task *task, struct tc_hook *hook, struct tc_request *r)
{
	u32 number = r->info >> 16;
	struct tc_prio *prio;
	struct tc_filter *old, *f;
	int err;

	if (!number && !(r->flags & NLM_F_CREATE))
		return need_create(sim);
	if (!number)
		number = choose_prio(hook);
	r->info = number << 16 | (r->info & 0xffff);
	prio = find_prio(sim, hook, r, &err);
	if (!err)
		err = prio ? check_kind(sim, r) : check_new_prio(sim, r);
	old = r->handle ? tc_filter_by_handle(prio, r->handle) : NULL;
	if (!err)
		err = check_old(sim, r, old);
	f = err ? NULL : tc_filter_new(sim, task, r, &err);
	if (err)
		return err;
	if (!prio)
		prio = make_prio(sim, hook, number, r->info);
	if (!prio) {
		tc_filter_free(sim, f);
		return sim_fail(&sim->why, -ENOMEM, "no memory for a priority");
	}
	f->handle = r->handle ? r->handle : free_handle(prio);
	put_in(sim, prio, f, old);
	r->handle = f->handle;
	r->info = number << 16 | prio->protocol;
	r->prog_id = f->prog->obj.id;
	return 0;
}

/* --- finding and deleting --- */

static struct tc_filter *find_filter(struct sim *sim, struct tc_prio *prio, u32 handle, int *err)
{
	struct tc_filter *f = handle ? tc_filter_by_handle(prio, handle) : NULL;

	*err = f ? 0 : sim_fail(&sim->why, -ENOENT, "there is no filter with handle %x", handle);
	return f;
}

static int no_prio(struct sim *sim, const struct tc_request *r)
{
	return sim_fail(&sim->why, -ENOENT, "there is no filter of priority %u", r->info >> 16);
}

static int del_filter(struct sim *sim, struct tc_hook *hook, const struct tc_request *r)
{
	struct tc_prio *prio;
	struct tc_filter *f, **at;
	int err;

	if (!(r->info >> 16) && (r->info || r->handle || *r->kind))
		return sim_fail(&sim->why, -ENOENT, "without a priority all filters are deleted: then neither protocol, handle "
						    "nor kind can be given");
	if (!(r->info >> 16)) {
		flush(sim, hook);
		return 0;
	}
	prio = find_prio(sim, hook, r, &err);
	if (err || !prio)
		return err ? err : no_prio(sim, r);
	err = check_kind(sim, r);
	f = err || !r->handle ? NULL : find_filter(sim, prio, r->handle, &err);
	if (err)
		return err;
	for (at = &prio->filter; f && *at != f;)
		at = &(*at)->next;
	if (f) {
		*at = f->next;
		tc_filter_free(sim, f);
	}
	if (!f || !prio->filter)
		free_prio(sim, hook, prio);
	return 0;
}

static int get_filter(struct sim *sim, const struct tc_hook *hook, struct tc_request *r)
{
	const struct tc_filter *f;
	struct tc_prio *prio;
	int err;

	if (!(r->info >> 16))
		return no_prio(sim, r);
	if (!hook->first)
		return sim_fail(&sim->why, -EINVAL, "there is no filter at all");
	prio = find_prio(sim, hook, r, &err);
	if (err || !prio)
		return err ? err : no_prio(sim, r);
	err = check_kind(sim, r);
	f = err ? NULL : find_filter(sim, prio, r->handle, &err);
	if (err)
		return err;
	r->info = (u32)prio->prio << 16 | prio->protocol;
	r->prog_id = f->prog->obj.id;
	return 0;
}

s64 tc_request(struct sim *sim, struct task *task, struct tc_request *r)
{
	struct netdev *dev = netdev_by_index(sim, r->ifindex);
	struct tc_hook *hook;
	int err;

	r->kind[TC_KIND - 1] = 0;
	if (r->op != RTM_GETTFILTER && !task_capable(task, CAP_NET_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "tc needs CAP_NET_ADMIN");
	if (r->op == RTM_NEWTFILTER && !(r->info >> 16) && !(r->flags & NLM_F_CREATE))
		return need_create(sim);
	if (!dev)
		return sim_fail(&sim->why, -ENODEV, "there is no device with ifindex %u", r->ifindex);
	if (r->op == RTM_NEWQDISC)
		return add_qdisc(sim, dev, r);
	if (r->op == RTM_DELQDISC)
		return del_qdisc(sim, dev, r);
	hook = find_hook(sim, dev, r->parent, &err);
	if (!hook)
		return err;
	if (r->op == RTM_NEWTFILTER)
		return new_filter(sim, task, hook, r);
	if (r->op == RTM_DELTFILTER)
		return del_filter(sim, hook, r);
	if (r->op == RTM_GETTFILTER)
		return get_filter(sim, hook, r);
	return sim_fail(&sim->why, -EOPNOTSUPP, "message %u is none of tc's", r->op);
}
