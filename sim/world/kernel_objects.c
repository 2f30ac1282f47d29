/* What there is once, and tasks: see kernel_objects.h. Files are in names.c. */
#include "world.h"

#include <stdio.h>

#define TASK_RUNNING_PRIO 120 /* a nice value of 0 */
#define DISK_MAJOR 254        /* vda */
#define STACK_SIZE 16384u

/* A task's objects, one block. */
struct task_object {
	struct k_task_struct task; /* first: it stands for all */
	struct k_cred cred;
	struct k_mm_struct mm;
};

/* Numbers as a freshly booted 6.1 shows them in /proc/self/ns. */
static void fill_namespaces(struct kernel_objects *o)
{
	o->pid_ns.ns.inum = 4026531836u;
	o->uts_ns.ns.inum = 4026531838u;
	o->net.ns.inum = 4026531840u;
	o->net.net_cookie = 1;
	o->mnt_ns.ns.inum = 4026531841u;
	strcpy((char *)o->uts_ns.name_sysname, "Linux");
	strcpy((char *)o->uts_ns.name_nodename, "bpfwalk");
	strcpy((char *)o->uts_ns.name_release, "6.1.0");
	o->nsproxy.pid_ns_for_children = (u64)&o->pid_ns;
	o->nsproxy.uts_ns = (u64)&o->uts_ns;
	o->nsproxy.net_ns = (u64)&o->net;
	o->nsproxy.mnt_ns = (u64)&o->mnt_ns;
}

static void fill_disk(struct kernel_objects *o)
{
	o->disk.major = DISK_MAJOR;
	strcpy((char *)o->disk.disk_name, "vda");
	o->queue.disk = (u64)&o->disk;
}

static void link_common(const struct sim *sim, struct k_task_struct *t)
{
	t->nsproxy = (u64)&sim->world->kernel->nsproxy;
	t->cgroups = (u64)&sim->world->cgroups->css_set;
	t->prio = t->static_prio = TASK_RUNNING_PRIO;
	t->loginuid_val = t->sessionid = UINT32_MAX;
	t->group_leader = (u64)t;
}

struct kernel_objects *kernel_objects_new(struct sim *sim)
{
	struct kernel_objects *o = arena_alloc(sim->arena, sizeof(*o), TAG_OBJECT, NULL);
	struct task_object *idle = arena_alloc(sim->arena, sizeof(*idle), TAG_OBJECT, NULL);

	if (!o || !idle)
		return NULL;
	sim->world->kernel = o;
	fill_namespaces(o);
	fill_disk(o);
	link_common(sim, &idle->task);
	idle->task.cred = idle->task.real_cred = (u64)&idle->cred;
	idle->task.parent = idle->task.real_parent = (u64)&idle->task;
	strcpy((char *)idle->task.comm, "swapper/0");
	o->idle = &idle->task;
	return name_lookup(sim, "/") ? o : NULL;
}

bool task_object_new(struct sim *sim, struct task *task)
{
	struct task_object *o = arena_alloc(sim->arena, sizeof(*o), TAG_OBJECT, NULL);
	u8 *stack = arena_alloc(sim->arena, STACK_SIZE, TAG_OBJECT, o);

	if (!o || !stack) {
		arena_free(sim->arena, o);
		return false;
	}
	task->k = &o->task;
	link_common(sim, &o->task);
	o->task.stack = (u64)stack;
	o->task.mm = (u64)&o->mm;
	o->task.cred = o->task.real_cred = (u64)&o->cred;
	o->task.start_time = o->task.start_boottime = sim_ktime(sim);
	task_object_update(sim, task);
	return true;
}

static void fill_cred(struct k_cred *cred, u32 uid)
{
	cred->uid_val = cred->suid_val = cred->euid_val = cred->fsuid_val = uid;
	cred->gid_val = cred->sgid_val = cred->egid_val = cred->fsgid_val = uid;
}

void task_object_update(struct sim *sim, struct task *task)
{
	struct task *parent = task_by_pid(sim, task->ppid);
	struct k_task_struct *k = task->k;

	k->pid = task->pid;
	k->tgid = task->tgid;
	k->parent = k->real_parent = (u64)(parent ? parent->k : sim->world->kernel->idle);
	memcpy(k->comm, task->comm, sizeof(k->comm));
	fill_cred((struct k_cred *)k->cred, task->uid);
}

/* Children of one that ends get init as their parent. */
static void leave_children(struct sim *sim, u32 pid)
{
	for (u32 i = 0; i < TASK_MAX; i++) {
		struct task *child = &sim->world->task[i];

		if (!child->pid || child->ppid != pid)
			continue;
		child->ppid = 1;
		task_object_update(sim, child);
	}
}

void task_object_free(struct sim *sim, struct task *task)
{
	leave_children(sim, task->pid);
	arena_free(sim->arena, (void *)task->k->stack);
	arena_free(sim->arena, task->k);
	task->k = NULL;
}

struct k_task_struct *task_object_current(struct sim *sim)
{
	struct task *task = task_by_pid(sim, sim->clock->pid);

	return task ? task->k : sim->world->kernel->idle;
}
