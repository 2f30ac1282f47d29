/* Executed instructions as text: the line of C, the instruction in the kernel's words, and what it did. */
#include <stdio.h>

#include "cli.h"
#include "map_show.h"
#include "walk_text.h"

#define INSN_COLUMNS 46
#define EFFECT_COLUMNS 63  /* what is longer gets a line of its own */
#define NARROW_INDENT 10

static void tell_source(struct walk *w, const struct walk_insn *insn)
{
	struct walk_text *t = w->view_ctx;
	char place[sizeof(t->last_line)];
	const char *source;
	u32 line;
	bool first;

	source = walk_insn_source(insn, &line, &first);
	if (!source)
		return;
	snprintf(place, sizeof(place), "%u/%u/%u", insn->prog->obj.id, line, insn->frame);
	if (strcmp(place, t->last_line) == 0)
		return;
	memcpy(t->last_line, place, sizeof(place));
	printf("       %s; %.90s  (line %u)%s\n", cli_paint(PAINT_QUIET), source, line, cli_paint(PAINT_END));
}

static u32 access_size(const struct bpf_insn *insn)
{
	static const u8 sizes[] = {[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};

	return sizes[BPF_SIZE(insn->code) >> 3];
}

/* "[fp-4] = 17": what stands in memory after a store, or was read by a load. */
static void add_memory(struct walk *w, const struct walk_insn *i, const struct bpf_insn *insn,
		       struct text *out)
{
	struct sim *sim = w->session->sim;
	bool load = BPF_CLASS(insn->code) == BPF_LDX;
	u64 addr = i->before[load ? insn->src_reg : insn->dst_reg] + insn->off, value = 0;
	struct arena_block block;

	text_add(out, load ? "from " : "[");
	walk_value_text(sim, addr, out);
	if (load)
		return;
	text_add(out, "]");
	if (i->ended || !arena_find(sim->arena, addr, &block) ||
	    addr + access_size(insn) > block.base + block.size)
		return;
	memcpy(&value, (const void *)addr, access_size(insn));
	text_add(out, " = ");
	walk_value_text(sim, value, out);
}

/* What a key or value on the stack holds, in words. */
static void add_element(const struct sim *sim, const struct map *map, u8 type, u64 addr, struct text *out)
{
	bool key = type == ARG_PTR_TO_MAP_KEY;
	u32 size = map ? (key ? map->k.key_size : map->k.value_size) : 0;
	struct arena_block block;

	if (!map || (!key && type != ARG_PTR_TO_MAP_VALUE))
		return;
	if (!arena_find(sim->arena, addr, &block) || addr + size > block.base + block.size)
		return;
	text_add(out, ": ");
	if (key)
		map_key_text(map, (const void *)addr, out);
	else
		map_value_text(map, (const void *)addr, out);
}

static void add_helper(struct walk *w, const struct walk_insn *i, struct text *out)
{
	const struct helper *helper = i->helper;
	struct sim *sim = w->session->sim;
	const struct map *map = NULL;

	text_add(out, "%s(", helper->name + (strncmp(helper->name, "bpf_", 4) == 0 ? 4 : 0));
	for (int n = 0; n < 5 && helper->arg[n].type != ARG_DONTCARE; n++) {
		text_add(out, "%s", n ? ", " : "");
		if (helper->arg[n].type != ARG_CONST_MAP_PTR)
			text_add(out, "%s ", helper->arg[n].name);
		walk_value_text(sim, i->before[BPF_REG_1 + n], out);
		if (helper->arg[n].type == ARG_CONST_MAP_PTR)
			map = walk_map_at(sim, i->before[BPF_REG_1 + n]);
		add_element(sim, map, helper->arg[n].type, i->before[BPF_REG_1 + n], out);
	}
	text_add(out, ") = ");
	walk_value_text(sim, i->after[BPF_REG_0], out);
}

/*
 * Registers that hold something else now, and those that were written with what they held. A helper's call
 * leaves nothing in r1 to r5 that may be read; r10 follows the frames, which are told in words.
 */
static void add_registers(struct walk *w, const struct walk_insn *i, u32 written, struct text *out)
{
	for (int r = 0; r < BPF_REG_10; r++) {
		bool changed = i->before[r] != i->after[r];

		if (!changed && !(written & 1u << r))
			continue;
		text_add(out, "%sr%d ", out->len ? "  " : "", r);
		if (changed) {
			walk_value_text(w->session->sim, i->before[r], out);
			text_add(out, " %s ", cli_glyph(GLYPH_ARROW));
		} else {
			text_add(out, "stays ");
		}
		walk_value_text(w->session->sim, i->after[r], out);
	}
}

static void add_call_or_exit(struct walk *w, const struct walk_insn *i, const struct bpf_insn *insn,
			     struct text *out)
{
	const struct vm *vm = w->session->sim->vm;

	if (i->ended)
		return;
	if (insn_is_pseudo_call(insn))
		text_add(out, "function call: goes on at %u with a stack frame of its own", vm->pc);
	else if (insn->code == (BPF_JMP | BPF_EXIT))
		text_add(out, "returns to %u; r6 to r9 are as they were", vm->pc);
}

static bool is_jump(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_CALL && op != BPF_EXIT;
}

static void add_effect(struct walk *w, const struct walk_insn *i, struct text *out)
{
	const struct bpf_insn *insn = i->insn;
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	if (class == BPF_JMP && (op == BPF_CALL || op == BPF_EXIT)) {
		if (i->helper)
			add_helper(w, i, out);
		else
			add_call_or_exit(w, i, insn, out);
		return;
	}
	add_registers(w, i, isa_defs(insn), out);
	if (class == BPF_LDX || class == BPF_ST || class == BPF_STX) {
		text_add(out, "%s", out->len ? "  " : "");
		add_memory(w, i, insn, out);
	} else if (is_jump(insn) && !i->ended) {
		text_add(out, w->session->sim->vm->pc == i->pc + 1 ? "no jump" : "goes on at %u",
			 w->session->sim->vm->pc);
	}
}

/* What several instructions that were one call come to. */
static void tell_written_out(struct walk *w, const struct walk_insn *i)
{
	const struct helper *helper = walk_insn_written_out(i);
	char value[128];
	struct text text;

	if (!helper || !i->done || i->ended)
		return;
	text_init(&text, value, sizeof(value));
	walk_value_text(w->session->sim, i->after[BPF_REG_0], &text);
	printf("       %s; %s was written out and gives %s%s\n", cli_paint(PAINT_QUIET), helper->name, value,
	       cli_paint(PAINT_END));
}

void walk_text_insn(struct walk *w, const struct walk_insn *i)
{
	char line[160], effect[256];
	struct text l, e;

	if (!i->insn)
		return;
	tell_source(w, i);
	text_init(&l, line, sizeof(line));
	text_init(&e, effect, sizeof(effect));
	walk_insn_text_of(w->session->sim, i->prog, i->pc, i->translated, &l);
	add_effect(w, i, &e);
	printf("%5u: %*s%-*s", i->pc, (int)i->frame * 2, "", e.len ? INSN_COLUMNS - (int)i->frame * 2 : 0,
	       line);
	if (e.len > EFFECT_COLUMNS)
		printf("\n%*s", NARROW_INDENT, "");
	printf("%s%s\n", e.len ? " " : "", effect);
	tell_written_out(w, i);
}
