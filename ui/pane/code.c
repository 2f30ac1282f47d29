/*
 * Translated bytecode and machine code on one line, for narrow screens: what runs, in both its forms. Of an
 * instruction that became several of the machine's, they stand one after another.
 */
#include "../jump.h"
#include "../stops.h"
#include "../x86_text.h"
#include "pane.h"

#define X86_COLUMN 44
#define LISTED 96 /* bytes of text on the machine's side */

struct code_pane {
	const struct view *v;
	struct sheet *s;
	const struct prog *prog;
	struct x86_code code;
	u32 at;
};

static void c_line(const struct code_pane *c, u32 i, u32 *shown)
{
	const char *source;
	u32 line;
	bool first;

	source = walk_source_xlated(c->prog, i, &line, &first);
	if (!source || line == *shown)
		return;
	*shown = line;
	sheet_line(c->s, mark_item(c->prog, i));
	sheet_add(c->s, ROLE_QUIET, "       ; %s", source);
}

/* "test rax, rax; je 5c" */
static void x86_side(const struct code_pane *c, u32 i, struct look_range range, bool current)
{
	char line[LISTED];
	struct text text;

	if (range.first >= range.end || !c->code.bytes)
		return;
	text_init(&text, line, sizeof(line));
	for (u32 at = range.first; at < range.end;) {
		text_say(&text, "%s", at == range.first ? "" : "; ");
		at += x86_text(&c->code, at, &text);
	}
	sheet_to(c->s, X86_COLUMN);
	sheet_add(c->s, ROLE_QUIET, "%s%3x ", current ? "=>" : "  ", range.first);
	sheet_add(c->s, ROLE_PLAIN, "%s", line);
	(void)i;
}

static void ways(const struct code_pane *c, u32 i)
{
	const struct bpf_insn *insn = &c->prog->xlated->insns[i];
	const struct vm *vm = debug_sim(c->v->d)->vm;
	const struct forms forms = {.sim = debug_sim(c->v->d), .prog = c->prog};
	char line[128];
	struct text text;
	bool jump;

	if (vm->state != VM_RUNNING || isa_ops[insn->code].format != OP_JCOND)
		return;
	jump = jump_is_taken(insn, vm->reg);
	for (int way = 0; way < 2; way++) {
		u32 to = i + 1 + (way ? 0 : insn->off);
		bool next = jump == !way;

		text_init(&text, line, sizeof(line));
		forms_xlated_text(&forms, to, &text);
		sheet_line(c->s, mark_item(c->prog, i));
		sheet_add(c->s, next ? ROLE_LINKED : ROLE_QUIET, "       %s %u: %s%s",
			  way ? words("└ no  →") : words("├ yes →"), to, line, next ? words("  ◂ next") : "");
		if (!c->code.bytes)
			continue;
		sheet_to(c->s, X86_COLUMN + 6);
		sheet_add(c->s, next ? ROLE_LINKED : ROLE_QUIET, "%s %x%s",
			  way ? words("no jump:") : words("jump to"), look_code_of(c->prog, to).first,
			  next ? words("  ◂ next") : "");
	}
}

static bool done_just_now(const struct view *v, const struct prog *prog, u32 i)
{
	const struct picture *was = &v->d->last.before;

	return v->d->last.any && was->running && was->translated && was->prog == prog && was->pc == i;
}

static void one_insn(const struct code_pane *c, u32 i)
{
	const struct xlated *x = c->prog->xlated;
	const struct forms forms = {.sim = debug_sim(c->v->d), .prog = c->prog};
	bool begins = !i || x->origin[i - 1] != x->origin[i], current = i == c->at;
	const struct stop *stop = begins ? stops_at(c->v->d, STOP_INSN, x->origin[i]) : NULL;
	bool marked = done_just_now(c->v, c->prog, i) || mark_xlated(c->v, c->prog, i);
	char line[128];
	struct text text;

	sheet_line(c->s, mark_item(c->prog, i));
	if (current)
		sheet_at(c->s);
	if (!sheet_wants(c->s))
		return;
	text_init(&text, line, sizeof(line));
	forms_xlated_text(&forms, i, &text);
	sheet_add(c->s, stop ? ROLE_BAD : ROLE_PLAIN, "%s", stop ? stop->off ? "○" : "●" : " ");
	sheet_add(c->s, ROLE_CURRENT, "%s", current ? "=>" : "  ");
	sheet_add(c->s, marked ? ROLE_LINKED : ROLE_PLAIN, "%3u: %.34s", i, line);
	if (c->code.bytes)
		x86_side(c, i, look_code_of(c->prog, i), current);
	if (current)
		sheet_role(c->s, ROLE_CURRENT);
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct forms forms = {.sim = debug_sim(v->d), .prog = prog};
	struct code_pane c = {.v = v, .s = s, .prog = prog, .code = {.forms = &forms}, .at = NO_INSN};
	const struct xlated *x = prog ? prog->xlated : NULL;
	u32 shown = 0;

	if (!x || v->as_written ||
	    (debug_sim(v->d)->vm->state != VM_IDLE && !debug_sim(v->d)->vm->translated)) {
		pane_bytecode.draw(v, s);
		return;
	}
	debug_xlated(v->d, &c.at);
	for (u32 i = 0; i < x->insn_cnt; i += insn_slots(&x->insns[i])) {
		c.code.func = look_func_of(prog, i);
		c.code.bytes = look_images(prog) ? look_image(prog, c.code.func)->code : NULL;
		c_line(&c, i, &shown);
		one_insn(&c, i);
		if (debug_xlated(v->d, &c.at) && i == c.at)
			ways(&c, i);
	}
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	pane_bytecode.explain(v, item, out);
	text_say(out, "\n");
	pane_x86.explain(v, item, out);
}

const struct pane pane_code = {
	.name = "code",
	.title = "bytecode, translated · x86-64",
	.help = "What runs, in both its forms: the translated instruction with its number, and the machine's "
		"with "
		"the offset of the first. => comes next; of a conditional jump both ways stand below. e "
		"explains "
		"the instruction under the cursor and its encoding, b sets a breakpoint there (stops go by "
		"the "
		"number as written), o shows the program as it was written.",
	.draw = draw,
	.stop_form = "%llu",
	.explain = explain,
};
