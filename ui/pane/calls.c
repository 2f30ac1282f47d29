/* System calls: the attr of the one at hand, and the list of all. */
#include <stdio.h>

#include "../attr.h"
#include "pane.h"

static const char *command_name(int cmd)
{
	const char *name = cmd >= 0 && cmd < (int)bpf_commands_count ? bpf_commands[cmd].name : NULL;

	return name ? name : "?";
}

static void field_line(const struct view *v, struct sheet *s, const struct debug_call *call,
		       const struct attr_field *f)
{
	const u8 *bytes = (const u8 *)&call->attr + f->offset;
	char line[160];
	struct text text;

	sheet_line(s, f->offset);
	if (!sheet_wants(s))
		return;
	text_init(&text, line, sizeof(line));
	attr_text(&v->d->session, f, &call->attr, &text);
	sheet_add(s, ROLE_QUIET, "%3u ", f->offset);
	sheet_add(s, attr_is_zero(f, &call->attr) ? ROLE_QUIET : ROLE_PLAIN, "%s", f->name);
	sheet_to(s, 25);
	for (u32 i = 0; i < f->size && i < 8; i++)
		sheet_add(s, ROLE_QUIET, "%02x ", bytes[i]);
	sheet_to(s, 50);
	sheet_add(s, attr_is_zero(f, &call->attr) ? ROLE_QUIET : ROLE_PLAIN, "%s", line);
	if (f->doc[0])
		sheet_add(s, ROLE_QUIET, "  %s", f->doc);
}

static void draw_attr(const struct view *v, struct sheet *s)
{
	const struct debug_call *call = debug_call(v->d);
	const struct attr_field *f = call ? attr_fields(call->cmd) : NULL;

	if (!call) {
		sheet_nothing(s, "No system call yet.");
		return;
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_TITLE, "bpf(BPF_%s, &attr, %u)", command_name(call->cmd), call->size);
	for (; f && f->name; f++)
		field_line(v, s, call, f);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "other bytes up to %u are not read by this command", call->size);
}

const struct pane pane_attr = {
	.name = "attr",
	.title = "union bpf_attr",
	.help = "The one argument of bpf(2) beside the command: the fields that this command reads, with "
		"their bytes in memory "
		"(the lowest first) and what they mean. Addresses point into the loader's memory; the kernel "
		"copies from "
		"there.",
	.draw = draw_attr,
};

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
