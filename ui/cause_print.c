/* A cause as text and as JSON: see cause.h. */
#include <stdio.h>

#include "cause.h"
#include "cli.h"
#include "wrap.h"

static bool same_line(const struct place *a, const struct place *b)
{
	return a->line == b->line && strcmp(a->source, b->source) == 0 && strcmp(a->file, b->file) == 0;
}

static void print_step(const struct cause_step *step)
{
	char what[sizeof(step->what) + 64];

	printf("      | %5u: ", step->at.insn);
	wrap_code(15, step->at.text);
	if (step->times > 1)
		snprintf(what, sizeof(what), "%s (the last of %u times)", step->what, step->times);
	else
		snprintf(what, sizeof(what), "%s", step->what);
	wrap_text("      |        ", "      |        ", what);
}

void cause_print(const struct cause *cause)
{
	const struct place *shown = NULL;

	if (!cause->count)
		return;
	printf("   = %show it got there:%s\n", cli_paint(PAINT_HEAD), cli_paint(PAINT_END));
	if (cause->left_out)
		printf("      | (%u %s%s left out)\n", cause->left_out,
		       cause->some_between ? "jump or earlier step" : "earlier step",
		       cause->left_out == 1 ? "" : "s");
	for (u32 i = 0; i < cause->count; i++) {
		const struct cause_step *step = &cause->step[i];

		if (step->at.line && (!shown || !same_line(&step->at, shown))) {
			shown = &step->at;
			printf("%5u | ", step->at.line);
			wrap_code(8, step->at.source);
		}
		print_step(step);
	}
}

json_t *cause_json(const struct cause *cause)
{
	json_t *steps = json_array();

	for (u32 i = 0; i < cause->count; i++) {
		const struct cause_step *step = &cause->step[i];
		json_t *o = place_json(&step->at);

		json_object_set_new(o, "kind", json_string(step->branch ? "branch" : "write"));
		if (step->branch)
			json_object_set_new(o, "taken", json_boolean(step->taken));
		json_object_set_new(o, "what", json_string(step->what));
		json_object_set_new(o, "times", json_integer(step->times));
		json_array_append_new(steps, o);
	}
	return json_pack("{s:i, s:o}", "left_out", cause->left_out, "steps", steps);
}
