/* Events: see happening.h. Making one of its words: its task, its values; what is freed in the end. */
#include "happening.h"

#include "happening_words.h"
#include "net_sites.h"
#include "user_memory.h"
#include "world.h"

#define PT_REGS_SIZE 168u

/* What every system call comes by, before and behind the function that does it. */
static const struct happening_step entry[] = {
	{.kind = STEP_TP, .name = "raw_syscalls:sys_enter", .arg = {V_REGS, V_NR}, .field = {V_NR, V_A0}},
	{.kind = STEP_SYS_ENTER, .name = "syscalls", .field = {V_NR, V_A0, V_A1, V_A2, V_A3, V_A4, V_A5}},
};
static const struct happening_step leaving[] = {
	{.kind = STEP_TP, .name = "raw_syscalls:sys_exit", .arg = {V_REGS, V_RET}, .field = {V_NR, V_RET}},
	{.kind = STEP_SYS_EXIT, .name = "syscalls", .field = {V_NR, V_RET}},
};

static u32 own_steps(const struct happening_kind *kind)
{
	u32 n = 0;

	while (kind->steps[n].name)
		n++;
	return n;
}

const struct happening_step *happening_step(const struct happening *h, u32 i)
{
	const struct happening_kind *kind = happening_kind(h);
	bool call = h->value[V_NR] != (u64)-1;
	u32 n = own_steps(kind);

	if (i >= NET_SITES)
		return &net_sites[i - NET_SITES];
	if (call && i < ARRAY_SIZE(entry))
		return &entry[i];
	i -= call ? ARRAY_SIZE(entry) : 0;
	if (i < n)
		return &kind->steps[i];
	i -= n;
	return call && !kind->no_return && i < ARRAY_SIZE(leaving) ? &leaving[i] : NULL;
}

/* --- memory --- */

static bool keep(struct sim *sim, struct happening *h, void *block)
{
	if (block && h->blocks < HAPPENING_BLOCKS) {
		h->block[h->blocks++] = block;
		return true;
	}
	arena_free(sim->arena, block);
	sim_fail(&sim->why, -ENOMEM, "no memory for an event");
	return false;
}

u64 happening_object(struct sim *sim, struct happening *h, u64 size)
{
	void *block = arena_alloc(sim->arena, size, TAG_OBJECT, NULL);

	return keep(sim, h, block) ? (u64)block : 0;
}

u64 happening_text(struct sim *sim, struct happening *h, const char *text)
{
	u64 at = happening_object(sim, h, strlen(text) + 1);

	if (at)
		strcpy((char *)at, text);
	return at;
}

u64 happening_user(struct sim *sim, struct happening *h, const void *bytes, u32 n)
{
	u8 *data = (u8 *)happening_object(sim, h, n);

	if (!data)
		return 0;
	memcpy(data, bytes, n);
	return user_block_add(sim, h->pid, data, n);
}

/* --- its task --- */

/* A task is on one CPU at a time; each has an idle task of its own. */
static int elsewhere(struct sim *sim, u32 pid)
{
	for (u32 n = 0; pid && n < sim->clock->ncpus; n++)
		if (n != sim->clock->cpu && sim->world->event_pid[n] == pid)
			return sim_fail(&sim->why, -EBUSY, "task %u is on CPU %u just now: say pid=N for another one",
					pid, n);
	return 0;
}

static int check_numbers(struct sim *sim, const struct happening_words *w)
{
	s64 pid = w->common[COMMON_PID].number, cpu = w->common[COMMON_CPU].number;

	if (pid < 0 || pid > 4194304)
		return sim_fail(&sim->why, -EINVAL, "pid=%lld: pids are 0 (idle) to 4194304", (long long)pid);
	if (w->common[COMMON_CPU].given && cpu != sim->clock->cpu)
		return sim_fail(&sim->why, -EINVAL, "cpu=%lld, but it happens on CPU %u", (long long)cpu,
				sim->clock->cpu);
	return elsewhere(sim, pid);
}

/* Where its words put it; a new one is where its parent is. */
static int take_cgroup(struct sim *sim, struct task *task, const struct happening_word *word, bool fresh)
{
	struct task *parent = task_by_pid(sim, task->ppid);
	struct cgroup *cgroup;

	if (fresh && parent)
		task->k->cgroups = parent->k->cgroups;
	if (!word->given)
		return 0;
	cgroup = strcmp(word->text, "/") ? cgroup_make(sim, word->text) : sim->world->cgroups;
	if (!cgroup)
		return sim->why.err ? sim->why.err : -ENOMEM;
	task->k->cgroups = (u64)&cgroup->css_set;
	return 0;
}

/* The task is as the words say: a new one, or what is known of it and given anew. */
static int take_task(struct sim *sim, struct happening *h, const struct happening_words *w)
{
	const struct happening_word *c = w->common;
	struct task *task = task_by_pid(sim, h->pid);
	bool fresh = !task;

	if (!h->pid)
		return 0;
	if (fresh)
		task = task_new(sim, h->pid, c[COMMON_UID].number, c[COMMON_COMM].text);
	if (!task)
		return sim_fail(&sim->why, -EAGAIN, "no room for task %u: there are %u at most", h->pid,
				TASK_MAX);
	if (c[COMMON_COMM].given) {
		memset(task->comm, 0, sizeof(task->comm));
		memcpy(task->comm, c[COMMON_COMM].text, strnlen(c[COMMON_COMM].text, sizeof(task->comm) - 1));
	}
	if (c[COMMON_UID].given)
		task->uid = c[COMMON_UID].number;
	if (fresh || c[COMMON_PPID].given)
		task->ppid = c[COMMON_PPID].number;
	task_object_update(sim, task);
	return take_cgroup(sim, task, &c[COMMON_CGROUP], fresh);
}

static int take_values(struct sim *sim, struct happening *h, const struct happening_words *w)
{
	const struct happening_kind *kind = happening_kind(h);
	struct k_task_struct *task = task_object_current(sim);
	u64 *v = h->value;

	v[V_TASK] = (u64)task;
	v[V_PID] = task->pid;
	v[V_PPID] = ((struct k_task_struct *)task->real_parent)->pid;
	v[V_COMM] = (u64)task->comm;
	v[V_PRIO] = task->prio;
	v[V_NR] = kind->nr;
	v[V_RET] = w->common[COMMON_RET].number;
	h->ret_given = w->common[COMMON_RET].given;
	v[V_REGS] = happening_object(sim, h, PT_REGS_SIZE);
	if (!v[V_REGS])
		return -ENOMEM;
	for (u32 i = 0; kind->fields && kind->fields[i].name; i++) {
		u32 at = kind->places ? kind->places[i] : V_F0 + i;

		h->given |= w->own[i].given << (at - V_F0);
		v[at] = w->own[i].number;
		if (kind->fields[i].type == FIELD_TEXT)
			v[at] = happening_text(sim, h, w->own[i].text);
		if (kind->fields[i].type == FIELD_TEXT && !v[at])
			return -ENOMEM;
	}
	return 0;
}

/* The registers as the system call's arguments stand in them (struct pt_regs: see progs/pt_regs.h). */
static void fill_regs(struct happening *h)
{
	static const u8 at[] = {14, 13, 12, 7, 9, 8}; /* di si dx r10 r8 r9 */
	u64 *regs = (u64 *)h->value[V_REGS];

	for (u32 i = 0; i < ARRAY_SIZE(at); i++)
		regs[at[i]] = h->value[V_A0 + i];
	regs[15] = h->value[V_NR];
	regs[10] = (u64)-ENOSYS;
	regs[16] = 0x7f0000001000;
	regs[17] = 0x33;
	regs[18] = 0x246;
	regs[19] = 0x7ffe00000f00;
	regs[20] = 0x2b;
}

int happening_begin(struct sim *sim, struct happening *h, const char *text)
{
	struct happening_words *w = sim_alloc(sim, sizeof(*w));
	int err = w ? happening_words_read(sim, text, w)
		    : sim_fail(&sim->why, -ENOMEM, "no memory for an event");

	memset(h, 0, sizeof(*h));
	h->cpu = sim->clock->cpu;
	if (!err)
		err = check_numbers(sim, w);
	if (!err) {
		strcpy(h->text, text);
		while (happening_kinds[h->kind] != happening_kind_of(text))
			h->kind++;
		h->pid = w->common[COMMON_PID].number;
		sim->world->event_pid[h->cpu] = h->pid;
		err = take_task(sim, h, w);
	}
	if (!err) {
		sim->clock->pid = h->pid;
		err = take_values(sim, h, w);
	}
	if (!err && happening_kind(h)->prepare)
		err = happening_kind(h)->prepare(sim, h);
	sim_free(sim, w);
	if (err)
		happening_end(sim, h);
	else
		fill_regs(h);
	return err;
}

void happening_end(struct sim *sim, struct happening *h)
{
	user_blocks_clear(sim, h->pid);
	while (h->blocks)
		arena_free(sim->arena, h->block[--h->blocks]);
	sim->clock->pid = 0;
	sim->world->event_pid[h->cpu] = 0;
	sim->world->kernel_stack = sim->world->user_stack = NULL;
	sim->world->hooked = (struct hooked){0};
}
