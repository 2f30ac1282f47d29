/* A rejection explained, in the manner of a compiler: see diagnosis.h. */
#include <stdio.h>

#include "cli.h"
#include "diagnosis.h"
#include "hint.h"
#include "wrap.h"

static void print_arrow(const struct place *at)
{
	printf("  --> ");
	if (at->line)
		printf("%s:%u, ", at->file[0] ? at->file : "line", at->line);
	printf("instruction %u\n", at->insn);
}

/* What the register at fault holds, in words and as in the log. */
static void print_register(const struct diagnosis *d)
{
	char words[sizeof(d->cause.words) + 64];

	if (d->cause.words[0])
		snprintf(words, sizeof(words), "^ r%d is %s", d->regno, d->cause.words);
	else
		snprintf(words, sizeof(words), "^ r%d holds nothing%s", d->regno,
			 d->cause.by_call ? " any more: a call took its value"
					  : ": it was never written on this path");
	printf("%s", cli_paint(PAINT_BAD));
	wrap_text("      |     ", "      |       ", words);
	printf("%s", cli_paint(PAINT_END));
	if (d->cause.holds[0])
		printf("      |       in the log: %s\n", d->cause.holds);
}

/* C beside bytecode. */
static void print_place(const struct diagnosis *d)
{
	const struct place *at = &d->at;

	printf("      |\n");
	if (at->line) {
		printf("%5u | ", at->line);
		wrap_code(8, at->source);
	}
	printf("%5u:|     ", at->insn);
	wrap_code(12, at->text);
	if (d->cause.known)
		print_register(d);
	printf("      |\n");
}

/* The line of the log before the last one, where it belongs to the same rejection. */
static void print_before(const struct diagnosis *d)
{
	if (!d->before[0])
		return;
	wrap_labelled("before it:", d->before);
	reason_print_meaning(d->before_reason, d->before);
}

static void print_hint(const struct diagnosis *d)
{
	char hint[HINT];

	if (hint_text(d, hint))
		wrap_labelled("here:", hint);
}

void diagnosis_print(const struct diagnosis *d)
{
	printf("%serror[%s]%s: %s\n", cli_paint(PAINT_BAD), errno_name(d->err), cli_paint(PAINT_END),
	       d->message);
	if (d->has_at) {
		print_arrow(&d->at);
		print_place(d);
	}
	if (d->reason != REASON_NONE)
		reason_print_what(d->reason, d->message);
	print_before(d);
	print_hint(d);
	if (d->reason != REASON_NONE)
		reason_print_try(d->reason, d->message);
	cause_print(&d->cause);
}

json_t *diagnosis_json(const struct diagnosis *d)
{
	json_t *o = d->reason != REASON_NONE ? reason_json(d->reason, d->message) : json_object();
	char hint[HINT];

	if (hint_text(d, hint))
		json_object_set_new(o, "here", json_string(hint));
	json_object_set_new(o, "message", json_string(d->message));
	json_object_set_new(o, "errno", json_string(errno_name(d->err)));
	json_object_set_new(o, "stage", json_string(load_stage_name(d->stage)));
	if (d->before[0])
		json_object_set_new(o, "before", reason_json_meaning(d->before_reason, d->before));
	if (d->has_at)
		json_object_set_new(o, "at", place_json(&d->at));
	if (d->cause.known)
		json_object_set_new(o, "register", json_pack("{s:i, s:s, s:s}", "number", d->regno, "holds",
							     d->cause.holds, "words", d->cause.words));
	json_object_set_new(o, "path", cause_json(&d->cause));
	return o;
}
