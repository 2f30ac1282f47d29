/* What an input that is no call and no event has done, in words; and an edit. */
#include "sentence.h"

static void say_number(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	(void)d;
	text_add(out, done, (long long)e->arg[2]);
}

static void say_text(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	(void)e;
	text_add(out, done, debug_sim(d)->work->text);
}

static void say_plain(const struct debug *d, const struct event *e, const char *done, struct text *out)
{
	(void)d, (void)e;
	text_add(out, "%s", done);
}

static const struct {
	u32 kind; /* enum input_kind */
	const char *done;
	void (*say)(const struct debug *d, const struct event *e, const char *done, struct text *out);
} inputs[] = {
	{INPUT_CLOSE, "The process closes fd %lld: one reference less. What nothing refers to any more is freed.",
	 say_number},
	{INPUT_DUP, "A second fd for what fd %lld leads to: one reference more.", say_number},
	{INPUT_KILL, "The process has ended: all its fds are closed. What is pinned or attached by a pinned link stays.",
	 say_plain},
	{INPUT_UNLINK, "The pin %s is removed: one reference less.", say_text},
	{INPUT_MKDIR, "A new directory: %s.", say_text},
	{INPUT_SYSCTL, "A setting of the kernel is another one: %s.", say_text},
	{INPUT_DEVICE, "A network device is there now: %s.", say_text},
	{INPUT_SPAWN, "A new process: %s.", say_text},
	{INPUT_STORE, "User space writes into memory that it shares with the kernel, through fd %lld: it has read "
		      "what was there.",
	 say_number},
	{INPUT_SOCKET, "User space opens a socket.", say_plain},
	{INPUT_PERF_OPEN, "User space opens a perf event: a buffer that it will read samples from.", say_plain},
	{INPUT_PIDFD, "User space opens an fd that stands for a process.", say_plain},
	{INPUT_CLOEXEC, "Whether fd %lld is closed by execve(2) is another now.", say_number},
	{INPUT_EXEC, "The process becomes another program: fds that are marked so are closed.", say_plain},
	{INPUT_SETUID, "The process becomes another user.", say_plain},
};

void sentence_input(const struct debug *d, const struct event *e, struct text *out)
{
	s64 result = debug_sim(d)->work->result;

	if (result < 0) {
		text_add(out, "It was refused, errno %s: %s.", errno_name(result), debug_sim(d)->why.text);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++)
		if (inputs[i].kind == e->arg[0])
			inputs[i].say(d, e, inputs[i].done, out);
}

/* --- edits --- */

void sentence_edit(const struct debug *d, const struct event *e, struct text *out)
{
	struct sim *sim = debug_sim(d);
	const struct obj *map;

	switch (e->arg[0]) {
	case EDIT_REG:
		text_add(out, "By hand: r%llu is ", (unsigned long long)e->arg[1]);
		walk_value_text(sim, sim->vm->reg[e->arg[1]], out);
		text_add(out, " now. From here on every access of this run is checked.");
		return;
	case EDIT_PC:
		text_add(out, "By hand: instruction %llu comes next. From here on every access of this run is checked.",
			 (unsigned long long)e->arg[1]);
		return;
	case EDIT_MEMORY:
		text_add(out, "By hand: memory at ");
		walk_value_text(sim, e->arg[1], out);
		text_add(out, " is another now.");
		return;
	case EDIT_MAP:
		map = obj_by_id(sim, OBJ_MAP, e->arg[1]);
		text_add(out, "By hand: an element of map %s is another now.", map ? map->name : "?");
		return;
	}
}
