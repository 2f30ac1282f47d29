/* Programs of cgroups, called by events: see event_cgroup.h. Mirrors the second half of kernel/bpf/cgroup.c. */
#include "event_cgroup.h"

#include "maps/map.h"
#include "world/world.h"

const struct attachment *event_cgroup_next(struct happening *h, const struct happening_step *step)
{
	const struct k_task_struct *task = (const void *)h->value[V_TASK];
	struct cgroup *cgroup = h->cgroup ? h->cgroup : cgroup_of_task(task);

	return h->value[step->arg[0]] ? cgroup_effective(cgroup, step->attach, h->pos++) : NULL;
}

void event_cgroup_storage(struct sim *sim, const struct attachment *a)
{
	for (u32 i = 0; i < RUN_STORAGES; i++) {
		u64 slot = a->storage[i] ? round_up_u64(a->storage[i]->k.value_size, 8) : 0;

		sim->world->run_storage[i] = 0;
		if (slot)
			sim->world->run_storage[i] = (u64)a->storage_value[i] +
						     (i == RUN_STORAGE_PERCPU ? slot * sim->clock->cpu : 0);
	}
}

void event_cgroup_begin(struct sim *sim, struct happening *h)
{
	sim->world->cg_run->retval = 0;
	h->answer_flags = 0;
	((struct k_task_struct *)h->value[V_TASK])->bpf_ctx = (u64)sim->world->cg_run;
}

void event_cgroup_hear(struct sim *sim, struct happening *h, s32 answer)
{
	struct bpf_cg_run_ctx *run = sim->world->cg_run;

	h->answer_flags |= (u32)answer >> 1;
	if (!(answer & 1) && (s32)run->retval >= 0)
		run->retval = -EPERM;
}

u64 event_cgroup_ctx(const struct event_place *place, u32 *size)
{
	*size = sizeof(struct bpf_cgroup_dev_ctx);
	return place->arg[0];
}
