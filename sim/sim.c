/* The public verbs: see sim.h. Boot; each verb is an input that is recorded, begun and run. */
#include "bpffs.h"
#include "cpu.h"
#include "file_perf.h"
#include "cgroup_attach.h"
#include "file_pidfd.h"
#include "file_socket.h"
#include "iter.h"
#include "sim.h"
#include "vm/vm.h"

#define RUN_CHUNK 65536u /* units between two looks at the real clock */
#define LOADER_PID 100

static const struct obj_ops *const kinds[OBJ_KINDS] = {
	[OBJ_BTF] = &btf_obj_ops,
	[OBJ_MAP] = &map_obj_ops,
	[OBJ_PROG] = &prog_obj_ops,
	[OBJ_LINK] = &link_obj_ops,
	[OBJ_STATS] = &stats_obj_ops,
	[OBJ_PERF] = &perf_event_obj_ops,
	[OBJ_CGROUP] = &cgroup_obj_ops,
	[OBJ_PIDFD] = &pidfd_obj_ops,
	[OBJ_ITER] = &iter_obj_ops,
	[OBJ_SOCK] = &socket_obj_ops,
};

static bool boot(struct sim *sim)
{
	sim->arena = arena_init(sim->host->arena_mem, ARENA_SIZE);
	sim->clock = sim_alloc(sim, sizeof(*sim->clock));
	sim->objects = objects_new(sim);
	sim->world = world_new(sim);
	sim->bpffs = bpffs_new(sim);
	sim->cpus = cpus_new(sim, min_u64(sim->host->ncpus ? sim->host->ncpus : 1, MACHINE_CPUS));
	return sim->objects && sim->world && sim->bpffs && sim->cpus && task_new(sim, 1, 0, "init") &&
	       task_new(sim, LOADER_PID, 0, "loader");
}

struct sim *sim_new(const struct sim_host *host)
{
	struct sim *sim = host->alloc(host->ctx, sizeof(*sim));

	if (!sim)
		return NULL;
	memset(sim, 0, sizeof(*sim));
	sim->host = host;
	sim->obj_ops = kinds;
	sim->code_epoch = host->clock_ns(host->ctx); /* never that of a simulation before */
	sim->timeline = timeline_new(sim);
	if (!sim->timeline || !boot(sim)) {
		sim_delete(sim);
		return NULL;
	}
	timeline_tick(sim, 0);
	return sim;
}

void sim_delete(struct sim *sim)
{
	if (sim->timeline)
		timeline_delete(sim);
	sim->host->free(sim->host->ctx, sim);
}

/* --- running --- */

/* Begins the next recorded input when nothing is in progress on the CPU at hand. */
static bool busy(struct sim *sim)
{
	struct input input;

	if (sim->work->kind || timeline_is_edit(sim))
		return true;
	return timeline_next(sim, &input) && !work_begin(sim, &input);
}

static void do_edit(struct sim *sim, const struct edit *edit)
{
	s64 result = edit_apply(sim, edit);

	sim->work->edited = result; /* of the CPU at hand now */
	sim->clock->step++;
}

static u64 work_or_edit(struct sim *sim, u64 max)
{
	struct input input;
	struct edit edit;

	if (!timeline_next_edit(sim, &input))
		return work_run(sim, min_u64(max, timeline_until_edit(sim)));
	edit = (struct edit){input.arg[0], input.arg[1], input.len, input.data};
	do_edit(sim, &edit);
	return 1;
}

u64 sim_run(struct sim *sim, u64 max)
{
	bool waits = false;
	u64 done = 0;

	while (done < max && !waits && busy(sim)) {
		u64 start = sim->host->clock_ns(sim->host->ctx);

		for (u64 chunk = 0; chunk < RUN_CHUNK && done < max && !waits && busy(sim);) {
			u64 n = work_or_edit(sim, min_u64(max - done, RUN_CHUNK));

			chunk += n;
			done += n;
			waits = vm_waits_for(sim);
		}
		timeline_tick(sim, sim->host->clock_ns(sim->host->ctx) - start);
	}
	return done;
}

enum sim_stop sim_step(struct sim *sim)
{
	sim_run(sim, 1);
	if (vm_waits_for(sim))
		return SIM_WAITS;
	return sim->work->kind ? SIM_MORE : SIM_IDLE;
}

/* --- inputs --- */

static s64 begin_on(struct sim *sim, const struct input *given, u32 cpu)
{
	struct input input = *given;
	s64 err = 0;

	if (sim->work->kind && cpu == sim->clock->cpu)
		return sim_fail(&sim->why, -EBUSY, "something else is in progress: finish it first");
	sim->why = (struct why){0};
	if (sim->work->kind)
		err = sim_cpu(sim, cpu);
	input.cpu = cpu;
	if (err)
		return err;
	err = work_begin(sim, &input); /* what cannot begin is no input, and drops no future */
	if (err)
		return err;
	err = timeline_record(sim, &input);
	if (err)
		sim->work->kind = INPUT_NONE;
	return err;
}

static s64 begin(struct sim *sim, const struct input *input)
{
	return begin_on(sim, input, sim->clock->cpu);
}

s64 sim_cpu(struct sim *sim, u32 cpu)
{
	return cpu == sim->clock->cpu ? 0 : sim_edit(sim, &(struct edit){.kind = EDIT_CPU, .at = cpu});
}

/* "CPU 1 waits for a lock ..." */
static s64 tell_wait(struct sim *sim)
{
	return sim_fail(&sim->why, -EAGAIN, "CPU %u waits for a lock that CPU %u has: go on there",
			sim->clock->cpu, lock_holder(sim, vm_waits_for(sim)));
}

static s64 finish(struct sim *sim, s64 err)
{
	if (err)
		return err;
	while (sim->work->kind) {
		sim_run(sim, UINT64_MAX);
		if (vm_waits_for(sim))
			return tell_wait(sim);
	}
	return sim->work->result;
}

static s64 named(struct sim *sim, enum input_kind kind, s64 arg, const char *name)
{
	struct input input = {.kind = kind, .arg = {arg}, .len = strlen(name) + 1, .data = name};

	return finish(sim, begin(sim, &input));
}

static s64 by_task(struct sim *sim, enum input_kind kind, u32 pid, s64 arg)
{
	struct input input = {.kind = kind, .pid = pid, .arg = {arg}};

	return finish(sim, begin(sim, &input));
}

s64 sim_begin_bpf(struct sim *sim, u32 pid, int cmd, u64 uattr, u32 size)
{
	struct input input = {.kind = INPUT_BPF, .pid = pid, .arg = {cmd, uattr, size}};

	return begin(sim, &input);
}

s64 sim_bpf(struct sim *sim, u32 pid, int cmd, u64 uattr, u32 size)
{
	return finish(sim, sim_begin_bpf(sim, pid, cmd, uattr, size));
}

/* An event in words may name its CPU. */
static u32 cpu_of_stimulus(const struct stimulus *s)
{
	const char *text = s->data;
	s64 cpu = -1;

	if (s->kind == STIMULUS_EVENT && s->len && !text[s->len - 1])
		cpu = happening_cpu(text);
	return cpu < 0 ? s->cpu : (u32)min_s64(cpu, UINT32_MAX);
}

s64 sim_begin_fire(struct sim *sim, const struct stimulus *s)
{
	struct input input = {
		.kind = INPUT_FIRE,
		.arg = {s->kind, s->ifindex, s->capture, s->index},
		.len = s->kind != STIMULUS_EVENT && s->capture ? 0 : s->len,
		.data = s->data,
	};

	return begin_on(sim, &input, cpu_of_stimulus(s));
}

s64 sim_fire(struct sim *sim, const struct stimulus *stimulus)
{
	return finish(sim, sim_begin_fire(sim, stimulus));
}

s64 sim_edit(struct sim *sim, const struct edit *edit)
{
	struct input input = {
		.kind = INPUT_EDIT,
		.arg = {edit->kind, edit->at, sim->clock->step},
		.len = edit->len,
		.data = edit->data,
	};
	s64 err = edit_check(sim, edit);

	if (!err)
		err = timeline_record(sim, &input);
	if (err)
		return err;
	do_edit(sim, edit);
	timeline_tick(sim, 0);
	return sim->work->edited;
}

s64 sim_close(struct sim *sim, u32 pid, int fd)
{
	return by_task(sim, INPUT_CLOSE, pid, fd);
}

s64 sim_dup(struct sim *sim, u32 pid, int fd)
{
	return by_task(sim, INPUT_DUP, pid, fd);
}

s64 sim_cloexec(struct sim *sim, u32 pid, int fd, bool on)
{
	struct input input = {.kind = INPUT_CLOEXEC, .pid = pid, .arg = {fd, on}};

	return finish(sim, begin(sim, &input));
}

s64 sim_load(struct sim *sim, u32 pid, int fd, u64 off, void *to, u64 n)
{
	struct task *task = task_by_pid(sim, pid);

	if (!task)
		return sim_fail(&sim->why, -ESRCH, "there is no task %u", pid);
	return fd_load(sim, task, fd, off, to, n);
}

s64 sim_store(struct sim *sim, u32 pid, int fd, u64 off, const void *from, u64 n)
{
	s64 err = 0;

	for (u64 done = 0, part; done < n && !err; done += part) {
		struct input input = {.kind = INPUT_STORE, .pid = pid, .arg = {fd, off + done}};

		input.data = (const u8 *)from + done;
		input.len = part = min_u64(n - done, WORK_TEXT);
		err = finish(sim, begin(sim, &input));
	}
	return err;
}

s64 sim_socket(struct sim *sim, u32 pid, u32 family, u32 type, u32 protocol)
{
	struct input input = {.kind = INPUT_SOCKET, .pid = pid, .arg = {family, type, protocol}};

	return finish(sim, begin(sim, &input));
}

s64 sim_xsk_bind(struct sim *sim, u32 pid, int fd, u32 ifindex, u32 queue)
{
	struct input input = {.kind = INPUT_XSK_BIND, .pid = pid, .arg = {fd, ifindex, queue}};

	return finish(sim, begin(sim, &input));
}

s64 sim_perf_open(struct sim *sim, u32 pid, const struct perf_open *open)
{
	struct input input = {.kind = INPUT_PERF_OPEN, .pid = pid, .len = sizeof(*open), .data = open};

	return finish(sim, begin(sim, &input));
}

s64 sim_ioctl(struct sim *sim, u32 pid, int fd, u32 cmd, u64 arg)
{
	struct input input = {.kind = INPUT_IOCTL, .pid = pid, .arg = {fd, cmd, arg}};

	return finish(sim, begin(sim, &input));
}

s64 sim_begin_read(struct sim *sim, u32 pid, int fd, u64 ubuf, u64 size)
{
	struct input input = {.kind = INPUT_READ, .pid = pid, .arg = {fd, ubuf, size}};

	return begin(sim, &input);
}

s64 sim_read(struct sim *sim, u32 pid, int fd, u64 ubuf, u64 size)
{
	return finish(sim, sim_begin_read(sim, pid, fd, ubuf, size));
}

s64 sim_open(struct sim *sim, u32 pid, const char *path)
{
	struct input input = {.kind = INPUT_OPEN, .pid = pid, .len = strlen(path) + 1, .data = path};

	return finish(sim, begin(sim, &input));
}

s64 sim_sock_filter(struct sim *sim, u32 pid, int fd, u32 option, s64 value)
{
	struct input input = {.kind = INPUT_SOCK_FILTER, .pid = pid, .arg = {fd, option, value}};

	return finish(sim, begin(sim, &input));
}

s64 sim_packet_bind(struct sim *sim, u32 pid, int fd, u32 ifindex)
{
	struct input input = {.kind = INPUT_PACKET_BIND, .pid = pid, .arg = {fd, ifindex}};

	return finish(sim, begin(sim, &input));
}

s64 sim_packet_recv(struct sim *sim, u32 pid, int fd)
{
	return by_task(sim, INPUT_PACKET_RECV, pid, fd);
}

s64 sim_xdp(struct sim *sim, u32 pid, u32 ifindex, s32 fd, u32 flags, s32 expected)
{
	struct input input = {.kind = INPUT_XDP, .pid = pid, .arg = {ifindex, fd, flags, expected}};

	return finish(sim, begin(sim, &input));
}

s64 sim_tc(struct sim *sim, u32 pid, struct tc_request *request)
{
	struct input input = {.kind = INPUT_TC, .pid = pid, .len = sizeof(*request), .data = request};
	s64 err = finish(sim, begin(sim, &input));

	if (!err)
		memcpy(request, sim->work->text, sizeof(*request));
	return err;
}

s64 sim_pidfd(struct sim *sim, u32 pid, u32 other)
{
	return by_task(sim, INPUT_PIDFD, pid, other);
}

s64 sim_exec(struct sim *sim, u32 pid)
{
	return by_task(sim, INPUT_EXEC, pid, 0);
}

s64 sim_kill(struct sim *sim, u32 pid)
{
	return by_task(sim, INPUT_KILL, pid, 0);
}

s64 sim_spawn(struct sim *sim, u32 uid, const char *comm)
{
	return named(sim, INPUT_SPAWN, uid, comm);
}

s64 sim_setuid(struct sim *sim, u32 pid, u32 uid)
{
	return by_task(sim, INPUT_SETUID, pid, uid);
}

s64 sim_unlink(struct sim *sim, const char *path)
{
	return named(sim, INPUT_UNLINK, 0, path);
}

s64 sim_mkdir(struct sim *sim, const char *path)
{
	return named(sim, INPUT_MKDIR, 0, path);
}

s64 sim_device(struct sim *sim, const char *name)
{
	return named(sim, INPUT_DEVICE, 0, name);
}

s64 sim_sysctl(struct sim *sim, const char *name, s64 value)
{
	return named(sim, INPUT_SYSCTL, value, name);
}

/* --- equality --- */

u64 sim_hash(const struct sim *sim)
{
	u64 pages = arena_pages(sim->arena);
	u64 hash = pages;

	for (u64 i = 0; i < pages; i++) {
		const u64 *word = (const u64 *)arena_page(sim->arena, i);

		for (u32 w = 0; w < ARENA_PAGE / sizeof(*word); w++)
			hash = (hash ^ word[w]) * 0x9e3779b97f4a7c15ull + (hash >> 29);
	}
	return hash;
}
