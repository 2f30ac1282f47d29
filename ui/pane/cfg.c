/*
 * The control flow graph: blocks as boxes, with the colours of walk 1; jumps are lines beside them, dotted
 * while the walk has not followed them, double for the edge that it has just looked at. A jump that finds no
 * place beside the others says where it goes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pane.h"

#define EDGES_MAX 2048 /* drawn as lines */
#define LANES 6
#define NO_LANE 0xff

struct edge {
	u32 from, to;
	u8 lane;
	bool followed, seen_now;
};

struct graph {
	const struct prog *prog;
	const struct cfg *cfg; /* NULL: walk 1 does not go on now */
	bool looked;           /* the last step has followed an edge: cfg->last */
	u32 edges;
	struct edge *edge; /* [EDGES_MAX] */
	u32 lanes;
	u8 *leader; /* instructions that begin a block */
};

static bool overlap(const struct edge *a, const struct edge *b)
{
	u32 a0 = a->from < a->to ? a->from : a->to, a1 = a->from ^ a->to ^ a0;
	u32 b0 = b->from < b->to ? b->from : b->to, b1 = b->from ^ b->to ^ b0;

	return a0 <= b1 && b0 <= a1;
}

/* The first lane that is free all along the edge; NO_LANE: none is. */
static u8 choose_lane(const struct graph *g, const struct edge *edge)
{
	for (u8 lane = 0; lane < LANES; lane++) {
		bool taken = false;

		for (u32 i = 0; i < g->edges && !taken; i++)
			taken = g->edge[i].lane == lane && overlap(&g->edge[i], edge);
		if (!taken)
			return lane;
	}
	return NO_LANE;
}

static void add_jump(struct graph *g, u32 from, const struct cfg_way *way, u32 number)
{
	struct edge *edge = &g->edge[g->edges];

	g->leader[way->to] = 1;
	if (g->edges == EDGES_MAX || way->to == from + insn_slots(&g->prog->insns[from]))
		return;
	*edge = (struct edge){.from = from, .to = way->to};
	edge->followed =
		!g->cfg || g->cfg->insn[from].color == CFG_EXPLORED || g->cfg->insn[from].followed > number;
	edge->seen_now = g->looked && g->cfg->last.from == from && g->cfg->last.to == way->to;
	edge->lane = choose_lane(g, edge);
	if (edge->lane != NO_LANE && edge->lane >= g->lanes)
		g->lanes = edge->lane + 1;
	g->edges++;
}

static bool build(struct graph *g)
{
	const struct bpf_insn *insns = g->prog->insns;

	g->leader = calloc(g->prog->insn_cnt + 1, 1);
	g->edge = calloc(EDGES_MAX, sizeof(*g->edge));
	if (!g->leader || !g->edge)
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

/* What edge @e puts into its lane beside instruction @i, or with @border: beside the border above it. */
static const char *lane_sign(const struct edge *e, u32 i, bool border)
{
	u32 top = e->from < e->to ? e->from : e->to, end = e->from ^ e->to ^ top;

	if (i < top || i > end || (border && i == top))
		return NULL;
	if (border || (i > top && i < end))
		return e->seen_now ? "║ " : e->followed ? "│ " : "┊ ";
	if (e->seen_now)
		return i == top ? "╔═" : "╚═";
	return i == top ? "┌─" : "└─";
}

static void draw_lanes(const struct graph *g, struct sheet *s, u32 i, bool border)
{
	bool tail = false, tail_now = false; /* an edge ends in this row: it goes on to the box */

	for (int lane = g->lanes - 1; lane >= 0; lane--) {
		const char *sign = NULL;
		bool now = false;

		for (u32 n = 0; n < g->edges && !sign; n++) {
			if (g->edge[n].lane != lane)
				continue;
			sign = lane_sign(&g->edge[n], i, border);
			now = g->edge[n].seen_now;
		}
		if (sign && (strstr(sign, "─") || strstr(sign, "═"))) {
			tail = true;
			tail_now |= now;
		}
		sheet_add(s, now || (!sign && tail_now) ? ROLE_CHANGED : ROLE_BORDER, "%s",
			  sign ? sign : tail_now ? "══" : tail ? "──" : "  ");
	}
}

/* What is said at the end of a line: the edge that was just looked at, and where a jump without a line goes.
 */
static void add_remarks(const struct graph *g, struct sheet *s, u32 i, bool current)
{
	if (current)
		sheet_add(s, ROLE_CURRENT, "  ◂");
	if (g->looked && g->cfg->last.to == i && g->cfg->last.edge == CFG_BACK)
		sheet_add(s, ROLE_BAD, " * back-edge from %u", g->cfg->last.from);
	else if (g->looked && g->cfg->last.to == i && g->cfg->last.edge == CFG_CROSS)
		sheet_add(s, ROLE_CHANGED, " * joined from %u", g->cfg->last.from);
	else if (g->looked && g->cfg->last.to == i)
		sheet_add(s, ROLE_CHANGED, " *");
	for (u32 n = 0; n < g->edges; n++)
		if (g->edge[n].from == i && g->edge[n].lane == NO_LANE)
			sheet_add(s, ROLE_BORDER, " → %u", g->edge[n].to);
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
	sheet_add(s, ROLE_BORDER, "%s", is_target(g, i) ? "▸" : "│");
	sheet_add(s, ROLE_CHANGED, " %s", g->cfg ? colors[g->cfg->insn[i].color] : " ");
	sheet_add(s, current ? ROLE_CURRENT : ROLE_PLAIN, "%4u  %s", i,
		  line[0] == '(' && strchr(line, ' ') ? strchr(line, ' ') + 1 : line);
	add_remarks(g, s, i, current);
}

static u32 end_of_block(const struct graph *g, u32 i)
{
	u32 last = i;

	for (; i < g->prog->insn_cnt && (i == last || !g->leader[i]); i += insn_slots(&g->prog->insns[i]))
		last = i;
	return last;
}

/* The border above a block, with its name; below the one before it, when that goes on into this one: ┬. */
static void one_border(const struct graph *g, struct sheet *s, u32 i, u32 block)
{
	char name[16];

	sheet_line(s, SHEET_NO_ITEM);
	if (!sheet_wants(s))
		return;
	draw_lanes(g, s, i, true);
	if (block < 26)
		snprintf(name, sizeof(name), "%c", 'A' + block);
	else
		snprintf(name, sizeof(name), "%c%u", 'A' + block % 26, block / 26);
	sheet_add(s, ROLE_BORDER, i ? "├─" : "┌─");
	sheet_add(s, ROLE_TITLE, " %s ", name);
	sheet_add(s, ROLE_QUIET, "%u-%u ", i, end_of_block(g, i));
	while (s->col < s->area.cols - 1 && s->col < 56)
		sheet_add(s, ROLE_BORDER, "─");
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog_load *load = look_load(debug_sim(v->d));
	struct graph g = {.prog = debug_prog(v->d)};
	u32 at, block = 0;
	bool known = debug_insn(v->d, &at);

	if (load && load->verifier && load->stage >= LOAD_CFG && load->verifier->cfg.insn)
		g.cfg = &load->verifier->cfg;
	g.looked = g.cfg && debug_happened(v->d, EV_CFG_EDGE);
	if (!g.prog || !build(&g)) {
		sheet_nothing(s, "No program is in the kernel yet.");
		free(g.leader);
		free(g.edge);
		return;
	}
	for (u32 i = 0; i < g.prog->insn_cnt; i += insn_slots(&g.prog->insns[i])) {
		if (g.leader[i])
			one_border(&g, s, i, block++);
		one_insn(v, &g, s, i, known && i == at);
	}
	free(g.leader);
	free(g.edge);
}

static void subtitle(const struct view *v, struct text *out)
{
	(void)v;
	text_say(out, "○ unseen ◐ on stack ● done");
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
		"┌ and └ are the ends of a jump, ▸ its target, ┊ a jump that walk 1 has not followed yet, ║ "
		"the one it has "
		"just looked at; from a block into the next one below it falls through. Walk 1 is a "
		"depth-first search: "
		"○ unseen, ◐ discovered (on the stack), ● explored (all ways out followed). It goes to every "
		"instruction "
		"once, and looks at no register. ◂ where it stands; * what the last edge led to.",
	.subtitle = subtitle,
	.draw = draw,
	.changed = changed,
	.stop_form = "%llu",
};
