/* Filters of tc, made of what a message says: see tc.h. Mirrors cls_bpf_set_parms and tcf_bpf_init. */
#include "tc.h"

#include <linux/pkt_cls.h>

#include "fd.h"
#include "prog_jit.h"
#include "world/world.h"

static void put_prog(struct sim *sim, struct prog *prog)
{
	if (prog)
		obj_put(sim, &prog->obj);
}

void tc_filter_free(struct sim *sim, struct tc_filter *f)
{
	put_prog(sim, f->prog);
	for (u32 i = 0; i < f->actions; i++)
		put_prog(sim, f->action[i].prog);
	sim->world->stack_users--;
	sim_free(sim, f);
}

static struct prog *take_prog(struct sim *sim, struct task *task, s32 fd, u32 type, int *err)
{
	struct obj *obj = fd_obj(sim, task, fd, OBJ_PROG, err);
	struct prog *prog = obj ? container_of(obj, struct prog, obj) : NULL;

	if (!prog)
		return NULL;
	if (prog->type != type) {
		*err = sim_fail(&sim->why, -EINVAL, "program %u is of type %s, not %s", prog->obj.id,
				prog_types[prog->type] ? prog_types[prog->type]->name : "?", prog_types[type]->name);
		return NULL;
	}
	obj_get(sim, obj);
	prog->counts.attached++;
	return prog;
}

static bool action_known(s32 action)
{
	return action >= TC_ACT_UNSPEC && action <= TC_ACT_VALUE_MAX;
}

static int take_actions(struct sim *sim, struct task *task, const struct tc_request *r, struct tc_filter *f)
{
	int err = 0;

	for (u32 i = 0; i < r->actions && i < TC_ACTIONS && !err; i++) {
		f->action[i].otherwise = r->action[i].action;
		if (r->action[i].fd >= 0)
			f->action[i].prog = take_prog(sim, task, r->action[i].fd, BPF_PROG_TYPE_SCHED_ACT, &err);
		else if (!action_known(r->action[i].action))
			err = sim_fail(&sim->why, -EINVAL, "%d is no TC_ACT_*", r->action[i].action);
		f->actions = i + 1;
	}
	return err;
}

struct tc_filter *tc_filter_new(struct sim *sim, struct task *task, const struct tc_request *r, int *err)
{
	struct tc_filter *f = sim_alloc(sim, sizeof(*f));

	*err = f ? 0 : sim_fail(&sim->why, -ENOMEM, "no memory for a filter");
	if (!f)
		return NULL;
	sim->world->stack_users++;
	*err = take_actions(sim, task, r, f);
	if (!*err && !r->has_fd)
		*err = sim_fail(&sim->why, -EINVAL, "a filter of kind bpf needs a program: TCA_BPF_FD");
	if (!*err && r->has_flags && r->bpf_flags & ~TCA_BPF_FLAG_ACT_DIRECT)
		*err = sim_fail(&sim->why, -EINVAL, "TCA_BPF_FLAGS 0x%x: only TCA_BPF_FLAG_ACT_DIRECT is known", r->bpf_flags);
	if (!*err)
		f->prog = take_prog(sim, task, r->fd, BPF_PROG_TYPE_SCHED_CLS, err);
	if (*err) {
		tc_filter_free(sim, f);
		return NULL;
	}
	f->direct = r->has_flags && r->bpf_flags & TCA_BPF_FLAG_ACT_DIRECT;
	f->classid = r->classid;
	f->entry = prog_entry(f->prog);
	return f;
}
