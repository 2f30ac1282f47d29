/* What programs tell while they run, as text: lines of bpf_trace_printk, records of rings and perf buffers.
 */
#include <stdio.h>

#include "record.h"
#include "walk_text.h"

void walk_text_printk(struct walk *w, const char *line, u64 len)
{
	(void)w;
	printf("       trace_pipe: %.*s\n", (int)min_u64(len, 100), line);
}

/* Line by line; the last one may be open. */
void walk_text_output(struct walk *w, const char *text, u64 len)
{
	(void)w;
	for (u64 at = 0, n; at < len; at += n + 1) {
		const char *end = memchr(text + at, '\n', len - at);

		n = end ? (u64)(end - text) - at : len - at;
		printf("       | %.*s\n", (int)min_u64(n, 200), text + at);
	}
}

#define RECORD_TEXT 400

void walk_text_record(struct walk *w, const struct walk_record *r)
{
	const struct sim *sim = w->session->sim;
	char buf[RECORD_TEXT];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	if (r->lost)
		text_add(&text, "(%llu lost) ", (unsigned long long)r->lost);
	if (r->discarded)
		text_add(&text, "discarded: the reader skips it");
	else
		record_text(sim, sim->vm->prog, r->data, r->size, r->perf, &text);
	if (r->perf)
		printf("       perf buffer of CPU %u, ", r->cpu);
	else
		printf("       ring buffer %s, ", r->map->obj.name[0] ? r->map->obj.name : "without a name");
	printf("%u bytes%s: %s\n", r->size, r->woken ? "" : ", nobody is woken", buf);
}
