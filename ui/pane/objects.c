/* Kernel objects: the loader's fd table, the objects behind it and what holds them. */
#include <stdio.h>

#include "pane.h"

static const struct task *loader(const struct debug *d)
{
	return task_by_pid(debug_sim(d), d->session.pid);
}

/* Did the references of @obj change in this step? The number of them before; 0: they did not. */
static u32 refs_before(const struct debug *d, const struct obj *obj)
{
	for (u32 i = 0; d->last.any && i < d->last.events; i++) {
		const struct event *e = &d->last.event[i];

		if ((e->kind == EV_OBJ_GET || e->kind == EV_OBJ_PUT) && e->arg[0] == obj->kind &&
		    e->arg[1] == obj->id)
			return e->kind == EV_OBJ_GET ? e->arg[2] - 1 : e->arg[2] + 1;
	}
	return 0;
}

static void refs(const struct debug *d, struct sheet *s, const struct obj *obj)
{
	u32 before = refs_before(d, obj);

	if (before && before != obj->refs)
		sheet_add(s, ROLE_CHANGED, "  refs %u → %u *", before, obj->refs);
	else
		sheet_add(s, ROLE_QUIET, "  refs %u", obj->refs);
}

static void fd_line(const struct view *v, struct sheet *s, struct sim *sim, int fd, const struct file *file)
{
	const struct event *opened = debug_happened(v->d, EV_FD_OPEN);
	bool fresh = opened && (int)opened->arg[1] == fd;
	char what[96];
	struct text text;

	sheet_line(s, fd);
	if (fresh)
		sheet_at(s);
	sheet_add(s, fresh ? ROLE_CHANGED : ROLE_PLAIN, "%3d  ", fd);
	text_init(&text, what, sizeof(what));
	walk_object_text(file->obj, &text);
	sheet_add(s, ROLE_PLAIN, "%s", sim->obj_ops[file->obj->kind]->file);
	sheet_to(s, 15);
	sheet_add(s, fresh ? ROLE_CHANGED : ROLE_PLAIN, "─▸ %s%s", what, fresh ? " *" : "");
	refs(v->d, s, file->obj);
}

static void draw_fds(const struct view *v, struct sheet *s)
{
	struct sim *sim = debug_sim(v->d);
	const struct task *task = loader(v->d);

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, " fd  file (f_op)   private_data → object");
	if (task && fd_file((struct task *)task, 0) && !fd_file((struct task *)task, 0)->obj) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "0-2  tty");
	}
	for (int fd = 0; task && fd < TASK_MAX_FDS; fd++) {
		const struct file *file = fd_file((struct task *)task, fd);

		if (file && file->obj)
			fd_line(v, s, sim, fd, file);
	}
	if (look_load(sim)) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "  -  the program's fd is PROG_LOAD's last act");
	}
}

static bool fds_changed(const struct view *v)
{
	return debug_happened(v->d, EV_FD_OPEN) || debug_happened(v->d, EV_FD_CLOSE);
}

const struct pane pane_fds = {
	.name = "fds",
	.title = "fd table of the loader",
	.help = "An fd is an index of this table. Each entry leads to an open file, the file to an object in "
		"the kernel. An "
		"object lives as long as its refs are not 0: fds, pins, links and programs hold it.",
	.draw = draw_fds,
	.changed = fds_changed,
};

/* --- the graph --- */

static void holder(struct sheet *s, const char *fmt, u64 n)
{
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "     held by ");
	sheet_add(s, ROLE_PLAIN, fmt, (unsigned long long)n);
}

static void fd_holders(const struct view *v, struct sheet *s, const struct obj *obj)
{
	const struct task *task = loader(v->d);

	for (int fd = 0; task && fd < TASK_MAX_FDS; fd++) {
		const struct file *file = fd_file((struct task *)task, fd);

		if (file && file->obj == obj)
			holder(s, "fd %llu of the loader", fd);
	}
}

static void prog_holders(const struct view *v, struct sheet *s, const struct obj *held)
{
	struct sim *sim = debug_sim(v->d);

	for (struct obj *o = obj_next(sim, OBJ_PROG, 0); o; o = obj_next(sim, OBJ_PROG, o->id)) {
		const struct prog *prog = container_of(o, struct prog, obj);

		for (u32 i = 0; i < prog->nused_maps; i++)
			if (&prog->used_maps[i]->obj == held)
				holder(s, "prog %llu, whose code has its address", o->id);
		if (prog->btf == held)
			holder(s, "prog %llu, whose lines and types it has", o->id);
	}
	for (struct obj *o = obj_next(sim, OBJ_MAP, 0); o; o = obj_next(sim, OBJ_MAP, o->id))
		if (container_of(o, struct map, obj)->btf == held)
			holder(s, "map %llu, whose key and value types it has", o->id);
	for (struct obj *o = obj_next(sim, OBJ_LINK, 0); o; o = obj_next(sim, OBJ_LINK, o->id))
		if (container_of(o, struct link, obj)->prog &&
		    &container_of(o, struct link, obj)->prog->obj == held)
			holder(s, "link %llu", o->id);
}

static void link_target(const struct view *v, struct sheet *s, const struct obj *obj)
{
	const struct link *link = container_of(obj, struct link, obj);
	const struct netdev *dev =
		obj->kind == OBJ_LINK ? netdev_by_index(debug_sim(v->d), link->ifindex) : NULL;

	if (!dev)
		return;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "     └─▸ the XDP hook of %s calls prog %u", dev->name, link->prog->obj.id);
}

static bool about(const struct debug *d, const struct obj *obj)
{
	static const u16 kinds[] = {EV_OBJ_NEW, EV_OBJ_GET, EV_OBJ_PUT};

	for (u32 i = 0; d->last.any && i < d->last.events; i++)
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			if (d->last.event[i].kind == kinds[k] && d->last.event[i].arg[0] == obj->kind &&
			    d->last.event[i].arg[1] == obj->id)
				return true;
	return false;
}

static void draw_objects(const struct view *v, struct sheet *s)
{
	static const u8 kinds[] = {OBJ_LINK, OBJ_PROG, OBJ_MAP, OBJ_BTF};
	struct sim *sim = debug_sim(v->d);

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (struct obj *obj = obj_next(sim, kinds[k], 0); obj;
		     obj = obj_next(sim, kinds[k], obj->id)) {
			bool fresh = about(v->d, obj);
			char what[96];
			struct text text;

			text_init(&text, what, sizeof(what));
			walk_object_text(obj, &text);
			sheet_line(s, obj->id);
			if (fresh)
				sheet_at(s);
			sheet_add(s, fresh ? ROLE_CHANGED : ROLE_TITLE, "%s%s", what, fresh ? " *" : "");
			sheet_add(s, ROLE_QUIET, "  refs %u", obj->refs);
			fd_holders(v, s, obj);
			prog_holders(v, s, obj);
			link_target(v, s, obj);
		}
	}
	if (!s->lines)
		sheet_nothing(s, "No object exists yet.");
}

static bool objects_changed(const struct view *v)
{
	return debug_happened(v->d, EV_OBJ_NEW) || debug_happened(v->d, EV_OBJ_PUT) ||
	       debug_happened(v->d, EV_OBJ_GET);
}

const struct pane pane_objects = {
	.name = "objects",
	.title = "kernel objects and who holds them",
	.help = "Maps, programs, links and BTF that have an id, with everything that holds a reference to "
		"them. What nobody holds "
		"any more is freed at once: so one can see what stays when the loader ends.",
	.draw = draw_objects,
	.changed = objects_changed,
};

/* --- hooks --- */

static void draw_hooks(const struct view *v, struct sheet *s)
{
	struct sim *sim = debug_sim(v->d);

	for (u32 i = 0; i < NETDEV_MAX; i++) {
		const struct netdev *dev = &sim->world->netdevs->dev[i];
		const struct obj *link = dev->xdp_link[XDP_MODE_NATIVE] ? dev->xdp_link[XDP_MODE_NATIVE]
									: dev->xdp_link[XDP_MODE_GENERIC];

		if (!dev->ifindex)
			continue;
		sheet_line(s, dev->ifindex);
		sheet_add(s, ROLE_TITLE, "%s", dev->name);
		sheet_add(s, ROLE_QUIET, "  ifindex %u, %llu received, %llu dropped, %llu sent back",
			  dev->ifindex, (unsigned long long)dev->rx_packets,
			  (unsigned long long)dev->rx_dropped, (unsigned long long)dev->tx_packets);
		sheet_line(s, dev->ifindex);
		if (link)
			sheet_add(s, ROLE_CHANGED, "  └─ xdp ─▸ link %u ─▸ prog %u %s", link->id,
				  container_of(link, struct link, obj)->prog->obj.id,
				  container_of(link, struct link, obj)->prog->obj.name);
		else
			sheet_add(s, ROLE_QUIET, "  └─ xdp  nothing attached");
	}
}

static bool hooks_changed(const struct view *v)
{
	return debug_phase(v->d) == PHASE_ATTACH && debug_happened(v->d, EV_SYSCALL_EXIT);
}

const struct pane pane_hooks = {
	.name = "hooks",
	.title = "hooks: where programs wait for events",
	.help = "The network devices of the simulated machine and what is attached to their XDP hook. "
		"Attaching changes one "
		"pointer: nothing is verified or compiled again.",
	.draw = draw_hooks,
	.changed = hooks_changed,
};
