/* What programs printed with bpf_trace_printk: the last lines of trace_pipe. */
#include "pane.h"

static void draw(const struct view *v, struct sheet *s)
{
	const struct trace *trace = debug_sim(v->d)->trace;
	u64 first = trace->count > TRACE_LINES ? trace->count - TRACE_LINES : 0;
	bool fresh = debug_happened(v->d, EV_TRACE);

	for (u64 i = first; i < trace->count; i++) {
		const struct trace_line *line = &trace->line[i % TRACE_LINES];
		bool newest = fresh && i + 1 == trace->count;

		sheet_line(s, i);
		sheet_at(s);
		if (sheet_wants(s))
			sheet_add(s, newest ? ROLE_CHANGED : ROLE_PLAIN, "%.200s%s", line->text,
				  newest ? " *" : "");
	}
	if (!trace->count)
		sheet_nothing(s, "No program has printed anything (bpf_trace_printk).");
}

static bool changed(const struct view *v)
{
	return debug_happened(v->d, EV_TRACE);
}

const struct pane pane_trace = {
	.name = "trace",
	.title = "trace_pipe",
	.help = "What programs print with bpf_printk and bpf_trace_printk; on a real machine one reads it "
		"from "
		"/sys/kernel/tracing/trace_pipe. All programs of the machine print into the same place.",
	.draw = draw,
	.changed = changed,
};
