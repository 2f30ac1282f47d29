/* Messages to rtnetlink, and packets in the network stack, in a walk. */
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <sys/socket.h>

#include "packet.h"
#include "walk.h"
#include "words.h"

static const struct {
	u32 op;
	const char *name;
} messages[] = {
	{RTM_SETLINK, "RTM_SETLINK"},       {RTM_NEWQDISC, "RTM_NEWQDISC"},
	{RTM_DELQDISC, "RTM_DELQDISC"},     {RTM_NEWTFILTER, "RTM_NEWTFILTER"},
	{RTM_DELTFILTER, "RTM_DELTFILTER"}, {RTM_GETTFILTER, "RTM_GETTFILTER"},
};

const char *walk_message_name(u32 op)
{
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
		if (messages[i].op == op)
			return messages[i].name;
	return "RTM_?";
}

static const struct prog *prog_of_fd(const struct sim *sim, s32 fd)
{
	struct task *task = task_by_pid((struct sim *)sim, sim->work->pid);
	const struct file *file = task ? fd_file(task, fd) : NULL;

	return file && file->obj->kind == OBJ_PROG ? container_of(file->obj, struct prog, obj) : NULL;
}

static void add_prog(const struct sim *sim, s32 fd, struct text *out)
{
	const struct prog *prog = prog_of_fd(sim, fd);

	if (prog)
		text_add(out, "%s", prog->obj.name);
	else
		text_add(out, "fd %d", fd);
}

static void filter_text(const struct sim *sim, const struct tc_request *r, struct text *out)
{
	if (r->has_fd)
		add_prog(sim, r->fd, out);
	text_add(out, "%s", r->has_fd ? ", " : "");
	text_add(out, (r->parent & 0xffff) == TC_H_MIN_EGRESS ? "egress" : "ingress");
	if (r->info >> 16)
		text_add(out, ", prio %u", r->info >> 16);
	if (r->handle)
		text_add(out, ", handle %u", r->handle);
	if (r->has_flags && r->bpf_flags & TCA_BPF_FLAG_ACT_DIRECT)
		text_add(out, ", direct-action");
	for (u32 i = 0; i < r->actions && i < TC_ACTIONS; i++) {
		text_add(out, ", action ");
		if (r->action[i].fd >= 0)
			add_prog(sim, r->action[i].fd, out);
		else
			text_add(out, "%d", r->action[i].action);
	}
}

/* RTM_SETLINK: the device, and its XDP program from now on. */
static void xdp_text(const struct sim *sim, struct text *out)
{
	const struct work *work = sim->work;
	const struct netdev *dev = netdev_by_index((struct sim *)sim, work->arg[0]);

	text_add(out, "%s, XDP, ", dev ? dev->name : "?");
	if (work->arg[1] >= 0)
		add_prog(sim, work->arg[1], out);
	else
		text_add(out, "no program");
	if (work->arg[2])
		text_add(out, ", %s", work->arg[2] & XDP_FLAGS_SKB_MODE ? "generic" : "native");
	if (work->arg[2] & XDP_FLAGS_REPLACE)
		text_add(out, ", replace");
}

static void tc_text(const struct sim *sim, const struct tc_request *r, struct text *out)
{
	const struct netdev *dev = netdev_by_index((struct sim *)sim, r->ifindex);

	text_add(out, "%s, ", dev ? dev->name : "?");
	if (r->op == RTM_NEWQDISC || r->op == RTM_DELQDISC)
		text_add(out, "%s", r->kind);
	else
		filter_text(sim, r, out);
}

void walk_message_text(const struct sim *sim, u32 op, struct text *out)
{
	struct tc_request request;

	memcpy(&request, sim->work->text, sizeof(request));
	if (op == RTM_SETLINK)
		xdp_text(sim, out);
	else
		tc_text(sim, &request, out);
}

void walk_hear_netlink(struct walk *w, const struct event *e)
{
	const struct sim *sim = w->session->sim;
	struct walk_netlink message = {.number = ++w->calls,
				       .name = walk_message_name(e->arg[0]),
				       .what = "a message to rtnetlink",
				       .result = e->arg[2],
				       .why = sim->why.text};
	struct text text;

	text_init(&text, message.text, sizeof(message.text));
	walk_message_text(sim, e->arg[0], &text);
	if (w->view->netlink)
		w->view->netlink(w, &message);
}

void walk_hear_setsockopt(struct walk *w, const struct event *e)
{
	const struct sim *sim = w->session->sim;
	struct walk_netlink message = {.number = ++w->calls,
				       .name = "setsockopt",
				       .what = "a system call about a socket",
				       .result = e->arg[3],
				       .why = sim->why.text};
	struct text text;

	text_init(&text, message.text, sizeof(message.text));
	text_add(&text, "fd %d, ", (int)e->arg[0]);
	if (e->arg[1] == SO_ATTACH_BPF) {
		text_add(&text, "SO_ATTACH_BPF, ");
		add_prog(sim, e->arg[2], &text);
	} else {
		text_add(&text, "%s", e->arg[1] == SO_DETACH_BPF ? "SO_DETACH_BPF" : "SO_LOCK_FILTER");
	}
	if (w->view->netlink)
		w->view->netlink(w, &message);
}

void walk_class_text(u32 retval, struct text *out)
{
	if (!retval)
		text_say(out, "no match");
	else if (retval == (u32)-1)
		text_say(out, "match");
	else
		text_say(out, "class %x:%x", retval >> 16, retval & 0xffff);
}

/* The packet in the network stack whose program runs; NULL: there is none. */
static const struct stack_packet *packet_at_hand(const struct sim *sim)
{
	const struct fire *fire = &sim->work->fire;

	return sim->work->kind != INPUT_FIRE || fire->kind == STIMULUS_EVENT ? NULL : stack_at_hand(fire);
}

static void describe(const struct sk_buff *skb, char *buf, size_t cap)
{
	struct text text;

	text_init(&text, buf, cap);
	packet_describe((const u8 *)(skb->head + skb->mac_header), skb->tail - skb->mac_header, &text);
}

bool walk_stack_begin(const struct walk *w, struct walk_run *run)
{
	const struct sim *sim = w->session->sim;
	const struct stack_packet *p = packet_at_hand(sim);
	struct text text;

	if (!p)
		return false;
	*run = (struct walk_run){.cpu = sim->clock->cpu,
				 .fired = true,
				 .hop = true,
				 .leads = !sim->work->fire.programs,
				 .ifindex = ((const struct net_device *)p->skb->dev)->ifindex};
	text_init(&text, run->place, sizeof(run->place));
	stack_place_text(sim, p, &text);
	run->classifies = tc_classifies(w->session->sim, p);
	describe(p->skb, run->packet, sizeof(run->packet));
	return true;
}

void walk_stack_end(const struct walk *w, struct walk_run *run)
{
	const struct stack_packet *p = packet_at_hand(w->session->sim);

	run->after[0] = 0;
	if (!p || !run->hop)
		return;
	describe(p->skb, run->after, sizeof(run->after));
	if (!strcmp(run->after, run->packet))
		run->after[0] = 0;
}
