/* A walk as text, stage 6: packets and events, what programs answered, what came of it. */
#include <stdio.h>

#include "cli.h"
#include "walk_text.h"

#define LINE 256

void walk_text_run_begin(struct walk *w, const struct walk_run *run)
{
	struct walk_text *t = w->view_ctx;

	walk_text_begin_events(w, run->fired, run->event);
	t->faulted = false;
	t->last_line[0] = 0;
	if (t->race)
		walk_race_begin(w, run);
	else if (run->leads)
		printf("%s%5llu  %s\n", w->trace ? "\n" : "", (unsigned long long)run->number, run->packet);
	if (w->trace && (run->event || run->hop) && !t->race)
		printf("\n%s%s%s is called at %s\n", cli_paint(PAINT_HEAD), run->prog->obj.name,
		       cli_paint(PAINT_END), run->place);
	else if (w->trace && !t->race)
		printf("\n%spacket %llu%s  %s\n", cli_paint(PAINT_HEAD), (unsigned long long)run->number,
		       cli_paint(PAINT_END), run->packet);
}

static void count_result(struct walk_text *t, const char *name)
{
	t->packets++;
	for (size_t i = 0; i < ARRAY_SIZE(t->results); i++) {
		if (!t->results[i].count)
			snprintf(t->results[i].name, sizeof(t->results[i].name), "%s", name);
		if (strcmp(t->results[i].name, name) == 0) {
			t->results[i].count++;
			return;
		}
	}
}

static void result_text(const struct walk_run *run, struct text *out)
{
	if (!run->prog)
		text_add(out, "(no program)");
	else if (run->fault)
		text_add(out, "fault");
	else if (run->callback)
		text_add(out, "%d", (s32)run->retval);
	else if (run->classifies)
		walk_class_text(run->retval, out);
	else
		walk_retval_text(run->prog, run->retval, out);
}

static void tell_fault(struct walk *w, const struct walk_run *run)
{
	char line[LINE];
	struct text text;
	const char *source;
	u32 number;
	bool first;

	text_init(&text, line, sizeof(line));
	if (run->fault->pc < run->prog->insn_cnt)
		walk_insn_text(w->session->sim, run->prog, run->fault->pc, &text);
	printf("       %s%s fault%s at insn %u: %s\n", cli_paint(PAINT_BAD), cli_glyph(GLYPH_BAD),
	       cli_paint(PAINT_END), run->fault->pc, line);
	printf("         %s\n", run->fault->text);
	source = walk_source(run->prog, run->fault->pc, &number, &first);
	if (source)
		printf("         line %u: %.100s\n", number, source);
}

/* Of a run as machine code nobody has counted them, nor of one that an oops ended. */
static const char *insns_text(const struct walk_run *run, char text[24])
{
	snprintf(text, 24, run->insns ? "%llu" : run->fault ? "-" : "jited", (unsigned long long)run->insns);
	return text;
}

void walk_text_run_end(struct walk *w, const struct walk_run *run)
{
	struct walk_text *t = w->view_ctx;
	char result[24], insns[24];
	struct text text;

	walk_text_begin_events(w, run->fired, run->event);
	text_init(&text, result, sizeof(result));
	result_text(run, &text);
	if (!run->event && (!run->hop || run->leads))
		count_result(t, result);
	if (t->race) {
		walk_race_end(w, run, result);
		return;
	}
	if (run->event && !w->trace)
		printf("       %-50.50s %-15.15s %s%10s%s %10s\n", run->place, run->prog->obj.name,
		       cli_paint(run->fault ? PAINT_BAD : PAINT_GOOD), result, cli_paint(PAINT_END),
		       insns_text(run, insns));
	else if (run->hop && !w->trace)
		walk_text_hop(run, result, insns_text(run, insns));
	else if (w->trace)
		printf("       %s%s%s after %s instructions\n",
		       cli_paint(run->fault ? PAINT_BAD : PAINT_GOOD), result, cli_paint(PAINT_END),
		       insns_text(run, insns));
	else
		printf("%5llu  %-68.68s %s%-22s%s %10s\n", (unsigned long long)run->number, run->packet,
		       cli_paint(run->fault ? PAINT_BAD : PAINT_GOOD), result, cli_paint(PAINT_END),
		       insns_text(run, insns));
	t->faulted = run->fault;
	if (run->fault)
		tell_fault(w, run);
}

/* What a task did, then the programs on its way, and what came of it. */
void walk_text_event(struct walk *w, const struct walk_event *event)
{
	struct walk_text *t = w->view_ctx;

	if (t->race) {
		walk_race_event(w, event);
		return;
	}
	if (!event->over) {
		walk_text_begin_events(w, true, true);
		t->events++;
		printf("\n%5llu  %s%s%s\n", (unsigned long long)event->number, cli_paint(PAINT_HEAD),
		       event->text, cli_paint(PAINT_END));
		return;
	}
	if (!event->programs)
		printf("       %sno program hangs on its way%s\n", cli_paint(PAINT_QUIET),
		       cli_paint(PAINT_END));
	if (event->is_call && event->result < 0)
		printf("       = -1 %s%s%s", cli_paint(PAINT_BAD), errno_name(event->result),
		       cli_paint(PAINT_END));
	else if (event->is_call)
		printf("       = %lld", (long long)event->result);
	if (event->is_call)
		printf("%s%s\n", *event->told ? "  " : "", event->told);
}

void walk_text_results(const struct walk *w)
{
	const struct walk_text *t = w->view_ctx;

	printf("\n  %llu %s%s:", (unsigned long long)t->packets, walk_text_is_called(w) ? "call" : "packet",
	       t->packets == 1 ? "" : "s");
	for (size_t i = 0; i < ARRAY_SIZE(t->results) && t->results[i].count; i++)
		printf("%s %llu %s", i ? "," : "", (unsigned long long)t->results[i].count,
		       t->results[i].name);
	printf("\n");
}
