/* The red card: why a program was rejected, as Linux's newest verifier would say it, and in 6.1's own words.
 */
#include "../hint.h"
#include "pane.h"

#define LABEL 10

static void labelled(struct sheet *s, u64 item, const char *label, enum role role, const char *text)
{
	sheet_labelled(s, item, label, LABEL, role, text);
}

static void column(struct sheet *s, const struct diagnosis *found, const char *label, enum role role,
		   enum reason_column which)
{
	char said[1024];
	struct text text;

	if (found->reason == REASON_NONE)
		return;
	text_init(&text, said, sizeof(said));
	reason_words(found->reason, found->message, which, &text);
	labelled(s, SHEET_NO_ITEM, label, role, said);
}

static void place(struct sheet *s, const struct diagnosis *found)
{
	char said[400];

	if (!found->has_at)
		return;
	if (found->at.line) {
		snprintf(said, sizeof(said), "%s%s%u: %.200s",
			 found->at.file[0] ? found->at.file : words("line "), found->at.file[0] ? ":" : "",
			 found->at.line, found->at.source);
		labelled(s, found->at.insn, words("at"), ROLE_SOURCE, said);
	}
	snprintf(said, sizeof(said), words("insn %u: %.200s"), found->at.insn, found->at.text);
	labelled(s, found->at.insn, found->at.line ? "" : words("at"), ROLE_PLAIN, said);
	if (found->cause.known) {
		snprintf(said, sizeof(said), words("r%d is %s"), found->regno,
			 found->cause.words[0] ? found->cause.words : words("never written on this path"));
		labelled(s, found->at.insn, "", ROLE_BAD, said);
	}
}

static void path(struct sheet *s, const struct diagnosis *found)
{
	char said[500];

	for (u32 i = 0; i < found->cause.count; i++) {
		const struct cause_step *step = &found->cause.step[i];

		snprintf(said, sizeof(said), "%u: %.100s, %.250s", step->at.insn, step->at.text,
			 words(step->what));
		labelled(s, step->at.insn, i ? "" : words("path"), ROLE_PLAIN, said);
	}
	if (found->cause.count)
		labelled(s, SHEET_NO_ITEM, "", ROLE_KEY, "w goes to the last of these, w again further back");
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct diagnosis *found = &v->d->found;
	char hint[HINT];

	if (!found->rejected) {
		sheet_nothing(s, "The program was not rejected.");
		return;
	}
	labelled(s, SHEET_NO_ITEM, errno_name(found->err), ROLE_BAD, found->message);
	column(s, found, "category", ROLE_PLAIN, REASON_CATEGORY);
	column(s, found, "reason", ROLE_TITLE, REASON_EXPLANATION);
	column(s, found, "required", ROLE_PLAIN, REASON_REQUIRED);
	place(s, found);
	path(s, found);
	if (hint_text(found, hint))
		labelled(s, SHEET_NO_ITEM, "here", ROLE_GOOD, hint);
	column(s, found, "try", ROLE_GOOD, REASON_SUGGESTION);
}

static bool changed(const struct view *v)
{
	return debug_happened(v->d, EV_REJECTED);
}

const struct pane pane_card = {
	.name = "card",
	.title = "why it is rejected",
	.help = "The verdict taken apart: the errno and the exact words of Linux 6.1; what kind of rule was "
		"broken; "
		"the rule in plain words; where, in C and in bytecode, and what the register at fault held "
		"there; how "
		"the path came to that (w walks it back, step by step); and what to try. `bpfwalk verify "
		"FILE "
		"--explain` prints the same.",
	.draw = draw,
	.changed = changed,
};
