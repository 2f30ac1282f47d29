/*
 * Bytecode, with the C between it: as user space gave it to PROG_LOAD; at an event translated, which is what
 * runs then (`form` shows the other one).
 */
#include "../jump.h"
#include "../stops.h"
#include "pane.h"

/* A form of a program that is drawn. */
struct form {
	const struct prog *prog;
	bool translated;
	const struct bpf_insn *insns;
	u32 count;
	u32 at; /* the instruction that comes next; count: none does */
};

static bool shows_translated(const struct view *v, const struct prog *prog)
{
	const struct vm *vm = debug_sim(v->d)->vm;

	if (v->as_written || !prog->xlated || debug_phase(v->d) != PHASE_EVENT)
		return false;
	return vm->state == VM_IDLE || vm->translated;
}

static struct form form_of(const struct view *v)
{
	const struct prog *prog = debug_prog(v->d);
	struct form f = {.prog = prog};

	if (!prog)
		return f;
	f.translated = shows_translated(v, prog);
	f.insns = f.translated ? prog->xlated->insns : prog->insns;
	f.count = f.translated ? prog->xlated->insn_cnt : prog->insn_cnt;
	if (!(f.translated ? debug_xlated : debug_insn)(v->d, &f.at))
		f.at = mark_jit_at(prog) == NO_INSN ? f.count : prog->xlated->origin[mark_jit_at(prog)];
	return f;
}

static u32 written(const struct form *f, u32 i)
{
	return f->translated ? f->prog->xlated->origin[i] : i;
}

static u64 item_of(const struct form *f, u32 i)
{
	return f->translated ? mark_item(f->prog, i) : i;
}

static void c_line(struct sheet *s, const struct form *f, u32 i, u32 *shown)
{
	const char *source;
	u32 line;
	bool first;

	source = (f->translated ? walk_source_xlated : walk_source)(f->prog, i, &line, &first);
	if (!source || line == *shown)
		return;
	*shown = line;
	sheet_line(s, item_of(f, i));
	sheet_add(s, ROLE_QUIET, "     ; %s", source);
}

/* Where a conditional jump will go, when that is known: of a run. */
static void forks(const struct view *v, struct sheet *s, const struct form *f)
{
	const struct bpf_insn *insn = &f->insns[f->at];
	struct sim *sim = debug_sim(v->d);
	char line[160];
	struct text text;
	bool jump;

	if (isa_ops[insn->code].format != OP_JCOND || sim->vm->state != VM_RUNNING ||
	    sim->vm->translated != f->translated)
		return;
	jump = jump_is_taken(insn, sim->vm->reg);
	for (int way = 0; way < 2; way++) {
		s64 to = f->at + 1 + (way ? 0 : insn->off);

		if (to < 0 || to >= f->count)
			continue;
		sheet_line(s, item_of(f, f->at));
		text_init(&text, line, sizeof(line));
		walk_insn_text_of(sim, f->prog, to, f->translated, &text);
		sheet_add(s, jump == !way ? ROLE_LINKED : ROLE_QUIET, "       %s %lld: %s%s",
			  way ? words("└ no  →") : words("├ yes →"), (long long)to,
			  line + strcspn(line, ")") + 2, jump == !way ? words("  ◂ next") : "");
	}
}

static bool done_just_now(const struct debug *d, const struct form *f, u32 i)
{
	const struct picture *was = &d->last.before;

	if (!d->last.any || was->prog != f->prog)
		return false;
	if (was->running)
		return was->translated == f->translated ? was->pc == i : was->written == written(f, i);
	return was->walking && was->insn == i;
}

/* As written: no instruction stands at the second slot of a ld_imm64. */
static bool has_stop_mark(const struct form *f, u32 i)
{
	return !f->translated || !i || f->prog->xlated->origin[i - 1] != f->prog->xlated->origin[i];
}

static bool is_linked(const struct view *v, const struct form *f, u32 i)
{
	return f->translated ? mark_xlated(v, f->prog, i) : mark_written(v, f->prog, i);
}

static void one_insn(const struct view *v, struct sheet *s, const struct form *f, u32 i)
{
	const struct stop *stop = has_stop_mark(f, i) ? stops_at(v->d, STOP_INSN, written(f, i)) : NULL;
	bool current = i == f->at;
	char line[256];
	struct text text;

	sheet_line(s, item_of(f, i));
	if (v->mark_at ? is_linked(v, f, i) : current)
		sheet_at(s);
	if (!sheet_wants(s))
		return;
	text_init(&text, line, sizeof(line));
	walk_insn_text_of(debug_sim(v->d), f->prog, i, f->translated, &text);
	sheet_add(s, stop ? ROLE_BAD : ROLE_PLAIN, "%s", stop ? stop->off ? "○" : "●" : " ");
	sheet_add(s, ROLE_CURRENT, "%s", current ? "=>" : "  ");
	sheet_add(s, done_just_now(v->d, f, i) || is_linked(v, f, i) ? ROLE_LINKED : ROLE_PLAIN, "%4u: %s", i,
		  line);
	if (current)
		sheet_role(s, ROLE_CURRENT);
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct form f = form_of(v);
	u32 shown = 0;

	if (!f.prog) {
		sheet_nothing(s, debug_rejected(v->d)
					 ? "The kernel has said no and thrown the program away. S goes back "
					   "to where it still was, "
					   "w to what made it so."
					 : "No program is in the kernel yet: PROG_LOAD brings it.");
		return;
	}
	for (u32 i = 0; i < f.count; i += insn_slots(&f.insns[i])) {
		c_line(s, &f, i, &shown);
		one_insn(v, s, &f, i);
		if (i == f.at)
			forks(v, s, &f);
	}
}

static void subtitle(const struct view *v, struct text *out)
{
	const struct form f = form_of(v);

	if (f.prog)
		text_say(out, f.translated ? "translated, %u slots" : "as written, %u slots", f.count);
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);
	u32 insn = (u32)item, xlated = item >> 32;
	const struct op_info *op;
	const char *name, *why;

	if (!prog || insn >= prog->insn_cnt)
		return;
	op = &isa_ops[xlated ? prog->xlated->insns[xlated - 1].code : prog->insns[insn].code];
	text_say(out, "(%02x) %s: %s", (int)(op - isa_ops), op->name ? op->name : "?",
		 op->doc ? op->doc : "?");
	if (!xlated)
		return;
	why = forms_why_changed(prog, xlated - 1, &name);
	text_say(out, "  Translated from insn %u as written", insn);
	text_say(out, *why ? " (%s: %s)." : ".", name, why);
}

static void draw_written(const struct view *v, struct sheet *s)
{
	struct view view = *v;

	view.as_written = true;
	draw(&view, s);
}

static void written_subtitle(const struct view *v, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);

	if (prog)
		text_say(out, "%u slots", prog->insn_cnt);
}

const struct pane pane_written = {
	.name = "written",
	.title = "as written",
	.help = "The instructions as user space gave them to PROG_LOAD, numbered by slots of 8 bytes "
		"(ld_imm64 "
		"takes two).",
	.subtitle = written_subtitle,
	.draw = draw_written,
	.stop_form = "%llu",
	.explain = explain,
};

const struct pane pane_bytecode = {
	.name = "bytecode",
	.title = "bytecode",
	.help = "The instructions, numbered by slots of 8 bytes (ld_imm64 takes two): as user space gave "
		"them to "
		"PROG_LOAD; at an event as the kernel has translated them, which is what runs. `form` shows "
		"the "
		"other one. => comes next. The number in brackets is the opcode byte; e explains the "
		"instruction "
		"under the cursor, b sets a breakpoint there (stops go by the number as written).",
	.subtitle = subtitle,
	.draw = draw,
	.stop_form = "%llu",
	.explain = explain,
};
