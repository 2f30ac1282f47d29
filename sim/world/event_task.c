/*
 * Events in the life of tasks: exec, fork, exit, kill. The ways are those of fs/exec.c, kernel/fork.c,
 * kernel/exit.c and kernel/signal.c.
 *
 * Simplified: exec closes no fds, and a new task has none of its parent's; signals without a handler are all there is.
 */
#include <fcntl.h>
#include <signal.h>

#include "happening_kinds.h"
#include "world.h"

#define ARGS_MAX 16u
#define FORK_FLAGS                                                                                           \
	0x1200011 /* what fork(3) of glibc passes to clone: CHILD_CLEARTID, CHILD_SETTID, SIGCHLD */

/* --- exec --- */

enum { E_COMM = V_F0, E_PATH, E_ARGS };
enum { E_BPRM = V_X0, E_NAME, E_OLD_COMM, E_FD };

static const struct happening_field exec_fields[] = {
	{"comm", "its name afterwards; else the last part of the path", FIELD_TEXT, 0, ""},
	{"file", "what is executed; else /usr/bin/COMM", FIELD_TEXT, 0, ""},
	{"args", "its arguments, the program's name first", FIELD_TEXT, 0, ""},
	{0},
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Path, name and arguments say each other as far as they are not given. */
static int complete_exec(struct sim *sim, struct happening *h)
{
	const char *comm = (const char *)h->value[E_COMM], *path = (const char *)h->value[E_PATH];
	char buf[300];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	if (!*path) {
		text_add(&text, "/usr/bin/%s", *comm ? comm : "true");
		h->value[E_PATH] = happening_text(sim, h, buf);
	}
	path = (const char *)h->value[E_PATH];
	if (path && !*comm)
		h->value[E_COMM] = happening_text(sim, h, last_part(path));
	if (path && !*(const char *)h->value[E_ARGS])
		h->value[E_ARGS] = h->value[E_COMM];
	return path && h->value[E_COMM] ? 0 : -ENOMEM;
}

/* The arguments one behind the other in user memory, and the array of their addresses. */
static int put_args(struct sim *sim, struct happening *h)
{
	const char *args = (const char *)h->value[E_ARGS];
	struct k_mm_struct *mm = (struct k_mm_struct *)((struct k_task_struct *)h->value[V_TASK])->mm;
	u64 argv[ARGS_MAX + 1] = {0}, at;
	u32 n = 0, len = strlen(args) + 1;
	char *bytes;

	at = happening_user(sim, h, args, len);
	if (!at)
		return -ENOMEM;
	bytes = h->block[h->blocks - 1];
	for (u32 i = 0; i + 1 < len; i++) {
		if (bytes[i] == ' ')
			bytes[i] = 0;
		else if (n < ARGS_MAX && (!i || !bytes[i - 1]))
			argv[n++] = at + i;
	}
	((struct k_linux_binprm *)h->value[E_BPRM])->argc = n;
	h->value[V_A1] = happening_user(sim, h, argv, (n + 1) * sizeof(*argv));
	if (mm) {
		mm->arg_start = at;
		mm->arg_end = at + len;
	}
	return h->value[V_A1] ? 0 : -ENOMEM;
}

static int prepare_exec(struct sim *sim, struct happening *h)
{
	int err = complete_exec(sim, h);
	struct k_linux_binprm *bprm = (struct k_linux_binprm *)happening_object(sim, h, sizeof(*bprm));
	struct k_filename *name = (struct k_filename *)happening_object(sim, h, sizeof(*name));

	if (err || !bprm || !name)
		return -ENOMEM;
	bprm->filename = bprm->interp = name->name = h->value[E_PATH];
	bprm->cred = ((struct k_task_struct *)h->value[V_TASK])->cred;
	bprm->file = (u64)file_object_new(sim, (const char *)h->value[E_PATH], 0);
	if (!bprm->file || h->blocks == HAPPENING_BLOCKS)
		return sim_fail(&sim->why, -ENOMEM, "no memory for the file");
	h->block[h->blocks++] = (void *)bprm->file;
	h->value[E_BPRM] = (u64)bprm;
	h->value[E_NAME] = (u64)name;
	h->value[E_FD] = (u64)AT_FDCWD;
	h->value[E_OLD_COMM] = happening_text(sim, h, (const char *)h->value[V_COMM]);
	h->value[V_A0] = name->uptr = happening_user(sim, h, (const char *)h->value[E_PATH],
						     strlen((const char *)h->value[E_PATH]) + 1);
	return h->value[E_OLD_COMM] && name->uptr ? put_args(sim, h) : -ENOMEM;
}

static void become(struct sim *sim, struct happening *h)
{
	struct task *task = task_by_pid(sim, h->pid);
	const char *comm = (const char *)h->value[E_COMM];

	if (!task)
		return;
	memset(task->comm, 0, sizeof(task->comm));
	memcpy(task->comm, comm, strnlen(comm, sizeof(task->comm) - 1));
	task_object_update(sim, task);
}

static const struct happening_step exec_steps[] = {
	{0, STEP_FUNC, "__x64_sys_execve", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "bprm_execve", .arg = {E_BPRM, E_FD, E_NAME}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "security_bprm_check", .arg = {E_BPRM}, .decides = true, .when_ok = true},
	{3, STEP_FUNC, "bpf_lsm_bprm_check_security", .arg = {E_BPRM}, .decides = true, .when_ok = true},
	{2, STEP_FUNC, "begin_new_exec", .arg = {E_BPRM}, .decides = true, .when_ok = true},
	{3, STEP_TP, "task:task_rename", .arg = {V_TASK, E_COMM}, .field = {V_PID, E_OLD_COMM, E_COMM},
	 .when_ok = true, .act = become},
	{2, STEP_FUNC, "security_bprm_committed_creds", .arg = {E_BPRM}, .when_ok = true},
	{3, STEP_FUNC, "bpf_lsm_bprm_committed_creds", .arg = {E_BPRM}, .when_ok = true},
	{2, STEP_TP, "sched:sched_process_exec", .arg = {V_TASK, V_PID, E_BPRM},
	 .field = {E_PATH, V_PID, V_PID}, .when_ok = true},
	{0},
};

const struct happening_kind happening_exec = {
	.name = "exec",
	.doc = "a task executes a program",
	.example = "exec pid=1000 comm=ls uid=1000 args=\"ls -l /tmp\"",
	.nr = 59,
	.fields = exec_fields,
	.steps = exec_steps,
	.prepare = prepare_exec,
};

/* --- fork --- */

enum { F_CHILD_PID = V_F0 };
enum { F_CHILD = V_X0, F_CHILD_COMM, F_FLAGS };

static const struct happening_field fork_fields[] = {
	{"child", "pid of the new task", FIELD_NUMBER, 0, NULL},
	{0},
};

static u32 free_pid(struct sim *sim, u32 pid)
{
	while (task_by_pid(sim, pid))
		pid++;
	return pid;
}

/* The child is there from the start; should the fork be refused, it goes. */
static int prepare_fork(struct sim *sim, struct happening *h)
{
	struct task *parent = task_by_pid(sim, h->pid), *child;
	u32 pid = h->value[F_CHILD_PID] ? h->value[F_CHILD_PID] : free_pid(sim, h->pid + 1);

	if (!parent || task_by_pid(sim, pid))
		return sim_fail(&sim->why, -EINVAL, "child=%u: that task is there already", pid);
	child = task_new(sim, pid, parent->uid, parent->comm);
	if (!child)
		return sim_fail(&sim->why, -EAGAIN, "no room for one more task: there are %u at most",
				TASK_MAX);
	child->ppid = h->pid;
	child->k->cgroups = parent->k->cgroups;
	task_object_update(sim, child);
	h->exits = pid;
	h->value[F_CHILD_PID] = pid;
	h->value[F_CHILD] = (u64)child->k;
	h->value[F_CHILD_COMM] = (u64)child->k->comm;
	h->value[F_FLAGS] = h->value[V_A0] = FORK_FLAGS;
	if (!h->ret_given)
		h->value[V_RET] = pid;
	return 0;
}

static void is_born(struct sim *sim, struct happening *h)
{
	(void)sim;
	h->exits = 0;
}

static const struct happening_step fork_steps[] = {
	{0, STEP_FUNC, "__x64_sys_clone", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "kernel_clone", .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "copy_process", .ret = F_CHILD, .decides = true, .when_ok = true},
	{3, STEP_FUNC, "security_task_alloc", .arg = {F_CHILD, F_FLAGS}, .decides = true, .when_ok = true},
	{4, STEP_FUNC, "bpf_lsm_task_alloc", .arg = {F_CHILD, F_FLAGS}, .decides = true, .when_ok = true},
	{3, STEP_TP, "task:task_newtask", .arg = {F_CHILD, F_FLAGS}, .when_ok = true,
	 .field = {F_CHILD_PID, F_CHILD_COMM, F_FLAGS}, .act = is_born},
	{2, STEP_TP, "sched:sched_process_fork", .arg = {V_TASK, F_CHILD}, .when_ok = true,
	 .field = {V_COMM, V_PID, F_CHILD_COMM, F_CHILD_PID}},
	{2, STEP_FUNC, "wake_up_new_task", .arg = {F_CHILD}, .when_ok = true},
	{3, STEP_TP, "sched:sched_wakeup_new", .arg = {F_CHILD}, .when_ok = true,
	 .field = {F_CHILD_COMM, F_CHILD_PID, V_PRIO}},
	{0},
};

const struct happening_kind happening_fork = {
	.name = "fork",
	.doc = "a task makes a child",
	.example = "fork pid=1000 child=1001",
	.nr = 56,
	.fields = fork_fields,
	.steps = fork_steps,
	.prepare = prepare_fork,
};

/* --- exit --- */

enum { X_CODE = V_F0 };

static const struct happening_field exit_fields[] = {
	{"code", "0 = all is well", FIELD_NUMBER, 0, NULL},
	{0},
};

enum { X_STATUS = V_X0 };

static int prepare_exit(struct sim *sim, struct happening *h)
{
	struct task *task = task_by_pid(sim, h->pid);

	if (h->pid <= 1 || !task)
		return sim_fail(&sim->why, -EINVAL, "pid=%u: init and the idle task do not end", h->pid);
	h->value[V_A0] = h->value[X_CODE];
	h->value[X_STATUS] = (h->value[X_CODE] & 0xff) << 8;
	task->k->exit_code = h->value[X_STATUS];
	return 0;
}

static void ends(struct sim *sim, struct happening *h)
{
	(void)sim;
	h->exits = h->pid;
}

static const struct happening_step exit_steps[] = {
	{0, STEP_FUNC, "__x64_sys_exit_group", .arg = {V_REGS}},
	{1, STEP_FUNC, "do_group_exit", .arg = {X_STATUS}},
	{2, STEP_FUNC, "do_exit", .arg = {X_STATUS}},
	{3, STEP_TP, "sched:sched_process_exit", .arg = {V_TASK}, .field = {V_COMM, V_PID, V_PRIO},
	 .act = ends},
	{0},
};

const struct happening_kind happening_exit = {
	.name = "exit",
	.doc = "a task ends",
	.example = "exit pid=1000 code=1",
	.nr = 231,
	.no_return = true,
	.fields = exit_fields,
	.steps = exit_steps,
	.prepare = prepare_exit,
};

/* --- kill --- */

enum { K_TO = V_F0, K_SIG };
enum { K_TARGET = V_X0, K_TARGET_COMM, K_GROUP, K_CODE };

static const struct happening_field kill_fields[] = {
	{"to", "the task that gets the signal", FIELD_NUMBER, 1000, NULL},
	{"sig", "number of the signal", FIELD_NUMBER, SIGTERM, NULL},
	{0},
};

static int prepare_kill(struct sim *sim, struct happening *h)
{
	struct task *to = task_by_pid(sim, h->value[K_TO]);

	if (!to)
		return sim_fail(&sim->why, -ESRCH, "to=%u: there is no such task", (u32)h->value[K_TO]);
	h->value[K_TARGET] = (u64)to->k;
	h->value[K_TARGET_COMM] = (u64)to->k->comm;
	h->value[K_GROUP] = 1;
	h->value[V_A0] = h->value[K_TO];
	h->value[V_A1] = h->value[K_SIG];
	return 0;
}

/* What the signal does when nobody handles it. */
static void strikes(struct sim *sim, struct happening *h)
{
	static const u64 harmless = 1ull << SIGCHLD | 1ull << SIGCONT | 1ull << SIGURG | 1ull << SIGWINCH |
				    1ull << SIGSTOP | 1ull << SIGTSTP | 1ull << SIGTTIN | 1ull << SIGTTOU | 1;

	(void)sim;
	if (h->value[K_SIG] < 64 && !(harmless >> h->value[K_SIG] & 1) && h->value[K_TO] > 1)
		h->exits = h->value[K_TO];
}

static const struct happening_step kill_steps[] = {
	{0, STEP_FUNC, "__x64_sys_kill", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "security_task_kill", .arg = {K_TARGET, V_NONE, K_SIG}, .decides = true,
	 .when_ok = true},
	{2, STEP_FUNC, "bpf_lsm_task_kill", .arg = {K_TARGET, V_NONE, K_SIG}, .decides = true,
	 .when_ok = true},
	{1, STEP_FUNC, "send_signal_locked", .arg = {K_SIG, V_NONE, K_TARGET, K_GROUP}, .decides = true,
	 .when_ok = true},
	{2, STEP_TP, "signal:signal_generate", .arg = {K_SIG, V_NONE, K_TARGET, K_GROUP}, .when_ok = true,
	 .field = {K_SIG, V_NONE, K_CODE, K_TARGET_COMM, K_TO, K_GROUP}, .act = strikes},
	{0},
};

const struct happening_kind happening_kill = {
	.name = "kill",
	.doc = "a task sends a signal to another",
	.example = "kill pid=1000 to=1001 sig=15",
	.nr = 62,
	.fields = kill_fields,
	.steps = kill_steps,
	.prepare = prepare_kill,
};
