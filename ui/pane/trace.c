/* What programs printed with bpf_trace_printk: the last lines of trace_pipe. */
#include "pane.h"

/* What was read from an iterator, line by line. */
static void draw_read(const struct view *v, struct sheet *s, const struct trace *trace)
{
	enum role role = debug_happened(v->d, EV_OUTPUT) ? ROLE_CHANGED : ROLE_PLAIN;
	u64 number = trace->count;

	for (u32 at = 0, n; at < trace->read_len; at += n + 1) {
		const char *end = memchr(trace->read_text + at, '\n', trace->read_len - at);

		n = end ? end - trace->read_text - at : trace->read_len - at;
		sheet_line(s, number++);
		sheet_at(s);
		if (sheet_wants(s))
			sheet_add(s, role, "| %.*s", (int)min_u64(n, 200), trace->read_text + at);
	}
}

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
	draw_read(v, s, trace);
	if (!trace->count && !trace->read_len)
		sheet_nothing(s, "No program has printed anything (bpf_trace_printk).");
}

static bool changed(const struct view *v)
{
	return debug_happened(v->d, EV_TRACE) || debug_happened(v->d, EV_OUTPUT);
}

const struct pane pane_trace = {
	.name = "trace",
	.title = "trace_pipe",
	.help = "What programs print with bpf_printk and bpf_trace_printk; on a real machine one reads it "
		"from "
		"/sys/kernel/tracing/trace_pipe. All programs of the machine print into the same place. "
		"Behind |: the text that a task has "
		"read from an iterator.",
	.draw = draw,
	.changed = changed,
};
