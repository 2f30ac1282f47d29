/* The C source: the whole file when it lies beside the object, else the lines that the BTF holds. */
#include "../stops.h"
#include "pane.h"

/* The line that the machine is at; 0: none. */
static u32 current_line(const struct debug *d)
{
	const struct prog *prog = debug_prog(d);
	u32 line;
	bool first;

	return prog && debug_line(d, &line, &first) ? line : 0;
}

/* The line that the last step was about. */
static u32 last_line(const struct debug *d)
{
	const struct picture *was = &d->last.before;
	u32 insn = was->running ? was->pc : was->insn, line;
	bool first, xlated = was->running && was->translated;

	if (!d->last.any || !(was->running || was->walking) || was->prog != debug_prog(d) ||
	    !(xlated ? walk_source_xlated : walk_source)(was->prog, insn, &line, &first))
		return 0;
	return line;
}

/* The line that the instruction under another pane's cursor was made of. */
static u32 linked_line(const struct view *v)
{
	const struct prog *prog = debug_prog(v->d);
	u32 line;
	bool first;

	return prog && v->mark.written < prog->insn_cnt && walk_source(prog, v->mark.written, &line, &first)
		       ? line
		       : v->mark.line;
}

#define NARROW_PANE 44 /* columns; below, tabs are two spaces */

static void expand_tabs(const char *text, char *line, size_t cap, const char *tab)
{
	size_t n = 0;

	for (; *text && n + 5 < cap; text++)
		n += *text == '\t' ? snprintf(line + n, cap - n, "%s", tab)
				   : snprintf(line + n, cap - n, "%c", *text);
	line[n] = 0;
}

static void one_line(const struct view *v, struct sheet *s, u32 number, const char *text, u32 current,
		     u32 last)
{
	const struct stop *stop = stops_at(v->d, STOP_LINE, number);
	char line[512];

	sheet_line(s, number);
	if (v->mark_at ? number == linked_line(v) : number == current)
		sheet_at(s);
	if (!sheet_wants(s))
		return;
	sheet_add(s, stop ? ROLE_BAD : ROLE_PLAIN, "%s", stop ? stop->off ? "○" : "●" : " ");
	sheet_add(s, ROLE_CURRENT, "%s", number == current ? "=>" : "  ");
	sheet_add(s, ROLE_QUIET, "%3u ", number);
	expand_tabs(text, line, sizeof(line), s->area.cols < NARROW_PANE ? "  " : "    ");
	sheet_add(s, number == last || number == linked_line(v) ? ROLE_LINKED : ROLE_SOURCE, "%s", line);
	if (number == current)
		sheet_role(s, ROLE_CURRENT);
}

/* Without the file: each line once that an instruction was made of, in order of the lines. */
static void from_btf(const struct view *v, struct sheet *s, u32 current, u32 last)
{
	const struct prog *prog = debug_prog(v->d);
	u32 shown = 0;

	for (;;) {
		const char *text = NULL, *found = NULL;
		u32 next = UINT32_MAX, line;
		bool first;

		for (u32 i = 0; i < prog->line_info_cnt; i++) {
			text = walk_source(prog, prog->line_info[i].insn_off, &line, &first);
			if (text && line > shown && line < next) {
				next = line;
				found = text;
			}
		}
		if (!found)
			return;
		one_line(v, s, next, found, current, last);
		shown = next;
	}
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct debug *d = v->d;
	u32 current = current_line(d), last = last_line(d);

	for (u32 i = 0; i < d->source_lines; i++)
		one_line(v, s, i + 1, d->source[i], current, last);
	if (d->source_lines)
		return;
	if (debug_prog(d) && debug_prog(d)->line_info_cnt)
		from_btf(v, s, current, last);
	else
		sheet_nothing(s, "No C source is known: the object has no BTF line information that has been "
				 "loaded yet, "
				 "and there is no C file beside it.");
}

static void subtitle(const struct view *v, struct text *out)
{
	const char *slash = strrchr(v->d->source_path, '/');

	if (v->d->source_lines)
		text_say(out, "%s", slash ? slash + 1 : v->d->source_path);
}

const struct pane pane_source = {
	.name = "source",
	.title = "C source",
	.help = "The program as it was written. => marks the line whose instruction comes next; the line of "
		"the "
		"instruction that the last step was about is marked too. b sets a breakpoint at the cursor. "
		"With "
		"this pane focused, s goes on line by line.",
	.subtitle = subtitle,
	.draw = draw,
	.stop_form = ":%llu",
};
