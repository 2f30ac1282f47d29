/* Work in progress: see work.h. A table of the inputs, and what each of them does. */
#include <linux/rtnetlink.h>

#include "bpffs.h"
#include "cpu.h"
#include "file_perf.h"
#include "cgroup_attach.h"
#include "file_pidfd.h"
#include "file_socket.h"
#include "link.h"
#include "sock_filter.h"
#include "tc.h"
#include "vm/vm.h"
#include "work.h"

#define WORK_MORE CALL_MORE

struct input_ops {
	u8 task;                                     /* which arguments it needs: */
	u8 text;                                     /* a name or path in data */
	u8 bytes;                                    /* bytes in data */
	s64 (*unit)(struct sim *sim, struct work *work); /* one unit: the result, or WORK_MORE */
};

static const struct input_ops input_ops[INPUT_KINDS];

struct work *work_new(struct sim *sim)
{
	return sim_alloc(sim, sizeof(struct work));
}

static int take_text(struct sim *sim, struct work *work, const struct input *input)
{
	if (!input->len || input->len > WORK_TEXT || ((const char *)input->data)[input->len - 1])
		return sim_fail(&sim->why, -EINVAL, "a name or path is 1 to %u bytes and ends with a zero",
				WORK_TEXT - 1);
	memcpy(work->text, input->data, input->len);
	return 0;
}

static int take_bytes(struct sim *sim, struct work *work, const struct input *input)
{
	if (input->len > WORK_TEXT)
		return sim_fail(&sim->why, -EINVAL, "%u bytes at once: at most %u", input->len, WORK_TEXT);
	memcpy(work->text, input->data, input->len);
	work->len = input->len;
	return 0;
}

static int take_task(struct sim *sim, struct work *work, const struct input *input)
{
	work->call.task = task_by_pid(sim, input->pid);
	if (!work->call.task)
		return sim_fail(&sim->why, -ESRCH, "there is no task %u", input->pid);
	return 0;
}

/* What is done from now on, is done at load, at an event, or else. */
static u32 when_of(const struct input *input)
{
	s64 cmd = input->kind == INPUT_BPF ? input->arg[0] : -1;

	if (cmd == BPF_PROG_LOAD)
		return DONE_AT_LOAD;
	return input->kind == INPUT_FIRE || input->kind == INPUT_READ || cmd == BPF_PROG_TEST_RUN ? DONE_AT_EVENT
												    : DONE_AT_ATTACH;
}

/* The CPU that the input names, when it has nothing else to do, and the task too. */
static int go_to_cpu(struct sim *sim, const struct input *input)
{
	int other = cpu_of_task(sim, input->pid);

	if (other >= 0)
		return sim_fail(&sim->why, -EBUSY, "task %u is in a system call on CPU %d", input->pid, other);
	if (input->cpu < sim->clock->ncpus && cpu_is_busy(sim, input->cpu))
		return sim_fail(&sim->why, -EBUSY, "CPU %u is busy: finish that first", input->cpu);
	if (cpu_check(sim, input->cpu))
		return sim->why.err;
	cpu_select(sim, input->cpu);
	return 0;
}

int work_begin(struct sim *sim, const struct input *input)
{
	const struct input_ops *ops;
	u32 before = sim->clock->cpu, pid = sim->clock->pid;
	struct work *work, was;
	int err = 0;

	if (input->kind >= INPUT_KINDS || !input_ops[input->kind].unit)
		return sim_fail(&sim->why, -EINVAL, "there is no input of kind %u", input->kind);
	if (go_to_cpu(sim, input))
		return sim->why.err;
	ops = &input_ops[input->kind];
	work = sim->work;
	was = *work;
	memset(&work->call, 0, sizeof(work->call));
	memset(&work->read, 0, sizeof(work->read));
	memset(work->text, 0, sizeof(work->text));
	work->pid = input->pid;
	sim->clock->pid = input->pid;
	memcpy(work->arg, input->arg, sizeof(work->arg));
	if (ops->task)
		err = take_task(sim, work, input);
	if (!err && ops->bytes)
		err = take_bytes(sim, work, input);
	if (!err && ops->text)
		err = take_text(sim, work, input);
	if (!err && input->kind == INPUT_FIRE)
		err = fire_begin(sim, &work->fire, input);
	if (err) {
		*work = was;
		sim->clock->pid = pid;
		cpu_select(sim, before);
		return err;
	}
	work->kind = input->kind;
	sim->world->done.when = when_of(input);
	return 0;
}

/* As machine code? Then from beginning to end: it is one unit; so not while another CPU is in the midst of one. */
static bool is_executed(const struct sim *sim)
{
	return sim->world->sysctl.engine == ENGINE_MACHINE_CODE && sim->host->exec &&
	       sim->vm->prog->bpf_func && !sim->vm->insns && !cpu_others_run(sim);
}

static u64 run_program(struct sim *sim, u64 max)
{
	u64 before = sim->clock->step;

	if (is_executed(sim)) {
		sim->host->exec->run(sim);
		sim->clock->step++;
		return 1;
	}
	vm_run(sim, max);
	return sim->clock->step - before;
}

/* Calls and events have events of their own; a read is told once. */
static bool is_told(const struct work *work)
{
	return work->kind != INPUT_BPF && work->kind != INPUT_FIRE && !(work->kind == INPUT_READ && work->read.it);
}

static u64 run_unit(struct sim *sim)
{
	struct work *work = sim->work;
	s64 result;

	sim->world->locks->waits_for[sim->clock->cpu] = 0;
	if (is_told(work))
		event_send(sim, EV_INPUT, 0, work->kind, work->pid, work->arg[0], 0);
	result = input_ops[work->kind].unit(sim, work);
	sim->clock->step++;
	if (result != WORK_MORE) {
		work->result = result;
		work->kind = INPUT_NONE;
	}
	return 1;
}

u64 work_run(struct sim *sim, u64 max)
{
	return sim->vm->state == VM_RUNNING ? run_program(sim, max) : run_unit(sim);
}

/* --- the inputs --- */

static s64 unit_bpf(struct sim *sim, struct work *work)
{
	struct call *call = &work->call;
	s64 result;

	if (!call->entered) {
		call->cmd = work->arg[0];
		call->uattr = work->arg[1];
		call->size = work->arg[2];
		event_send(sim, EV_SYSCALL_ENTER, 0, work->pid, call->cmd, call->uattr, call->size);
	}
	result = call_unit(sim, call);
	if (result != CALL_MORE)
		event_send(sim, EV_SYSCALL_EXIT, 0, work->pid, call->cmd, result, 0);
	return result;
}

static s64 unit_close(struct sim *sim, struct work *work)
{
	return fd_close(sim, work->call.task, work->arg[0]);
}

static s64 unit_dup(struct sim *sim, struct work *work)
{
	return fd_dup(sim, work->call.task, work->arg[0]);
}

static s64 unit_cloexec(struct sim *sim, struct work *work)
{
	return fd_set_cloexec(sim, work->call.task, work->arg[0], work->arg[1]);
}

static s64 unit_exec(struct sim *sim, struct work *work)
{
	fd_exec(sim, work->call.task);
	return 0;
}

static s64 unit_spawn(struct sim *sim, struct work *work)
{
	u32 pid = 100;

	while (task_by_pid(sim, pid))
		pid++;
	if (!task_new(sim, pid, work->arg[0], work->text))
		return sim_fail(&sim->why, -EAGAIN, "there are %u tasks already", TASK_MAX);
	return pid;
}

static s64 unit_kill(struct sim *sim, struct work *work)
{
	task_exit(sim, work->call.task);
	return 0;
}

static s64 unit_setuid(struct sim *sim, struct work *work)
{
	return task_setuid(sim, work->call.task, work->arg[0]);
}

static s64 unit_unlink(struct sim *sim, struct work *work)
{
	return bpffs_unlink(sim, work->text);
}

static s64 unit_mkdir(struct sim *sim, struct work *work)
{
	if (!strncmp(work->text, CGROUP_ROOT "/", strlen(CGROUP_ROOT) + 1))
		return cgroup_mkdir(sim, work->text);
	return bpffs_mkdir(sim, work->text);
}

static int set_cpus(struct sim *sim)
{
	int err = cpus_set(sim, sim->world->sysctl.cpus);

	sim->world->sysctl.cpus = sim->clock->ncpus;
	return err;
}

static s64 unit_sysctl(struct sim *sim, struct work *work)
{
	int err = sysctl_set(sim, work->text, work->arg[0]);

	if (!err && sim->world->sysctl.cpus != sim->clock->ncpus)
		err = set_cpus(sim);
	if (err == -EOPNOTSUPP)
		timeline_cannot(sim);
	return err;
}

static s64 unit_fire(struct sim *sim, struct work *work)
{
	return fire_unit(sim, &work->fire);
}

static s64 unit_device(struct sim *sim, struct work *work)
{
	return netdev_add_words(sim, work->text);
}

static s64 unit_socket(struct sim *sim, struct work *work)
{
	return socket_open(sim, work->call.task, work->arg[0], work->arg[1], work->arg[2]);
}

static s64 unit_perf_open(struct sim *sim, struct work *work)
{
	struct perf_open open;

	if (work->len != sizeof(open))
		return sim_fail(&sim->why, -EINVAL, "%u bytes are no struct perf_open", work->len);
	memcpy(&open, work->text, sizeof(open));
	return perf_open(sim, work->call.task, &open);
}

static s64 unit_pidfd(struct sim *sim, struct work *work)
{
	return pidfd_open(sim, work->call.task, work->arg[0]);
}

static s64 unit_ioctl(struct sim *sim, struct work *work)
{
	return perf_ioctl(sim, work->call.task, work->arg[0], work->arg[1], work->arg[2]);
}

static s64 unit_open(struct sim *sim, struct work *work)
{
	if (!strncmp(work->text, BPFFS_ROOT "/", strlen(BPFFS_ROOT) + 1))
		return iter_open_pin(sim, work->call.task, work->text);
	return cgroup_open(sim, work->call.task, work->text);
}

static s64 unit_read(struct sim *sim, struct work *work)
{
	return iter_read_unit(sim, work->call.task, &work->read, work->arg[0], work->arg[1], work->arg[2]);
}

static s64 unit_sock_filter(struct sim *sim, struct work *work)
{
	s64 err = sock_filter_set(sim, work->call.task, work->arg[0], work->arg[1], work->arg[2]);

	event_send(sim, EV_SETSOCKOPT, 0, work->arg[0], work->arg[1], work->arg[2], err);
	return err;
}

static s64 unit_packet_bind(struct sim *sim, struct work *work)
{
	return packet_bind(sim, work->call.task, work->arg[0], work->arg[1]);
}

static s64 unit_packet_recv(struct sim *sim, struct work *work)
{
	return packet_recv(sim, work->call.task, work->arg[0]);
}

static s64 unit_xdp(struct sim *sim, struct work *work)
{
	s64 err = xdp_set(sim, work->call.task, work->arg[0], work->arg[1], work->arg[2], work->arg[3]);

	event_send(sim, EV_NETLINK, 0, RTM_SETLINK, work->arg[0], err, 0);
	return err;
}

static s64 unit_store(struct sim *sim, struct work *work)
{
	return fd_store(sim, work->call.task, work->arg[0], work->arg[1], work->text, work->len);
}

static s64 unit_xsk_bind(struct sim *sim, struct work *work)
{
	return socket_bind_xdp(sim, work->call.task, work->arg[0], work->arg[1], work->arg[2]);
}

/* What it answers stays where it was asked from. */
static s64 unit_tc(struct sim *sim, struct work *work)
{
	struct tc_request request;
	s64 err;

	if (work->len != sizeof(request))
		return sim_fail(&sim->why, -EINVAL, "%u bytes are no struct tc_request", work->len);
	memcpy(&request, work->text, sizeof(request));
	err = tc_request(sim, work->call.task, &request);
	memcpy(work->text, &request, sizeof(request));
	event_send(sim, EV_NETLINK, 0, request.op, request.ifindex, err, 0);
	return err;
}

static const struct input_ops input_ops[INPUT_KINDS] = {
	[INPUT_BPF] = {.task = 1, .unit = unit_bpf},
	[INPUT_CLOSE] = {.task = 1, .unit = unit_close},
	[INPUT_DUP] = {.task = 1, .unit = unit_dup},
	[INPUT_SPAWN] = {.text = 1, .unit = unit_spawn},
	[INPUT_KILL] = {.task = 1, .unit = unit_kill},
	[INPUT_UNLINK] = {.text = 1, .unit = unit_unlink},
	[INPUT_MKDIR] = {.text = 1, .unit = unit_mkdir},
	[INPUT_SYSCTL] = {.text = 1, .unit = unit_sysctl},
	[INPUT_FIRE] = {.unit = unit_fire},
	[INPUT_DEVICE] = {.text = 1, .unit = unit_device},
	[INPUT_CLOEXEC] = {.task = 1, .unit = unit_cloexec},
	[INPUT_EXEC] = {.task = 1, .unit = unit_exec},
	[INPUT_SOCKET] = {.task = 1, .unit = unit_socket},
	[INPUT_PERF_OPEN] = {.task = 1, .bytes = 1, .unit = unit_perf_open},
	[INPUT_PIDFD] = {.task = 1, .unit = unit_pidfd},
	[INPUT_IOCTL] = {.task = 1, .unit = unit_ioctl},
	[INPUT_XSK_BIND] = {.task = 1, .unit = unit_xsk_bind},
	[INPUT_SOCK_FILTER] = {.task = 1, .unit = unit_sock_filter},
	[INPUT_PACKET_BIND] = {.task = 1, .unit = unit_packet_bind},
	[INPUT_PACKET_RECV] = {.task = 1, .unit = unit_packet_recv},
	[INPUT_XDP] = {.task = 1, .unit = unit_xdp},
	[INPUT_TC] = {.task = 1, .bytes = 1, .unit = unit_tc},
	[INPUT_OPEN] = {.task = 1, .text = 1, .unit = unit_open},
	[INPUT_READ] = {.task = 1, .unit = unit_read},
	[INPUT_STORE] = {.task = 1, .bytes = 1, .unit = unit_store},
	[INPUT_SETUID] = {.task = 1, .unit = unit_setuid},
};
