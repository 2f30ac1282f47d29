/* The line under the cursor of the focused pane, and what belongs to it in the other panes: see pane.h. */
#include "pane.h"

u64 mark_item(const struct prog *prog, u32 xlated)
{
	return prog->xlated->origin[xlated] | (u64)(xlated + 1) << 32;
}

struct mark mark_of(const struct pane *pane, const struct window *window)
{
	struct mark none = {.written = NO_INSN, .xlated = NO_INSN}, mark = none;

	if (!window || window->cursor < 0 || window->item == SHEET_NO_ITEM || !pane->stop_form)
		return none;
	if (pane->stop_form[0] == ':') {
		mark.line = window->item;
		return mark;
	}
	mark.written = window->item;
	mark.xlated = (window->item >> 32) - 1;
	return mark;
}

bool mark_written(const struct view *v, const struct prog *prog, u32 written)
{
	u32 line;
	bool first;

	if (v->mark.line)
		return walk_source(prog, written, &line, &first) && line == v->mark.line;
	return v->mark.written == written;
}

bool mark_xlated(const struct view *v, const struct prog *prog, u32 xlated)
{
	u32 line;
	bool first;

	if (v->mark.line)
		return walk_source_xlated(prog, xlated, &line, &first) && line == v->mark.line;
	if (v->mark.xlated != NO_INSN)
		return v->mark.xlated == xlated;
	return v->mark.written == prog->xlated->origin[xlated];
}

u32 mark_jit_at(const struct prog *prog)
{
	const struct prog_jit *jit = prog ? prog->jit : NULL;
	const struct jit_build *build = jit ? jit->build : NULL;

	if (!build || build->state != JIT_RUNNING || !build->at || jit->moved ||
	    build->current >= jit->program.nfuncs)
		return NO_INSN;
	return jit->start[build->current] + build->at - 1;
}
