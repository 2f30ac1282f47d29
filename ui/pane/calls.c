/* System calls of the loader: the list of all, past and coming. */
#include "pane.h"

static const char *command_name(int cmd)
{
	const char *name = cmd >= 0 && cmd < (int)bpf_commands_count ? bpf_commands[cmd].name : NULL;

	return name ? name : "?";
}

static bool is_over(const struct debug *d, const struct debug_call *call)
{
	const struct sim *sim = debug_sim(d);

	return debug_call(d) != call || sim->work->kind != INPUT_BPF;
}

static void draw_calls(const struct view *v, struct sheet *s)
{
	const struct debug *d = v->d;
	const struct debug_call *at = debug_call(d);

	for (u32 i = 0; i < d->calls; i++) {
		const struct debug_call *call = &d->call[i];
		bool coming = call->step >= debug_now(d);

		sheet_line(s, call->step);
		if (call == at)
			sheet_at(s);
		if (!sheet_wants(s))
			continue;
		sheet_add(s, ROLE_CURRENT, "%s", call->step == debug_now(d) ? "=>" : "");
		sheet_to(s, 3);
		sheet_add(s, coming ? ROLE_QUIET : ROLE_PLAIN, "%s", command_name(call->cmd));
		sheet_to(s, 22);
		if (coming)
			sheet_add(s, ROLE_QUIET, "at step %llu", (unsigned long long)call->step);
		else if (call == at && !is_over(d, call))
			sheet_add(s, ROLE_CHANGED, "under way ◂");
		else if (call->result < 0)
			sheet_add(s, ROLE_BAD, "= -1 %s %s", errno_name(call->result), call->why);
		else
			sheet_add(s, ROLE_GOOD, "= %lld", (long long)call->result);
	}
	if (!d->calls)
		sheet_nothing(s, "The loader makes no system call.");
}

const struct pane pane_calls = {
	.name = "calls",
	.title = "system calls of the loader",
	.help = "Every bpf(2) call of this walk, past and coming, with its result: a new fd, 0, or -1 and "
		"errno. There is no "
		"other way to the kernel.",
	.draw = draw_calls,
};
