/* Kernel objects: the loader's fd table, the objects behind it and what holds them. */
#include <stdio.h>

#include "../holds.h"
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

static void object_name(const struct obj *obj, char what[96])
{
	struct text text;

	text_init(&text, what, 96);
	walk_object_text(obj, &text);
}

/* "◂ fd 5 of process 100", "◂ link 1" */
static void held_by(struct sheet *s, const struct hold *hold)
{
	char what[96];

	sheet_line(s, hold->held->id);
	sheet_add(s, ROLE_BORDER, "  ◂ ");
	if (hold->pid) {
		sheet_add(s, ROLE_PLAIN, "fd %d of process %u", hold->fd, hold->pid);
	} else if (hold->pin) {
		sheet_add(s, ROLE_PLAIN, "pin %s", hold->pin);
	} else {
		object_name(hold->by, what);
		sheet_add(s, ROLE_PLAIN, "%s", what);
		sheet_add(s, ROLE_QUIET, "  %s", words(hold->why));
	}
}

static void points_to(struct sheet *s, const struct hold *hold)
{
	char what[96];

	object_name(hold->held, what);
	sheet_line(s, hold->by->id);
	sheet_add(s, ROLE_BORDER, "  ▸ ");
	sheet_add(s, ROLE_PLAIN, "%s", what);
	sheet_add(s, ROLE_QUIET, "  %s", words(hold->why));
}

static void hook_of(const struct view *v, struct sheet *s, const struct obj *obj)
{
	const struct link *link = container_of(obj, struct link, obj);
	const struct netdev *dev =
		obj->kind == OBJ_LINK ? netdev_by_index(debug_sim(v->d), link->ifindex) : NULL;

	if (!dev)
		return;
	sheet_line(s, obj->id);
	sheet_add(s, ROLE_BORDER, "  ▸ ");
	sheet_add(s, ROLE_PLAIN, "the XDP hook of %s", dev->name);
	sheet_add(s, ROLE_QUIET, "  which calls prog %u", link->prog->obj.id);
}

static void one_object(const struct view *v, struct sheet *s, const struct holds *h, const struct obj *obj)
{
	bool fresh = about(v->d, obj), loader_lives = loader(v->d);
	char what[96];

	object_name(obj, what);
	sheet_line(s, obj->id);
	if (fresh)
		sheet_at(s);
	sheet_add(s, fresh ? ROLE_CHANGED : ROLE_TITLE, "%s%s", what, fresh ? " *" : "");
	refs(v->d, s, obj);
	if (loader_lives && holds_survives(h, obj, v->d->session.pid))
		sheet_add(s, ROLE_GOOD, "  stays when the loader ends");
	else if (loader_lives)
		sheet_add(s, ROLE_QUIET, "  goes with the loader");
	for (u32 i = 0; i < h->count; i++)
		if (h->hold[i].held == obj)
			held_by(s, &h->hold[i]);
	for (u32 i = 0; i < h->count; i++)
		if (h->hold[i].by == obj)
			points_to(s, &h->hold[i]);
	hook_of(v, s, obj);
}

static void draw_objects(const struct view *v, struct sheet *s)
{
	static const u8 kinds[] = {OBJ_LINK, OBJ_PROG, OBJ_MAP, OBJ_BTF};
	struct sim *sim = debug_sim(v->d);
	struct holds h;

	holds_take(&h, v->d);
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (struct obj *obj = obj_next(sim, kinds[k], 0); obj;
		     obj = obj_next(sim, kinds[k], obj->id))
			one_object(v, s, &h, obj);
	holds_free(&h);
	if (!s->lines) {
		sheet_nothing(s, "No object exists yet.");
		return;
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "◂ is held by   ▸ holds");
}

static bool objects_changed(const struct view *v)
{
	return debug_happened(v->d, EV_OBJ_NEW) || debug_happened(v->d, EV_OBJ_PUT) ||
	       debug_happened(v->d, EV_OBJ_GET);
}

const struct pane pane_objects = {
	.name = "objects",
	.title = "kernel objects, a graph",
	.help = "Links, programs, maps and BTF that have an id. Below each: ◂ what holds a reference to it "
		"(an fd, a pin in "
		"bpffs, another object), ▸ what it holds itself, or points to. An object that nobody holds "
		"any more is "
		"freed at once. `stays when the loader ends`: a pin, another process or something that stays "
		"holds it; "
		"all else goes with the loader.",
	.draw = draw_objects,
	.changed = objects_changed,
};
