/* Hooks: where programs wait for events, as a tree; and what a hook holds of the program that is attached to
 * it. */
#include <stdio.h>

#include "../holds.h"
#include "../link_words.h"
#include "hooks.h"

#define TYPE(name) (1ull << BPF_PROG_TYPE_##name)

static const struct link *link_of(const struct netdev *dev, enum xdp_mode *mode)
{
	for (int m = 0; m < XDP_MODES; m++) {
		if (!dev->xdp_link[m])
			continue;
		*mode = m;
		return container_of(dev->xdp_link[m], struct link, obj);
	}
	return NULL;
}

static const char *mode_name(enum xdp_mode mode)
{
	return mode == XDP_MODE_NATIVE ? words("native: in the driver") : words("generic: behind the driver");
}

bool hooks_just_now(const struct debug *d)
{
	return debug_happened(d, EV_GLUE) || debug_happened(d, EV_NETLINK) ||
	       (debug_phase(d) == PHASE_ATTACH && debug_happened(d, EV_SYSCALL_EXIT));
}

/* Is it a hook of the program at hand? */
static bool can_take(const struct debug *d, u64 types)
{
	const struct prog *prog = debug_prog(d);

	return prog && prog->type < 64 && types >> prog->type & 1;
}

static void one_filter(struct sheet *s, const struct netdev *dev, const struct tc_prio *prio,
		       const struct tc_filter *f, bool out)
{
	sheet_line(s, dev->ifindex);
	sheet_to(s, 12);
	sheet_add(s, ROLE_BORDER, "└─ ");
	sheet_add(s, ROLE_PLAIN, "tc %s ", out ? "egress" : "ingress");
	sheet_add(s, ROLE_QUIET, "prio %u handle %u ", prio->prio, f->handle);
	sheet_add(s, ROLE_PLAIN, "%s ─▸ prog %u", f->prog->obj.name, f->prog->obj.id);
	sheet_add(s, ROLE_QUIET, "%s", f->direct ? ", direct-action" : "");
	for (u32 i = 0; i < f->actions; i++)
		sheet_add(s, ROLE_QUIET, ", action %s",
			  f->action[i].prog ? f->action[i].prog->obj.name : "of tc");
}

/* In the order in which they are asked. */
static void filters(struct sheet *s, const struct netdev *dev)
{
	for (u32 way = 0; way < TC_DIRECTIONS; way++)
		for (const struct tc_prio *p = dev->tc[way].first; p; p = p->next)
			for (const struct tc_filter *f = p->filter; f; f = f->next)
				one_filter(s, dev, p, f, way == TC_EGRESS);
}

static void one_device(const struct view *v, struct sheet *s, const struct netdev *dev, bool last)
{
	enum xdp_mode mode = XDP_MODE_GENERIC;
	const struct link *link = link_of(dev, &mode);
	const struct prog *prog = xdp_attached(dev);
	bool fresh = prog && hooks_just_now(v->d);

	sheet_line(s, dev->ifindex);
	if (fresh)
		sheet_at(s);
	sheet_add(s, ROLE_BORDER, last ? "└─ " : "├─ ");
	sheet_add(s, ROLE_TITLE, "%s", dev->name);
	sheet_to(s, 11);
	sheet_add(s, ROLE_CURRENT, "%s", can_take(v->d, TYPE(XDP) | TYPE(SCHED_CLS)) ? "▸" : " ");
	sheet_add(s, ROLE_PLAIN, "xdp ");
	sheet_add(s,
		  fresh  ? ROLE_CHANGED
		  : prog ? ROLE_PLAIN
			 : ROLE_QUIET,
		  "%s%s", prog ? prog->obj.name : "-", fresh ? " *" : "");
	sheet_to(s, 34);
	sheet_add(s, ROLE_QUIET, "rx %llu  drop %llu  tx %llu", (unsigned long long)dev->rx_packets,
		  (unsigned long long)dev->rx_dropped, (unsigned long long)dev->tx_packets);
	if (!link && prog) {
		sheet_line(s, dev->ifindex);
		sheet_to(s, 12);
		sheet_add(s, ROLE_BORDER, "└─ ");
		sheet_add(s, ROLE_PLAIN, "by netlink ─▸ prog %u, %s", prog->obj.id,
			  mode_name(dev->xdp_prog[XDP_MODE_NATIVE] ? XDP_MODE_NATIVE : XDP_MODE_GENERIC));
	}
	if (!link) {
		filters(s, dev);
		return;
	}
	sheet_line(s, dev->ifindex);
	sheet_add(s, ROLE_BORDER, last ? "   " : "│  ");
	sheet_to(s, 12);
	sheet_add(s, ROLE_BORDER, "└─ ");
	sheet_add(s, ROLE_PLAIN, "link %u ─▸ prog %u, %s", link->obj.id, link->prog->obj.id, mode_name(mode));
	filters(s, dev);
}

static void devices(const struct view *v, struct sheet *s)
{
	const struct netdevs *all = debug_sim(v->d)->world->netdevs;
	u32 last = 0;

	for (u32 i = 0; i < NETDEV_MAX; i++)
		if (all->dev[i].ifindex)
			last = i;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "%s", words("network devices"));
	for (u32 i = 0; i < NETDEV_MAX; i++)
		if (all->dev[i].ifindex)
			one_device(v, s, &all->dev[i], i == last);
}

/* --- functions, tracepoints, perf events --- */

static const struct {
	const char *name;
	u32 kinds; /* bit n: enum hook_kind n */
	u64 types; /* bit n: programs of type n */
} families[] = {
	{"kernel functions",
	 1u << HOOK_KPROBE | 1u << HOOK_KRETPROBE | 1u << HOOK_FENTRY | 1u << HOOK_FMOD_RET |
		 1u << HOOK_FEXIT,
	 TYPE(KPROBE) | TYPE(TRACING) | TYPE(LSM)},
	{"tracepoints", 1u << HOOK_TRACEPOINT | 1u << HOOK_RAW_TP,
	 TYPE(TRACEPOINT) | TYPE(RAW_TRACEPOINT) | TYPE(RAW_TRACEPOINT_WRITABLE) | TYPE(TRACING)},
	{"functions of files (uprobes)", 1u << HOOK_UPROBE | 1u << HOOK_URETPROBE, TYPE(KPROBE)},
	{"perf events", 1u << HOOK_PERF, TYPE(PERF_EVENT)},
};

#define CGROUP_TYPES                                                                                         \
	(TYPE(CGROUP_DEVICE) | TYPE(CGROUP_SKB) | TYPE(CGROUP_SOCK) | TYPE(CGROUP_SOCK_ADDR) |               \
	 TYPE(CGROUP_SOCKOPT) | TYPE(CGROUP_SYSCTL) | TYPE(SOCK_OPS))

static void family_head(const struct view *v, struct sheet *s, const char *name, u64 types)
{
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "%s", words(name));
	sheet_add(s, ROLE_CURRENT, "%s", can_take(v->d, types) ? " ▸" : "");
}

static void one_attachment(const struct view *v, struct sheet *s, const struct attachment *a, bool last)
{
	char target[100];
	struct text text;

	sheet_line(s, SHEET_NO_ITEM);
	if (hooks_just_now(v->d) && last)
		sheet_at(s);
	if (!sheet_wants(s))
		return;
	text_init(&text, target, sizeof(target));
	attachment_text(debug_sim(v->d), a, &text);
	sheet_add(s, ROLE_BORDER, last ? "└─ " : "├─ ");
	sheet_add(s, ROLE_TITLE, "%s", target);
	sheet_add(s, ROLE_QUIET, "  %s ", hook_infos[a->kind].name);
	sheet_add(s, ROLE_PLAIN, "%s", a->prog->obj.name);
	if (a->owner->kind == OBJ_LINK)
		sheet_add(s, ROLE_QUIET, "  link %u ─▸ prog %u", a->owner->id, a->prog->obj.id);
	else
		sheet_add(s, ROLE_QUIET, "  perf event ─▸ prog %u", a->prog->obj.id);
}

static void one_family(const struct view *v, struct sheet *s, u32 family)
{
	const struct hooks *hooks = &debug_sim(v->d)->world->hooks;
	const struct attachment *before = NULL;

	family_head(v, s, families[family].name, families[family].types);
	for (u32 i = 0; i < hooks->count; i++) {
		if (!(families[family].kinds & 1u << hooks->list[i].kind) || !hooks->list[i].prog)
			continue;
		if (before)
			one_attachment(v, s, before, false);
		before = &hooks->list[i];
	}
	if (before)
		one_attachment(v, s, before, true);
	else
		sheet_add(s, ROLE_QUIET, "  %s", words("none"));
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct prog_type *type = prog ? prog_type_by_id(prog->type) : NULL;
	char line[200];

	devices(v, s);
	for (u32 i = 0; i < ARRAY_SIZE(families); i++)
		one_family(v, s, i);
	family_head(v, s, "cgroups", CGROUP_TYPES);
	hooks_cgroups(v, s);
	if (!type)
		return;
	snprintf(line, sizeof(line),
		 words("▸ hooks that can take this program: those for %s. Another hook has another context; "
		       "the program was "
		       "verified for this one."),
		 type->name);
	sheet_wrap(s, ROLE_QUIET, line);
}

static bool changed(const struct view *v)
{
	return hooks_just_now(v->d);
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	const struct netdev *dev = netdev_by_index(debug_sim(v->d), item);
	enum xdp_mode mode;

	if (!dev)
		return;
	text_say(out,
		 "XDP hook of %s (number %u): called for each packet that arrives, before the kernel makes "
		 "an sk_buff "
		 "of it. %s",
		 dev->name, dev->ifindex,
		 link_of(dev, &mode)
			 ? words("It holds the address of the attached program's code.")
			 : words("Nothing is attached: packets go straight to the network stack."));
}

const struct pane pane_hooks = {
	.name = "hooks",
	.title = "hooks of this machine",
	.help = "Where programs wait for events: the network devices of the simulated machine with what is "
		"attached to "
		"their XDP hook and to tc (filters in the order in which they are asked), and what has "
		"arrived there; kernel functions and tracepoints at which a program hangs; "
		"cgroups, whose programs are asked when their tasks do something. ▸ marks hooks that can "
		"take the program "
		"at hand. Attaching changes one pointer: nothing is verified or compiled again.",
	.draw = draw,
	.changed = changed,
	.explain = explain,
};

/* --- what the hook holds --- */

static u32 code_bytes(const struct prog *prog)
{
	u32 bytes = 0;

	for (u32 i = 0; i < look_images(prog); i++)
		bytes += look_image(prog, i)->size;
	return bytes;
}

static void draw_program(struct sheet *s, const struct link *link, const char *star)
{
	const struct prog *prog = link->prog;

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "   link %u ── .prog ──▸ prog %u %s", link->obj.id, prog->obj.id,
		  prog->obj.name);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "   what it calls:   ");
	sheet_add(s, ROLE_CHANGED, "%llx%s", (unsigned long long)link->entry, star);
	sheet_line(s, SHEET_NO_ITEM);
	if (!look_images(prog))
		sheet_add(s, ROLE_PLAIN, "   an interpreter: the program has no machine code");
	else
		sheet_add(s, ROLE_PLAIN, "   prog %u's code:   %llx, %u bytes%s", prog->obj.id,
			  (unsigned long long)prog_entry(prog), code_bytes(prog),
			  link->entry == prog_entry(prog) ? words("  ✓ same") : "");
}

static void one_holder(struct sheet *s, const struct hold *hold)
{
	if (hold->pid)
		sheet_add(s, ROLE_PLAIN, " fd %d of process %u", hold->fd, hold->pid);
	else if (hold->pin)
		sheet_add(s, ROLE_PLAIN, " the pin %s", hold->pin);
	else
		sheet_add(s, ROLE_PLAIN, " %s %u", words(hold->by->kind == OBJ_LINK ? "link" : "object"),
			  hold->by->id);
}

static void holders_of(struct sheet *s, const struct holds *h, const struct obj *obj, const char *what)
{
	u32 n = 0;

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "%s %u, refs %u, held by", what, obj->id, obj->refs);
	for (u32 i = 0; i < h->count; i++) {
		if (h->hold[i].held != obj)
			continue;
		sheet_add(s, ROLE_QUIET, "%s", n++ ? " ·" : "");
		one_holder(s, &h->hold[i]);
	}
}

/* Any link that is no device's. */
static void draw_other_link(const struct view *v, struct sheet *s, const struct link *link)
{
	const char *star = hooks_just_now(v->d) ? " *" : "";
	char place[120];
	struct text text;
	struct holds h;

	text_init(&text, place, sizeof(place));
	link_place_text(debug_sim(v->d), link, &text);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_TITLE, "%s", place[0] ? place : words("nowhere now"));
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "   ──▸ ");
	sheet_add(s, ROLE_CHANGED, "link %u%s", link->obj.id, star);
	draw_program(s, link, star);
	holds_take(&h, v->d);
	holders_of(s, &h, &link->prog->obj, "prog");
	holders_of(s, &h, &link->obj, "link");
	holds_free(&h);
}

static void draw_hook(const struct view *v, struct sheet *s, const struct netdev *dev)
{
	enum xdp_mode mode = XDP_MODE_GENERIC;
	const struct link *link = link_of(dev, &mode);
	const char *star = hooks_just_now(v->d) ? " *" : "";
	struct holds h;

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_TITLE, "%s", dev->name);
	sheet_add(s, ROLE_QUIET, "  struct net_device");
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "xdp_state[%s].link ──▸ ", mode == XDP_MODE_NATIVE ? "native" : "generic");
	sheet_add(s, ROLE_CHANGED, "link %u%s", link->obj.id, star);
	draw_program(s, link, star);
	holds_take(&h, v->d);
	holders_of(s, &h, &link->prog->obj, "prog");
	holders_of(s, &h, &link->obj, "link");
	sheet_wrap(s, ROLE_QUIET,
		   holds_survives(&h, &link->obj, v->d->session.pid)
			   ? "When the loader ends, it stays attached: somebody else holds the link."
			   : "When the last fd of the link is closed, or the loader ends, it is detached at "
			     "once.");
	holds_free(&h);
}

static void draw_held(const struct view *v, struct sheet *s)
{
	const struct netdevs *all = debug_sim(v->d)->world->netdevs;
	enum xdp_mode mode;

	for (u32 i = 0; i < NETDEV_MAX; i++)
		if (all->dev[i].ifindex && link_of(&all->dev[i], &mode))
			draw_hook(v, s, &all->dev[i]);
	for (struct obj *o = obj_next(debug_sim(v->d), OBJ_LINK, 0); o;
	     o = obj_next(debug_sim(v->d), OBJ_LINK, o->id))
		if (link_of_obj(o)->type != BPF_LINK_TYPE_XDP && link_of_obj(o)->prog)
			draw_other_link(v, s, link_of_obj(o));
	if (!s->lines)
		sheet_nothing(s, "No hook holds a program: its pointer is NULL. BPF_LINK_CREATE makes a "
				 "link, which puts the "
				 "address of the program's code there and holds a reference to the program.");
}

const struct pane pane_hook = {
	.name = "hook",
	.title = "what the hook holds",
	.help = "What attaching has changed: the device points to the link, the link to the program, and the "
		"address that "
		"is called is that of the machine code, which is there since the load (✓ same). Pane glue "
		"shows code that "
		"attaching has written. Below: who holds the program and the link, and so when it is "
		"detached.",
	.draw = draw_held,
	.changed = changed,
};
