/*
 * What programs printed with bpf_trace_printk: the last lines, in a ring (in Linux:
 * /sys/kernel/tracing/trace_pipe).
 */
#ifndef SIM_HELPERS_TRACE_H
#define SIM_HELPERS_TRACE_H

#include "../core.h"

#define TRACE_LINES 64u
#define TRACE_TEXT 1024u   /* MAX_BPRINTF_BUF: longer lines are cut */

struct trace_line {
	u64 now;           /* ns since boot */
	u32 pid, cpu;
	char text[TRACE_TEXT];
};

#define READ_TEXT 16384u   /* bytes of what was read last: the beginning of longer texts */

struct trace {
	/* what the task at hand has read from an iterator (world/event_cat.c) */
	u32 read_len;
	char read_text[READ_TEXT];
	u64 count;         /* lines ever written; the newest is line[(count - 1) % TRACE_LINES] */
	struct trace_line line[TRACE_LINES];
};

struct trace *trace_new(struct sim *sim);

#endif
