/* What an input that is no call and no event has done, in words; and an edit. */
#include <linux/perf_event.h>

#include "program.h"
#include "sentence.h"

/* Does a later event of the step say more about the same object? */
static bool told_later(const struct happened *h, u32 i)
{
	const struct event *e = &h->event[i];

	for (u32 n = i + 1; n < h->events; n++)
		if ((h->event[n].kind == EV_OBJ_PUT || h->event[n].kind == EV_OBJ_FREE) &&
		    h->event[n].arg[0] == e->arg[0] && h->event[n].arg[1] == e->arg[1])
			return true;
	return false;
}

/* What became of the objects that lost a reference. */
static void add_puts(const struct debug *d, struct text *out)
{
	for (u32 i = 0; i < d->last.events; i++) {
		const struct event *e = &d->last.event[i];
		const char *kind;

		if ((e->kind != EV_OBJ_PUT && e->kind != EV_OBJ_FREE) || told_later(&d->last, i))
			continue;
		kind = debug_sim(d)->obj_ops[e->arg[0]]->name;
		if (e->kind == EV_OBJ_FREE)
			text_say(out, " Nobody holds %s %llu any more: it is freed.", kind,
				 (unsigned long long)e->arg[1]);
		else if (e->arg[2])
			text_say(out, " %s %llu lives on: refs %llu.", kind, (unsigned long long)e->arg[1],
				 (unsigned long long)e->arg[2]);
	}
}

static void say_close(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	text_say(out, done, (long long)e->arg[2]);
	add_puts(d, out);
	sentence_glue_left(d, out);
}

static void say_unlink(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	(void)e;
	text_say(out, done, debug_sim(d)->work->text);
	add_puts(d, out);
}

/* What user space writes into a mapping is how far it has read. */
static void say_store(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	const struct obj *obj = session_object((struct session *)&d->session, e->arg[2]);
	const struct work *work = debug_sim(d)->work;
	u64 position = 0;

	if (!obj || work->len != sizeof(position) || (obj->kind == OBJ_MAP && work->arg[1])) {
		text_say(out, "%s", done);
		return;
	}
	memcpy(&position, work->text, sizeof(position));
	text_say(out,
		 "User space has read the records of %s, and says so in the memory that it shares with the "
		 "kernel: "
		 "read up to byte %llu. That took no system call.",
		 obj->kind == OBJ_MAP ? obj->name : words("the perf buffer"), (unsigned long long)position);
}

static void say_ioctl(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	static const struct {
		u64 command;
		const char *said;
	} commands[] = {
		{PERF_EVENT_IOC_ENABLE,
		 "The perf event behind fd %lld is switched on: what is attached to it is called "
		 "from now on."},
		{PERF_EVENT_IOC_DISABLE,
		 "The perf event behind fd %lld is switched off: what is attached to it is not "
		 "called any more."},
		{PERF_EVENT_IOC_SET_BPF,
		 "A program is attached to the perf event behind fd %lld: its events will call it."},
	};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].command == (u64)debug_sim(d)->work->arg[1])
			done = commands[i].said;
	text_say(out, done, (long long)e->arg[2]);
}

static void say_fd(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	(void)e;
	text_say(out, done, (long long)debug_sim(d)->work->result);
}

static void say_number(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	(void)d;
	text_say(out, done, (long long)e->arg[2]);
}

static void say_text(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	(void)e;
	text_say(out, done, debug_sim(d)->work->text);
}

static void say_plain(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	(void)d, (void)e;
	text_say(out, "%s", done);
}

static const struct {
	u32 kind; /* enum input_kind */
	const char *done;
	void (*say)(const struct debug *d, const struct event *e, const char *done, struct text *out);
} inputs[] = {
	{INPUT_CLOSE, "The process closes fd %lld.", say_close},
	{INPUT_DUP, "A second fd for what fd %lld leads to: one reference more.", say_number},
	{INPUT_KILL, "The process has ended: the kernel has closed its fds.", say_close},
	{INPUT_UNLINK, "The pin %s is removed.", say_unlink},
	{INPUT_MKDIR, "A new directory: %s.", say_text},
	{INPUT_SYSCTL, "A setting of the kernel is another one: %s.", say_text},
	{INPUT_DEVICE, "A network device is there now: %s.", say_text},
	{INPUT_SPAWN, "A new process: %s.", say_text},
	{INPUT_STORE, "User space writes into memory that it shares with the kernel.", say_store},
	{INPUT_SOCKET, "User space opens a socket: fd %lld.", say_fd},
	{INPUT_PERF_OPEN,
	 "User space opens a perf event (a probe, a clock, or a buffer of one CPU): fd %lld.", say_fd},
	{INPUT_IOCTL, "The process controls what is behind fd %lld, by ioctl(2).", say_ioctl},
	{INPUT_OPEN, "User space opens the directory of a cgroup: fd %lld.", say_fd},
	{INPUT_READ, "User space reads from an iterator, and gets %lld bytes.", say_fd},
	{INPUT_SOCK_FILTER, "By setsockopt(2) the socket of fd %lld has another filter, or none.",
	 say_number},
	{INPUT_PACKET_BIND,
	 "The packet socket of fd %lld is bound to a device: it will see all of its frames.", say_number},
	{INPUT_PACKET_RECV, "User space has read a frame from the packet socket of fd %lld.", say_number},
	{INPUT_PIDFD, "User space opens an fd that stands for a process: fd %lld.", say_fd},
	{INPUT_CLOEXEC, "Whether fd %lld is closed by execve(2) is another now.", say_number},
	{INPUT_EXEC, "The process becomes another program: fds that are marked so are closed.", say_plain},
	{INPUT_SETUID, "The process becomes another user.", say_plain},
};

void sentence_input(const struct debug *d, const struct event *e, struct text *out)
{
	s64 result = debug_sim(d)->work->result;

	if (result < 0) {
		text_say(out, "It was refused, errno %s: %s.", errno_name(result), debug_sim(d)->why.text);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		if (inputs[i].kind == e->arg[0]) {
			inputs[i].say(d, e, inputs[i].done, out);
			return;
		}
	}
	text_say(out, "Process %llu has asked the kernel for something (input %llu, argument %llu).",
		 (unsigned long long)e->arg[1], (unsigned long long)e->arg[0], (unsigned long long)e->arg[2]);
}

/* --- edits --- */

/* The scheduler's choice: what is the CPU in the midst of? */
static void sentence_cpu(const struct sim *sim, struct text *out)
{
	text_say(out, "CPU %u goes on", sim->clock->cpu);
	if (sim->vm->state != VM_IDLE)
		text_say(out, " with program %u %s at instruction %u.", sim->vm->prog->obj.id,
			 sim->vm->prog->obj.name, sim->vm->pc);
	else
		text_say(out, ": it has nothing to do yet.");
}

void sentence_edit(const struct debug *d, const struct event *e, struct text *out)
{
	struct sim *sim = debug_sim(d);
	const struct obj *map;

	switch (e->arg[0]) {
	case EDIT_REG:
		text_say(out, "By hand: r%llu is ", (unsigned long long)e->arg[1]);
		walk_value_text(sim, sim->vm->reg[e->arg[1]], out);
		text_say(out, " now. From here on every access of this run is checked.");
		return;
	case EDIT_PC:
		text_say(out,
			 "By hand: instruction %llu comes next. From here on every access of this run is "
			 "checked.",
			 (unsigned long long)e->arg[1]);
		return;
	case EDIT_MEMORY:
		text_say(out, "By hand: memory at ");
		walk_value_text(sim, e->arg[1], out);
		text_say(out, " is another now.");
		return;
	case EDIT_MAP:
		map = obj_by_id(sim, OBJ_MAP, e->arg[1]);
		text_say(out, "By hand: an element of map %s is another now.", map ? map->name : "?");
		return;
	case EDIT_CPU:
		sentence_cpu(sim, out);
		return;
	}
}
