/* The translated instructions, with what the translator changed. */
#include "pane.h"

static void one_insn(const struct view *v, struct sheet *s, const struct prog *prog, u32 i, u32 at)
{
	static const char *const marks[] = {
		[FORMS_SAME] = "", [FORMS_REWRITTEN] = " ~", [FORMS_INSERTED] = " +"};
	const struct forms forms = {.sim = debug_sim(v->d), .prog = prog};
	bool current = i == at;
	char line[200];
	struct text text;

	sheet_line(s, mark_item(prog, i));
	if (v->mark_at ? mark_xlated(v, prog, i) : current)
		sheet_at(s);
	if (!sheet_wants(s))
		return;
	text_init(&text, line, sizeof(line));
	forms_xlated_text(&forms, i, &text);
	sheet_add(s, ROLE_CURRENT, "%s", current ? "=>" : "  ");
	sheet_add(s, current || mark_xlated(v, prog, i) ? ROLE_LINKED : ROLE_PLAIN, "%4u: %s", i, line);
	sheet_add(s, ROLE_CHANGED, "%s", marks[forms_change(prog, i)]);
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct xlated *x = prog ? prog->xlated : NULL;
	u32 at;

	if (!x) {
		sheet_nothing(
			s,
			"Not translated yet. After walk 2 the kernel rewrites what it verified: helpers get "
			"addresses or are written out, accesses to the context become accesses to its own "
			"structs.");
		return;
	}
	if (!debug_xlated(v->d, &at))
		at = mark_jit_at(prog);
	for (u32 i = 0; i < x->insn_cnt; i += insn_slots(&x->insns[i]))
		one_insn(v, s, prog, i, at);
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);
	u32 insn = (item >> 32) - 1;
	const char *name = "", *why;

	if (!prog || !prog->xlated || insn >= prog->xlated->insn_cnt)
		return;
	why = forms_why_changed(prog, insn, &name);
	if (*why)
		text_say(out, "translated insn %u, pass \"%s\": %s", insn, name, why);
	else
		text_say(out, "translated insn %u is as it was written.", insn);
}

static void subtitle(const struct view *v, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);

	if (prog && prog->xlated)
		text_say(out, "%u slots, ~ other + new", prog->xlated->insn_cnt);
}

const struct pane pane_xlated = {
	.name = "xlated",
	.title = "translated",
	.help = "What the kernel made of the program after it was verified, and what the JIT compiles: "
		"numbers are its own. ~ was rewritten, + inserted; e says why. What belongs to the line "
		"under "
		"the cursor is marked in the other panes. (bpftool prog dump xlated shows the same.)",
	.subtitle = subtitle,
	.draw = draw,
	.stop_form = "%llu",
	.explain = explain,
};
