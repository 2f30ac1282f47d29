/* The stack of walk 1's depth-first search, the top first; and what it has come to. */
#include "pane.h"

static const struct cfg *cfg_at_hand(const struct debug *d)
{
	const struct prog_load *load = look_load(debug_sim(d));

	return load && load->verifier && load->verifier->cfg.insn && load->stage >= LOAD_CFG
		       ? &load->verifier->cfg
		       : NULL;
}

static const char *way_name(u8 format, const struct cfg_way *way)
{
	if (format == OP_JA)
		return words("goto");
	return words(!way->branch ? "fall" : format == OP_JCOND ? "branch" : "call");
}

static void one_entry(const struct view *v, struct sheet *s, const struct cfg *cfg, u32 depth)
{
	u32 insn = cfg->stack[depth];
	struct cfg_way way[2];
	u32 ways = cfg_ways(debug_prog(v->d)->insns, insn, way);
	u8 format = isa_ops[debug_prog(v->d)->insns[insn].code].format;
	bool looked = debug_happened(v->d, EV_CFG_EDGE);

	sheet_line(s, insn);
	sheet_add(s, ROLE_PLAIN, "%s%3u", depth + 1 == cfg->depth ? "▸" : " ", insn);
	for (u32 n = 0; n < ways; n++) {
		bool done = n < cfg->insn[insn].followed;

		bool now = looked && cfg->last.from == insn && cfg->last.to == way[n].to;

		sheet_add(s, now ? ROLE_CHANGED : done ? ROLE_PLAIN : ROLE_QUIET, " %s %lld %s ",
			  way_name(format, &way[n]), (long long)way[n].to,
			  now ? "*" : done ? "✓" : "·");
	}
	if (!ways)
		sheet_add(s, ROLE_QUIET, " exit");
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct cfg *cfg = cfg_at_hand(v->d);

	if (!cfg || !debug_prog(v->d)) {
		sheet_nothing(s, "Walk 1 has not begun, or is over.");
		return;
	}
	if (!cfg->depth)
		sheet_nothing(s, cfg->insn[0].color == CFG_WHITE ? "Empty: walk 1 begins with the next step."
								 : "Empty: walk 1 is through.");
	for (u32 i = cfg->depth; i > 0; i--)
		one_entry(v, s, cfg, i - 1);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_wrap(s, ROLE_QUIET,
		   "An edge to an insn that is still on this stack (◐) closes a loop: a back-edge.");
}

static void subtitle(const struct view *v, struct text *out)
{
	const struct cfg *cfg = cfg_at_hand(v->d);

	if (cfg)
		text_say(out, "%u deep", cfg->depth);
}

const struct pane pane_dfs = {
	.name = "dfs",
	.title = "DFS stack",
	.help = "Where walk 1 came from: the instruction being looked at on top, and which of its ways out "
		"have been followed "
		"(✓). An edge to an instruction that is still on this stack closes a loop: a back-edge.",
	.subtitle = subtitle,
	.draw = draw,
};

static void draw_slots(const struct view *v, struct sheet *s)
{
	static const char *const glyphs[] = {"○", "◐", "●"};
	static const char *const colors[] = {"unseen", "discovered", "explored"};
	const struct cfg *cfg = cfg_at_hand(v->d);
	const struct prog *prog = debug_prog(v->d);
	int columns = s->area.cols / 8 > 0 ? s->area.cols / 8 : 1;
	u32 count[3] = {0}, shown = 0;

	if (!cfg || !prog) {
		sheet_nothing(s, "Walk 1 has not begun, or is over.");
		return;
	}
	for (u32 i = 0; i < prog->insn_cnt; i += insn_slots(&prog->insns[i])) {
		bool fresh = v->d->last.any && debug_phase(v->d) == PHASE_GRAPH &&
			     (cfg->last.left ? i == cfg->last.from : i == cfg->last.to);

		count[cfg->insn[i].color]++;
		if (shown++ % columns == 0)
			sheet_line(s, i);
		sheet_to(s, (shown - 1) % columns * 8);
		sheet_add(s, fresh ? ROLE_CHANGED : ROLE_PLAIN, "%4u %s%s", i, glyphs[cfg->insn[i].color],
			  fresh ? "*" : "");
		if (fresh)
			sheet_at(s);
	}
	sheet_line(s, SHEET_NO_ITEM);
	for (u32 i = 0; i < 3; i++) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_PLAIN, "%s %s", glyphs[i], words(colors[i]));
		sheet_to(s, 16);
		sheet_add(s, ROLE_PLAIN, "%4u", count[i]);
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "edges: %u new, %u join,", cfg->edges[CFG_TREE], cfg->edges[CFG_CROSS]);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, cfg->edges[CFG_BACK] ? ROLE_CHANGED : ROLE_QUIET, "back-edges: %u",
		  cfg->edges[CFG_BACK]);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_wrap(s, ROLE_QUIET, "One that is left ○ at the end: unreachable insn.");
}

const struct pane pane_slots = {
	.name = "slots",
	.title = "every insn",
	.help = "All instructions with the colour that walk 1 has given them: ○ unseen, ◐ discovered, ● "
		"explored. One that is "
		"still ○ at the end is unreachable, and the program is rejected.",
	.draw = draw_slots,
};
