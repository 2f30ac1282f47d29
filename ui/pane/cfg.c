/*
 * The control flow graph: instructions in blocks, with the colours of walk 1; jumps are drawn as lines beside
 * them, those that the walk has not followed yet dotted.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pane.h"

#define EDGES_MAX 256 /* drawn; a graph with more is a list */
#define LANES 6

struct edge {
	u32 from, to;
	u8 lane;
	bool followed;
};

struct graph {
	const struct prog *prog;
	const struct cfg *cfg; /* NULL: walk 1 does not go on now */
	u32 edges;
	struct edge edge[EDGES_MAX];
	u32 lanes;
	u8 *leader; /* instructions that begin a block */
};

static bool overlap(const struct edge *a, const struct edge *b)
{
	u32 a0 = a->from < a->to ? a->from : a->to, a1 = a->from ^ a->to ^ a0;
	u32 b0 = b->from < b->to ? b->from : b->to, b1 = b->from ^ b->to ^ b0;

	return a0 <= b1 && b0 <= a1;
}

/* The first lane that is free all along the edge. */
static void choose_lane(struct graph *g, struct edge *edge)
{
	for (u8 lane = 0;; lane++) {
		bool taken = false;

		for (u32 i = 0; i < g->edges && !taken; i++)
			taken = g->edge[i].lane == lane && overlap(&g->edge[i], edge);
		if (!taken) {
			edge->lane = lane;
			return;
		}
	}
}

static void add_jump(struct graph *g, u32 from, const struct cfg_way *way, u32 number)
{
	struct edge edge = {.from = from, .to = way->to};

	g->leader[way->to] = 1;
	if (g->edges == EDGES_MAX || way->to == from + insn_slots(&g->prog->insns[from]))
		return;
	edge.followed =
		!g->cfg || g->cfg->insn[from].color == CFG_EXPLORED || g->cfg->insn[from].followed > number;
	choose_lane(g, &edge);
	if (edge.lane >= LANES)
		return;
	if (edge.lane >= g->lanes)
		g->lanes = edge.lane + 1;
	g->edge[g->edges++] = edge;
}

static bool build(struct graph *g)
{
	const struct bpf_insn *insns = g->prog->insns;

	g->leader = calloc(g->prog->insn_cnt + 1, 1);
	if (!g->leader)
		return false;
	g->leader[0] = 1;
	for (u32 i = 0; i < g->prog->insn_cnt; i += insn_slots(&insns[i])) {
		struct cfg_way way[2];
		u32 ways = cfg_ways(insns, i, way);
		u8 format = isa_ops[insns[i].code].format;

		for (u32 n = 0; n < ways; n++)
			if (way[n].to >= 0 && way[n].to < g->prog->insn_cnt &&
			    (format == OP_JCOND || format == OP_JA || way[n].branch))
				add_jump(g, i, &way[n], n);
		if (format == OP_JCOND || format == OP_JA || format == OP_EXIT)
			g->leader[i + 1] = 1;
	}
	return true;
}

/* What stands in the lanes beside instruction @i; @between: beside the empty line above it. */
static void draw_lanes(const struct graph *g, struct sheet *s, u32 i, bool between)
{
	for (int lane = g->lanes - 1; lane >= 0; lane--) {
		const char *sign = "  ";

		for (u32 n = 0; n < g->edges; n++) {
			const struct edge *e = &g->edge[n];
			u32 top = e->from < e->to ? e->from : e->to, end = e->from ^ e->to ^ top;

			if (e->lane != lane || i < top || i > end)
				continue;
			if (between)
				sign = i > top ? e->followed ? "│ " : "┊ " : sign;
			else if (i == top || i == end)
				sign = i == top ? "┌─" : "└─";
			else
				sign = e->followed ? "│ " : "┊ ";
		}
		sheet_add(s, ROLE_BORDER, "%s", sign);
	}
}

static bool is_target(const struct graph *g, u32 i)
{
	for (u32 n = 0; n < g->edges; n++)
		if (g->edge[n].to == i)
			return true;
	return false;
}

static const char *const colors[] = {[CFG_WHITE] = "○", [CFG_DISCOVERED] = "◐", [CFG_EXPLORED] = "●"};

static void one_insn(const struct view *v, const struct graph *g, struct sheet *s, u32 i, bool current)
{
	char line[200];
	struct text text;

	sheet_line(s, i);
	if (current)
		sheet_at(s);
	if (!sheet_wants(s))
		return;
	text_init(&text, line, sizeof(line));
	walk_insn_text(debug_sim(v->d), g->prog, i, &text);
	draw_lanes(g, s, i, false);
	sheet_add(s, ROLE_PLAIN, "%s", is_target(g, i) ? "▸" : " ");
	sheet_add(s, ROLE_CHANGED, "%s", g->cfg ? colors[g->cfg->insn[i].color] : " ");
	sheet_add(s, current ? ROLE_CURRENT : ROLE_PLAIN, "%4u  %s%s", i, line, current ? "  ◂" : "");
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog_load *load = look_load(debug_sim(v->d));
	struct graph g = {.prog = debug_prog(v->d)};
	u32 at, block = 0;
	bool known = debug_insn(v->d, &at);

	if (load && load->verifier && load->stage >= LOAD_CFG && load->verifier->cfg.insn)
		g.cfg = &load->verifier->cfg;
	if (!g.prog || !build(&g)) {
		sheet_nothing(s, "No program is in the kernel yet.");
		return;
	}
	for (u32 i = 0; i < g.prog->insn_cnt; i += insn_slots(&g.prog->insns[i])) {
		if (g.leader[i]) {
			sheet_line(s, SHEET_NO_ITEM);
			if (sheet_wants(s))
				draw_lanes(&g, s, i, true);
			sheet_add(s, ROLE_TITLE, " block %c%s", 'A' + block % 26, block >= 26 ? "'" : "");
			block++;
		}
		one_insn(v, &g, s, i, known && i == at);
	}
	free(g.leader);
}

static void subtitle(const struct view *v, struct text *out)
{
	(void)v;
	text_add(out, "○ unseen ◐ on the stack ● explored");
}

static bool changed(const struct view *v)
{
	return debug_happened(v->d, EV_CFG_EDGE) || debug_happened(v->d, EV_CFG_EXPLORED);
}

const struct pane pane_cfg = {
	.name = "cfg",
	.title = "control flow graph",
	.help = "The program as blocks that run from their first instruction to their last, and the jumps "
		"between them: "
		"┌ and └ are the ends of a jump, ▸ its target, ┊ a jump that walk 1 has not followed yet. "
		"Walk 1 is a depth-first "
		"search: ○ unseen, ◐ discovered (on the stack), ● explored (all ways out followed).",
	.subtitle = subtitle,
	.draw = draw,
	.changed = changed,
	.stop_form = "%llu",
};
