/* What the path walk has cost and may cost; once a program is rejected, why. */
#include "pane.h"

static void meter(struct sheet *s, const char *what, u32 n, u32 most)
{
	u32 room = 6, filled = most ? ((u64)n * room + most - 1) / most : 0;

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "%s", what);
	sheet_to(s, 16);
	sheet_add(s, ROLE_PLAIN, "%8u ", n);
	for (u32 i = 0; i < room; i++)
		sheet_add(s, i < filled ? ROLE_CHANGED : ROLE_QUIET, "%s", i < filled ? "█" : "░");
	sheet_add(s, ROLE_QUIET, " %u", most);
}

static void number(struct sheet *s, const char *what, u32 n)
{
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "%s", what);
	sheet_to(s, 16);
	sheet_add(s, ROLE_PLAIN, "%8u", n);
}

static void red_card(const struct debug *d, struct sheet *s)
{
	const struct diagnosis *found = &d->found;
	char line[512];

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_BAD, "✗ rejected: %s", errno_name(found->err));
	sheet_wrap(s, ROLE_BAD, found->message);
	if (found->has_at) {
		snprintf(line, sizeof(line), "at insn %u: %.100s", found->at.insn, found->at.text);
		sheet_wrap(s, ROLE_PLAIN, line);
	}
	if (found->has_at && found->at.line) {
		snprintf(line, sizeof(line), "line %u: %.150s", found->at.line, found->at.source);
		sheet_wrap(s, ROLE_SOURCE, line);
	}
	if (found->cause.known) {
		snprintf(line, sizeof(line), "r%d there: %s", found->regno, found->cause.words);
		sheet_wrap(s, ROLE_PLAIN, line);
	}
	for (u32 i = 0; i < found->cause.count; i++) {
		const struct cause_step *step = &found->cause.step[i];

		snprintf(line, sizeof(line), "%u: %.90s - %.200s", step->at.insn, step->at.text, step->what);
		sheet_wrap(s, ROLE_QUIET, line);
	}
	sheet_wrap(s, ROLE_PLAIN, "w goes to the instruction that made it so.");
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog_load *load = look_load(debug_sim(v->d));
	struct path_cost cost;

	if (debug_rejected(v->d) || debug_happened(v->d, EV_REJECTED)) {
		red_card(v->d, s);
		return;
	}
	if (!load || !load->verifier) {
		sheet_nothing(s, "The verifier is not at work now.");
		return;
	}
	path_cost(load->verifier, &cost);
	meter(s, "insns processed", cost.insns, cost.insns_max);
	meter(s, "branches waiting", cost.waiting, cost.waiting_max);
	number(s, "states kept", cost.kept);
	number(s, "paths ended", cost.ended);
	number(s, "of them pruned", cost.pruned);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_GOOD, "so far no complaint");
}

const struct pane pane_budget = {
	.name = "budget",
	.title = "budget and verdict",
	.help = "A program is too complex when walk 2 has processed 1,000,000 instructions, on all paths "
		"together. A path is "
		"pruned when it comes to an instruction where no more was unknown before. When the program "
		"is rejected, this "
		"says why.",
	.draw = draw,
};
