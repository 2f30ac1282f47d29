/* The verifier's log: what Linux 6.1 writes into the loader's log_buf, as much as it has written so far. */
#include <stdio.h>

#include "pane.h"

/* What is known after an instruction stands behind it; where that does not fit, below it. */
static void one_line(struct sheet *s, const char *line, int n, enum role role)
{
	const char *known = n > s->area.cols && line[0] != ';' ? memmem(line, n, "; ", 2) : NULL;
	int first = known ? known - line : n;
	char text[1024];

	while (known && first && line[first - 1] == ' ')
		first--;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_at(s);
	sheet_add(s, role, "%.*s", first, line);
	if (!known)
		return;
	snprintf(text, sizeof(text), "%.*s", n - (int)(known - line), known);
	sheet_labelled(s, SHEET_NO_ITEM, "", 3, role, text);
	sheet_at(s);
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct debug *d = v->d;
	const struct prog_load *load = look_load(debug_sim(d));
	const char *log = d->log ? d->log : "", *end = log;
	u32 fresh = UINT32_MAX;

	if (d->loads && debug_now(d) >= d->load_begin) {
		end = log + debug_logged(d);
		if (d->last.any && d->last.before.loading)
			fresh = d->last.before.log_used;
	}
	while (log < end) {
		int n = strcspn(log, "\n");

		one_line(s, log, min_s64(n, end - log),
			 log - d->log + n > fresh ? ROLE_CHANGED : log[0] == ';' ? ROLE_QUIET : ROLE_PLAIN);
		log += n + (log[n] == '\n');
	}
	if (s->lines && load && load->stage == LOAD_CFG) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_wrap(
			s, ROLE_QUIET,
			"(Walk 1 prints nothing when all is well. It could say: unreachable insn N; jump out "
			"of range "
			"from insn N to M; back-edge from insn N to M, only to those without CAP_BPF. Here "
			"every "
			"instruction is visited once, however many paths there are: paths come in walk 2.)");
	}
	if (!s->lines)
		sheet_nothing(s, "Nothing is in the log: the structure checks and walk 1 print nothing when "
				 "all is well, "
				 "walk 2 prints each instruction (log_level 2).");
}

static bool changed(const struct view *v)
{
	const struct prog_load *load = look_load(debug_sim(v->d));

	return v->d->last.any && load && load->verifier &&
	       load->verifier->log.used != v->d->last.before.log_used;
}

const struct pane pane_log = {
	.name = "log",
	.title = "log, as Linux 6.1 prints it",
	.help = "The text that PROG_LOAD writes into the loader's log_buf when log_level is not 0, up to "
		"this moment. Level 2 "
		"shows each step of the path walk.",
	.draw = draw,
	.changed = changed,
};
