/* What the path walk has cost and may cost. */
#include "pane.h"

#define LABEL 12

/* A bar when there is room for it. */
static void meter(struct sheet *s, const char *what, u32 n, u32 most)
{
	int room = s->area.cols - 34;
	u32 filled;

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "%s", words(what));
	sheet_to(s, LABEL);
	sheet_add(s, ROLE_PLAIN, "%u", n);
	sheet_add(s, ROLE_QUIET, " of %u", most);
	if (room < 8 || !most)
		return;
	filled = ((u64)n * room + most - 1) / most;
	sheet_to(s, 34);
	for (u32 i = 0; i < (u32)room; i++)
		sheet_add(s, i < filled ? ROLE_CHANGED : ROLE_QUIET, "%s", i < filled ? "█" : "░");
}

static void number(struct sheet *s, const char *what, u32 n)
{
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "%s", words(what));
	sheet_to(s, LABEL);
	sheet_add(s, ROLE_PLAIN, "%u", n);
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog_load *load = look_load(debug_sim(v->d));
	struct path_cost cost;

	if (debug_rejected(v->d) || debug_happened(v->d, EV_REJECTED)) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_BAD, "✗ rejected: %s", errno_name(v->d->found.err));
		sheet_wrap(s, ROLE_BAD, v->d->found.message);
	}
	if (!load || !load->verifier) {
		sheet_nothing(s, "The verifier is not at work now.");
		return;
	}
	path_cost(load->verifier, &cost);
	meter(s, "processed", cost.insns, cost.insns_max);
	meter(s, "waiting", cost.waiting, cost.waiting_max);
	number(s, "states kept", cost.kept);
	number(s, "paths ended", cost.ended);
	number(s, "pruned", cost.pruned);
	if (load->verifier->nsubprogs)
		meter(s, "stack used", load->verifier->subprog[0].stack_depth, MAX_STACK);
	if (load->err)
		return;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_GOOD, "so far no complaint");
}

const struct pane pane_budget = {
	.name = "budget",
	.title = "budget and verdict",
	.help = "A program is too complex when walk 2 has processed 1,000,000 instructions, on all paths "
		"together. A path is "
		"pruned when it comes to an instruction where no more was unknown before. Waiting counts the "
		"branches put aside; stack used is what the main function needs of its 512 bytes.",
	.draw = draw,
};
