/* Branches that walk 2 has put aside, the next one first. */
#include "../reg_words.h"
#include "pane.h"

#define BRANCHES_SHOWN 64

static void one_branch(const struct view *v, struct sheet *s, struct verifier *verifier,
		       const struct path_branch *b)
{
	const struct prog *prog = debug_prog(v->d);
	char line[160] = "";
	struct text born;

	text_init(&born, line, sizeof(line));
	if (prog && b->from < prog->insn_cnt)
		walk_insn_text(debug_sim(v->d), prog, b->from, &born);
	sheet_line(s, b->insn);
	sheet_add(s, ROLE_TITLE, "%s from %u to %u", s->lines == 1 ? "▸" : " ", b->from, b->insn);
	sheet_add(s, ROLE_QUIET, "%s", s->lines == 1 ? words("  next") : "");
	sheet_line(s, b->insn);
	/* The opcode stands in front. */
	sheet_add(s, ROLE_QUIET, "  born by: %s",
		  line[0] == '(' && strchr(line, ' ') ? strchr(line, ' ') + 1 : line);
	for (u32 r = 0; r < MAX_BPF_REGS - 1; r++) {
		const struct reg *reg = &b->state->frame[b->state->curframe]->reg[r];
		char is[PICTURE_TEXT];
		struct text text;

		if (reg->type == NOT_INIT)
			continue;
		text_init(&text, is, sizeof(is));
		path_reg_text(debug_sim(v->d), verifier, reg, &text);
		sheet_line(s, b->insn);
		sheet_add(s, ROLE_PLAIN, "    r%u  %s", r, is);
		if (reg_is_packet(reg) && reg->range < 0) {
			sheet_line(s, b->insn);
			sheet_add(s, ROLE_QUIET, "        r<0: %s the end",
				  reg->range == RANGE_AT_PKT_END ? words("at") : words("beyond"));
		}
	}
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog_load *load = look_load(debug_sim(v->d));
	struct path_branch branch[BRANCHES_SHOWN];
	u32 count = 0;

	if (load && load->verifier && (load->stage == LOAD_WALK || load->err))
		count = path_branches(load->verifier, branch, BRANCHES_SHOWN);
	for (u32 i = 0; i < count && i < BRANCHES_SHOWN; i++)
		one_branch(v, s, load->verifier, &branch[i]);
	if (count > BRANCHES_SHOWN) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "... and %u more", count - BRANCHES_SHOWN);
	}
	if (!count)
		sheet_nothing(s, "None waits. At a conditional jump that may go both ways, the jump's way is "
				 "put aside with "
				 "all that is known, and taken up again when this path has ended: last in, "
				 "first out.");
}

static bool changed(const struct view *v)
{
	return debug_happened(v->d, EV_PATH_FORK) || debug_happened(v->d, EV_PATH_END);
}

const struct pane pane_branches = {
	.name = "branches",
	.title = "branches to try",
	.help = "Where walk 2 will go on when the path at hand has ended, with what is known there. The "
		"first one is taken up "
		"next. At most 8192 may wait.",
	.draw = draw,
	.changed = changed,
};
