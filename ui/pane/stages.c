/* What PROG_LOAD does, in 6.1's order; and what happened when. */
#include "pane.h"

static void draw_stages(const struct view *v, struct sheet *s)
{
	const struct debug *d = v->d;
	const struct prog_load *load = look_load(debug_sim(d));
	bool before = !d->load_begin || debug_now(d) <= d->load_begin;

	for (u32 i = 0; i < LOAD_STAGES; i++) {
		bool at = load && load->stage == i, done = load ? i < load->stage : !before;

		if (done && debug_rejected(d) && i > d->found.stage)
			done = false;
		sheet_line(s, i);
		if (at)
			sheet_at(s);
		if (!sheet_wants(s))
			continue;
		sheet_add(s, done ? ROLE_GOOD : ROLE_PLAIN, "%s ", at ? "◂" : done ? "✓" : "·");
		sheet_add(s, at ? ROLE_CURRENT : done ? ROLE_PLAIN : ROLE_QUIET, "%s", load_stage_name(i));
		sheet_to(s, 12);
		sheet_add(s, ROLE_QUIET, "%s", load_stage_doc(i));
	}
}

const struct pane pane_stages = {
	.name = "stages",
	.title = "what PROG_LOAD does, in this order",
	.help = "If any of these says no, bpf() returns -1, errno says which kind of no, and no id and no fd "
		"ever exist: the fd "
		"comes last.",
	.draw = draw_stages,
};

/* --- what happened when --- */

enum column { AT_LOAD, AT_ATTACH, AT_EVENT, COLUMNS };

static const struct {
	const char *what;
	u8 kind;
	u32 arg; /* LOAD_STAGE: which */
} rows[] = {
	{"verified (walk 2)", EV_LOAD_STAGE, LOAD_WALK},
	{"compiled (JIT)", EV_LOAD_STAGE, LOAD_JIT},
	{"program run", EV_RUN_START, 0},
};

static enum column column_of(const struct moment_mark *mark)
{
	return mark->phase == PHASE_ATTACH ? AT_ATTACH : mark->phase == PHASE_EVENT ? AT_EVENT : AT_LOAD;
}

static void draw_moments(const struct view *v, struct sheet *s)
{
	const struct debug *d = v->d;

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "                   at load  at attach  at event");
	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		u32 count[COLUMNS] = {0};

		for (u32 i = 0; i < d->marks && d->mark[i].step <= debug_now(d); i++)
			if (d->mark[i].kind == rows[r].kind &&
			    (rows[r].kind != EV_LOAD_STAGE || d->mark[i].arg == rows[r].arg))
				count[column_of(&d->mark[i])]++;
		sheet_line(s, r);
		sheet_add(s, ROLE_PLAIN, "%s", rows[r].what);
		for (int c = 0; c < COLUMNS; c++) {
			sheet_to(s, 22 + c * 10);
			sheet_add(s, count[c] ? ROLE_CHANGED : ROLE_QUIET, "%u", count[c]);
		}
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "step %llu, %llu ns since boot", (unsigned long long)debug_now(d),
		  (unsigned long long)sim_ktime(debug_sim(d)));
}

const struct pane pane_moments = {
	.name = "moments",
	.title = "what happened when",
	.help = "How often the program was verified, compiled and run, and at which occasion, up to this "
		"step. Verifying and "
		"compiling happen once, inside PROG_LOAD; an event only runs it.",
	.draw = draw_moments,
};
