/* The XDP dispatcher: see dispatcher.h. */
#include "dispatcher.h"

/* Its slot, or NULL; of no program (NULL): a free one. */
static s32 find(const struct dispatcher *d, const struct prog *prog)
{
	for (u32 i = 0; i < DISPATCHER_MAX; i++)
		if (d->progs[i].prog == prog)
			return i;
	return -ENOENT;
}

static bool drop(struct dispatcher *d, const struct prog *prog)
{
	s32 i = prog ? find(d, prog) : -ENOENT;

	if (i < 0 || --d->progs[i].users)
		return false;
	d->progs[i].prog = NULL;
	d->nprogs--;
	return true;
}

static bool add(struct dispatcher *d, const struct prog *prog)
{
	s32 i = prog ? find(d, prog) : -ENOENT;

	if (!prog)
		return false;
	if (i >= 0) {
		d->progs[i].users++;
		return false;
	}
	i = find(d, NULL);
	if (i < 0)
		return false;
	d->progs[i].prog = prog;
	d->progs[i].users = 1;
	d->nprogs++;
	return true;
}

static int write_image(struct sim *sim, struct dispatcher *d, u32 off)
{
	struct tramp_image out = {
		.address = DISPATCHER_ADDRESS + off, .code = d->image + off, .cap = DISPATCHER_IMAGE_SIZE};
	struct jit_target target;
	s64 funcs[DISPATCHER_MAX];
	u32 n = 0;
	int err;

	prog_jit_target(sim, &target);
	for (u32 i = 0; i < DISPATCHER_MAX; i++)
		if (d->progs[i].prog)
			funcs[n++] = prog_entry(d->progs[i].prog);
	memset(out.code, 0, out.cap);
	err = dispatcher_emit(funcs, n, &target, &out);
	if (!err)
		d->size = out.size;
	return err;
}

/* Into the half that nobody executes. Without programs there is nothing to write: it is not called any more. */
static void update(struct sim *sim, struct dispatcher *d, u32 nprogs_before)
{
	u32 off = nprogs_before ? d->image_off ^ DISPATCHER_IMAGE_SIZE : 0;

	if (d->nprogs && write_image(sim, d, off))
		return;
	if (d->nprogs) {
		d->image_off = off;
		d->written++;
		world_done(sim, DONE_GLUE);
	} else {
		d->size = 0;
	}
	event_send(sim, EV_GLUE, 0, DISPATCHER_ADDRESS + d->image_off, d->size, d->nprogs, 0);
}

void dispatcher_change(struct sim *sim, const struct prog *from, const struct prog *to)
{
	struct dispatcher *d = sim->world->dispatcher;
	u32 nprogs;
	bool changed;

	if (from == to)
		return;
	if (!d)
		d = sim->world->dispatcher = sim_alloc(sim, sizeof(*d));
	if (!d)
		return;
	nprogs = d->nprogs;
	changed = drop(d, from);
	changed |= add(d, to);
	if (changed)
		update(sim, d, nprogs);
}
