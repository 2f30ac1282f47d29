/* References between objects: see holds.h. */
#include <stdlib.h>

#include "holds.h"
#include "map_show.h"

#define DEPTH_MAX 16 /* a hold of a hold of ...: link, prog, map of maps, map, btf */
#define SLOTS_MAX 4096

static void add(struct holds *h, struct hold hold)
{
	if (hold.held && debug_grow((void **)&h->hold, h->count, &h->room, sizeof(*h->hold)))
		h->hold[h->count++] = hold;
}

static void of_tasks(struct holds *h, struct sim *sim)
{
	for (u32 i = 0; i < TASK_MAX; i++) {
		struct task *task = &sim->world->task[i];

		for (int fd = 0; task->pid && fd < TASK_MAX_FDS; fd++) {
			const struct file *file = fd_file(task, fd);

			if (file && file->obj)
				add(h, (struct hold){.held = file->obj, .pid = task->pid, .fd = fd});
		}
	}
}

static void of_pins(struct holds *h, const struct bpffs *fs)
{
	for (u32 i = 0; i < fs->count; i++)
		add(h, (struct hold){.held = fs->pin[i].obj, .pin = fs->pin[i].path});
}

static void of_link(struct holds *h, const struct link *link)
{
	if (link->prog)
		add(h, (struct hold){.held = &link->prog->obj, .by = &link->obj, .why = "what it attaches"});
	add(h, (struct hold){.held = link->perf, .by = &link->obj, .why = "the event that calls it"});
}

static void of_prog(struct holds *h, const struct prog *prog)
{
	for (u32 i = 0; i < prog->nused_maps; i++)
		add(h, (struct hold){.held = &prog->used_maps[i]->obj,
				     .by = &prog->obj,
				     .why = "its code has the address"});
	add(h, (struct hold){.held = prog->btf, .by = &prog->obj, .why = "its types and lines"});
	add(h, (struct hold){.held = prog->attach_prog, .by = &prog->obj, .why = "it extends it"});
}

struct slots {
	struct holds *h;
	struct sim *sim;
	const struct map *map;
	u32 seen;
};

static bool one_slot(void *ctx, const void *key, const void *value)
{
	struct slots *s = ctx;
	const struct obj *obj = map_ops(s->map)->get_obj(s->sim, (struct map *)s->map, key);

	(void)value;
	add(s->h, (struct hold){.held = obj, .by = &s->map->obj, .why = "one of its values"});
	return ++s->seen < SLOTS_MAX;
}

static void of_map(struct holds *h, struct sim *sim, const struct map *map)
{
	struct slots slots = {.h = h, .sim = sim, .map = map};

	add(h, (struct hold){.held = map->btf, .by = &map->obj, .why = "types of key and value"});
	if (map_ops(map)->get_obj)
		map_each(sim, (struct map *)map, one_slot, &slots);
}

void holds_take(struct holds *h, const struct debug *d)
{
	struct sim *sim = debug_sim(d);

	*h = (struct holds){0};
	of_tasks(h, sim);
	of_pins(h, sim->bpffs);
	for (struct obj *o = obj_next(sim, OBJ_LINK, 0); o; o = obj_next(sim, OBJ_LINK, o->id))
		of_link(h, link_of_obj(o));
	for (struct obj *o = obj_next(sim, OBJ_PROG, 0); o; o = obj_next(sim, OBJ_PROG, o->id))
		of_prog(h, container_of(o, struct prog, obj));
	for (struct obj *o = obj_next(sim, OBJ_MAP, 0); o; o = obj_next(sim, OBJ_MAP, o->id))
		of_map(h, sim, container_of(o, struct map, obj));
}

void holds_free(struct holds *h)
{
	free(h->hold);
	*h = (struct holds){0};
}

static bool survives(const struct holds *h, const struct obj *obj, u32 pid, u32 depth)
{
	for (u32 i = 0; i < h->count; i++) {
		const struct hold *hold = &h->hold[i];

		if (hold->held != obj)
			continue;
		if (hold->pin || (hold->pid && hold->pid != pid))
			return true;
		if (hold->by && depth && survives(h, hold->by, pid, depth - 1))
			return true;
	}
	return false;
}

bool holds_survives(const struct holds *h, const struct obj *obj, u32 pid)
{
	return survives(h, obj, pid, DEPTH_MAX);
}
