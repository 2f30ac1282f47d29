/*
 * Machine code: of the function that runs; else of all functions. Before its bytes are written, how long the
 * code of each translated instruction is.
 */
#include <stdlib.h>

#include "../jump.h"
#include "../x86_text.h"
#include "pane.h"

#define BYTES_COLUMN 30

/* What is drawn. */
struct code_view {
	const struct view *v;
	struct sheet *s;
	const struct prog *prog;
	struct x86_code code;
	u32 at; /* translated insn that comes next, NO_INSN: none does */
};

/* --- written code --- */

static void one_line(const struct code_view *c, u32 off, u64 item, enum role role, bool current, u32 *len)
{
	char line[160];
	struct text text;

	text_init(&text, line, sizeof(line));
	*len = x86_text(&c->code, off, &text);
	sheet_line(c->s, item);
	if (c->v->mark_at ? role == ROLE_LINKED : current)
		sheet_at(c->s);
	sheet_add(c->s, ROLE_CURRENT, "%s", current ? "=>" : "  ");
	sheet_add(c->s, ROLE_QUIET, "%4x ", off);
	sheet_add(c->s, role, "%s", line);
	sheet_to(c->s, BYTES_COLUMN);
	if (c->s->col + (int)*len * 3 - 1 > c->s->area.cols)
		return;
	for (u32 i = off; i < off + *len; i++)
		sheet_add(c->s, ROLE_QUIET, i == off ? "%02x" : " %02x", c->code.bytes[i]);
}

static void code_lines(const struct code_view *c, u64 item, struct look_range range, enum role role,
		       bool current)
{
	for (u32 at = range.first, len; at < range.end; at += len)
		one_line(c, at, item, role, current && at == range.first, &len);
}

/* Where a conditional jump of the program that runs will go, by offset. */
static void ways(const struct code_view *c, u32 i)
{
	const struct vm *vm = debug_sim(c->v->d)->vm;
	const struct bpf_insn *insn = &c->prog->xlated->insns[i];
	bool jump;

	if (i != c->at || vm->state != VM_RUNNING || isa_ops[insn->code].format != OP_JCOND)
		return;
	jump = jump_is_taken(insn, vm->reg);
	for (int way = 0; way < 2; way++) {
		sheet_line(c->s, mark_item(c->prog, i));
		sheet_add(c->s, jump == !way ? ROLE_LINKED : ROLE_QUIET, "       %s %x%s",
			  way ? words("└ no  →") : words("├ yes →"),
			  look_code_of(c->prog, i + 1 + (way ? 0 : insn->off)).first,
			  jump == !way ? words("  ◂ next") : "");
	}
}

static bool done_just_now(const struct view *v, const struct prog *prog, u32 i)
{
	const struct picture *was = &v->d->last.before;

	return v->d->last.any && was->running && was->translated && was->prog == prog && was->pc == i;
}

static void one_function(struct code_view *c, u32 func)
{
	const struct xlated *x = c->prog->xlated;
	u32 first = x->subprogs[func].start,
	    end = func + 1 < x->nsubprogs ? x->subprogs[func + 1].start : x->insn_cnt;
	const struct jit_image *image = look_image(c->prog, func);
	u8 *bytes = malloc(image->size);

	c->code.func = func;
	c->code.bytes = bytes;
	if (!bytes)
		return;
	prog_jit_code(debug_sim(c->v->d), c->prog, func, bytes);
	code_lines(c, SHEET_NO_ITEM, (struct look_range){0, image->off[0]}, ROLE_QUIET, false);
	for (u32 i = first; i < end; i += insn_slots(&x->insns[i])) {
		bool linked = mark_xlated(c->v, c->prog, i) || done_just_now(c->v, c->prog, i);

		struct look_range range = look_code_of(c->prog, i);

		if (insn_is_ld_imm64(&x->insns[i]))
			range.end = look_code_of(c->prog, i + 1).end;
		code_lines(c, mark_item(c->prog, i), range,
			   i == c->at   ? ROLE_CURRENT
			   : linked ? ROLE_LINKED
				    : ROLE_PLAIN,
			   i == c->at);
		ways(c, i);
	}
	free(bytes);
}

static void function_name(const struct code_view *c, u32 func)
{
	char name[128];
	struct text text;

	text_init(&text, name, sizeof(name));
	forms_func_name(c->prog, func, &text);
	sheet_line(c->s, SHEET_NO_ITEM);
	sheet_add(c->s, ROLE_TITLE, "%s", name);
	sheet_add(c->s, ROLE_QUIET, " at %llx", (unsigned long long)look_image(c->prog, func)->address);
}

static void draw_code(struct code_view *c)
{
	u32 funcs = look_images(c->prog);

	if (debug_xlated(c->v->d, &c->at)) {
		one_function(c, look_func_of(c->prog, c->at));
		return;
	}
	c->at = NO_INSN;
	for (u32 i = 0; i < funcs; i++) {
		if (funcs > 1)
			function_name(c, i);
		one_function(c, i);
	}
}

/* --- before the bytes are written --- */

static void one_length(const struct code_view *c, u32 i, struct look_range range)
{
	const struct forms forms = {.sim = debug_sim(c->v->d), .prog = c->prog};
	bool current = i == mark_jit_at(c->prog), linked = mark_xlated(c->v, c->prog, i);
	char line[160];
	struct text text;

	sheet_line(c->s, mark_item(c->prog, i));
	if (c->v->mark_at ? linked : current)
		sheet_at(c->s);
	text_init(&text, line, sizeof(line));
	forms_xlated_text(&forms, i, &text);
	sheet_add(c->s, ROLE_CURRENT, "%s", current ? "=>" : "  ");
	sheet_add(c->s, ROLE_QUIET, "%4x ", range.first);
	sheet_add(c->s, ROLE_PLAIN, "%3u  ", range.end - range.first);
	sheet_add(c->s, current || linked ? ROLE_LINKED : ROLE_PLAIN, "%u: %s", i, line);
}

static void draw_lengths(struct code_view *c)
{
	const struct prog_jit *jit = c->prog->jit;
	u32 func = jit->build->current < jit->program.nfuncs ? jit->build->current : 0;
	const struct jit_image *image = &jit->build->func[func];

	sheet_line(c->s, SHEET_NO_ITEM);
	sheet_add(c->s, ROLE_QUIET, "  at  bytes of translated insn");
	sheet_line(c->s, SHEET_NO_ITEM);
	sheet_add(c->s, ROLE_QUIET, "     0 %3u  (prologue)", image->off[0]);
	for (u32 i = 0; i < image->len; i++) {
		u32 insn = jit->start[func] + i;

		if (image->off[i] == image->off[i + 1] || insn >= c->prog->xlated->insn_cnt)
			continue;
		one_length(c, insn, (struct look_range){image->off[i], image->off[i + 1]});
	}
}

/* --- the pane --- */

static const struct jit_build *build_of(const struct prog *prog)
{
	return prog && prog->xlated && prog->jit ? prog->jit->build : NULL;
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct forms forms = {.sim = debug_sim(v->d), .prog = prog};
	const struct jit_build *build = build_of(prog);
	struct code_view c = {.v = v, .s = s, .prog = prog, .code = {.forms = &forms}};

	if (build && build->state == JIT_DONE)
		draw_code(&c);
	else if (build && build->func && build->func[0].npasses && !prog->jit->moved)
		draw_lengths(&c);
	else if (build)
		sheet_nothing(s, "The JIT is in its first pass: it does not know yet how long anything is.");
	else if (prog && prog->xlated && prog->counts.runs)
		sheet_nothing(s, "This program was not compiled: the kernel interprets it.");
	else
		sheet_nothing(s, "No machine code yet: the JIT makes it as one of the last things in "
				 "PROG_LOAD, never later.");
}

static void subtitle(const struct view *v, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);
	const struct jit_build *build = build_of(prog);
	u32 at, func = 0;

	if (!build || !build->func)
		return;
	if (build->state != JIT_DONE) {
		text_say(out, "lengths, no bytes yet");
		return;
	}
	if (debug_xlated(v->d, &at))
		func = look_func_of(prog, at);
	text_say(out, "at %llx", (unsigned long long)build->func[func].address);
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);
	u32 insn = (item >> 32) - 1, notes;

	if (!prog || !look_images(prog) || insn >= prog->xlated->insn_cnt)
		return;
	notes = look_notes(prog, insn);
	text_say(out, "Code of translated insn %u.", insn);
	for (u32 i = 0; i < JIT_NOTES; i++)
		if (notes & 1u << i)
			text_say(out, " %s: %s.", jit_notes[i].name, jit_notes[i].doc);
}

const struct pane pane_x86 = {
	.name = "x86",
	.title = "x86-64",
	.help = "The machine code, byte for byte what Linux 6.1's JIT makes: offset, instruction, bytes. It "
		"is this "
		"that runs at an event; no part of the kernel reads the bytecode then. While a program runs, "
		"the "
		"code of its function at hand; => is what the translated instruction that comes next became. "
		"e "
		"says why the encoding is what it is.",
	.subtitle = subtitle,
	.draw = draw,
	.stop_form = "%llu",
	.explain = explain,
};
