/* bpf_trace_printk and its ring: see trace.h. Mirrors kernel/trace/bpf_trace.c. */
#include "trace.h"

#include "bprintf.h"
#include "helper.h"

struct trace *trace_new(struct sim *sim)
{
	return sim_alloc(sim, sizeof(struct trace));
}

/* Takes over the text's first TRACE_TEXT - 1 bytes and sends EV_TRACE. */
static void write_line(struct sim *sim, const char *text)
{
	struct trace *trace = sim->trace;
	struct trace_line *line = &trace->line[trace->count++ % TRACE_LINES];
	size_t len = strnlen(text, TRACE_TEXT - 1);

	memset(line, 0, sizeof(*line));
	line->now = sim_ktime(sim);
	line->pid = sim->clock->pid;
	line->cpu = sim->clock->cpu;
	memcpy(line->text, text, len);
	event_send(sim, EV_TRACE, 0, (u64)line->text, len, 0, 0);
}

HELPER_FN(trace_printk)
{
	u64 args[] = {r3, r4, r5};
	char text[TRACE_TEXT];
	s64 len = bprintf(sim, text, sizeof(text), (const char *)r1, (u32)r2, args, ARRAY_SIZE(args));

	if (len >= 0)
		write_line(sim, text);
	return (u64)len;
}

HELPER_FN(trace_vprintk)
{
	s64 nargs = bprintf_args(r3, r4), len = nargs;
	char text[TRACE_TEXT];

	UNUSED_ARGS();
	if (nargs >= 0)
		len = bprintf(sim, text, sizeof(text), (const char *)r1, (u32)r2, (const u64 *)r3, nargs);
	if (len >= 0)
		write_line(sim, text);
	return (u64)len;
}
