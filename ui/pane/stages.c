/* What PROG_LOAD does, in 6.1's order: its stages in groups; and what the one at hand is for. */
#include <ctype.h>
#include <stdio.h>

#include "pane.h"

static const struct {
	const char *name, *doc;
	u8 first, last; /* enum load_stage */
} groups[] = {
	{"the call",
	 "What bpf() does before the verifier: may this task do it, and the copy of the instructions.",
	 LOAD_RIGHTS, LOAD_TYPE},
	{"bpf_check",
	 "The verifier. It checks the structure (functions, jumps, BTF), resolves fds, walks the graph, then "
	 "walks "
	 "every path; at last it translates what it has accepted.",
	 LOAD_LOG, LOAD_TRANSLATE},
	{"JIT", "The translated program becomes machine code: now, once, before it is attached to anything.",
	 LOAD_JIT, LOAD_JIT},
	{"if all pass",
	 "The verdict is written to the log; the program gets its id, and as the very last thing an fd.",
	 LOAD_REPORT, LOAD_FD},
};

#define INDENT 13

enum standing { BEFORE, THERE, DONE, FAILED };

static enum standing standing_of(const struct debug *d, u32 stage)
{
	const struct prog_load *load = look_load(debug_sim(d));
	bool before = !d->loads || debug_now(d) <= d->load_begin;

	if (debug_rejected(d) && stage == d->found.stage)
		return FAILED;
	if (debug_rejected(d) && stage > d->found.stage)
		return BEFORE;
	if (load && load->stage == stage)
		return THERE;
	return (load ? stage < load->stage : !before) ? DONE : BEFORE;
}

static void one_stage(const struct debug *d, struct sheet *s, u32 group, u32 stage)
{
	static const char *const marks[] = {[BEFORE] = "·", [THERE] = "◂", [DONE] = "✓", [FAILED] = "✗"};
	static const u8 roles[] = {
		[BEFORE] = ROLE_QUIET, [THERE] = ROLE_CURRENT, [DONE] = ROLE_PLAIN, [FAILED] = ROLE_BAD};
	enum standing standing = standing_of(d, stage);
	char name[24];
	int n = 0;

	for (const char *c = load_stage_name(stage); *c && n < 20; c++)
		name[n++] = tolower((u8)*c);
	name[n] = 0;
	if (s->col > INDENT && s->col + n + 3 > s->area.cols) {
		sheet_line(s, group);
		sheet_to(s, INDENT);
	}
	if (standing == THERE)
		sheet_at(s);
	sheet_add(s, roles[standing], "%s %s", name, marks[standing]);
	s->col += 2;
}

/* Lines that cannot be seen are laid out too: where they break depends on the column. */
static void one_group(const struct debug *d, struct sheet *s, u32 group)
{
	sheet_line(s, group);
	sheet_add(s, ROLE_TITLE, "%s", words(groups[group].name));
	s->col = INDENT;
	for (u32 i = groups[group].first; i <= groups[group].last; i++) {
		int col = s->col, n = strlen(load_stage_name(i)) + 4;

		one_stage(d, s, group, i);
		if (!sheet_wants(s))
			s->col = (s->col < col ? INDENT : col) + n;
	}
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct debug *d = v->d;
	const struct prog_load *load = look_load(debug_sim(d));
	char now[200];

	for (u32 i = 0; i < ARRAY_SIZE(groups); i++)
		one_group(d, s, i);
	if (debug_rejected(d)) {
		snprintf(now, sizeof(now),
			 words("%s said no: bpf() returns -1, errno %s. No id, no symbol and no fd ever "
			       "exist."),
			 load_stage_name(d->found.stage), errno_name(d->found.err));
		sheet_wrap(s, ROLE_BAD, now);
		return;
	}
	if (load) {
		snprintf(now, sizeof(now), "%s: %s.", load_stage_name(load->stage),
			 words(load_stage_doc(load->stage)));
		sheet_wrap(s, ROLE_PLAIN, now);
	}
	sheet_wrap(s, ROLE_QUIET,
		   "If any of these fails, bpf() returns -1, errno says which kind of no, and no id, no "
		   "symbol and no fd ever exist.");
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	(void)v;
	if (item < ARRAY_SIZE(groups))
		text_say(out, "%s: %s", words(groups[item].name), words(groups[item].doc));
}

const struct pane pane_stages = {
	.name = "stages",
	.title = "what PROG_LOAD does, in this order",
	.help = "The stages of one PROG_LOAD: ✓ done, ◂ at work now, · still to come, ✗ said no. If any of "
		"them says "
		"no, bpf() returns -1, errno says which kind of no, and no id and no fd ever exist: the fd "
		"comes "
		"last. `break stage:NAME` stops where one begins.",
	.draw = draw,
	.explain = explain,
};
