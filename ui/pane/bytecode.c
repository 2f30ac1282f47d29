/* Bytecode as written: the instructions that user space gave to PROG_LOAD, with the C between them. */
#include "../stops.h"
#include "pane.h"

static void c_line(struct sheet *s, const struct prog *prog, u32 i, u32 *shown)
{
	const char *source;
	u32 line;
	bool first;

	source = walk_source(prog, i, &line, &first);
	if (!source || line == *shown)
		return;
	*shown = line;
	sheet_line(s, i);
	sheet_add(s, ROLE_QUIET, "     ; %s", source);
}

/* Will the jump be taken, with the registers as they are? */
static bool will_jump(const struct vm *vm, const struct bpf_insn *insn)
{
	bool narrow = BPF_CLASS(insn->code) == BPF_JMP32;
	u64 a = vm->reg[insn->dst_reg],
	    b = BPF_SRC(insn->code) == BPF_X ? vm->reg[insn->src_reg] : (u64)(s64)insn->imm;
	s64 sa = narrow ? (s32)a : (s64)a, sb = narrow ? (s32)b : (s64)b;

	if (narrow) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JSET:
		return a & b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	case BPF_JSGT:
		return sa > sb;
	case BPF_JSGE:
		return sa >= sb;
	case BPF_JSLT:
		return sa < sb;
	default:
		return sa <= sb;
	}
}

/* Where a conditional jump will go, when that is known: of a run. */
static void forks(const struct view *v, struct sheet *s, const struct prog *prog, u32 i)
{
	const struct bpf_insn *insn = &prog->insns[i];
	struct sim *sim = debug_sim(v->d);
	char line[160];
	struct text text;
	bool jump;

	if (isa_ops[insn->code].format != OP_JCOND || sim->vm->state != VM_RUNNING)
		return;
	jump = will_jump(sim->vm, insn);
	for (int way = 0; way < 2; way++) {
		s64 to = i + 1 + (way ? 0 : insn->off);

		if (to < 0 || to >= prog->insn_cnt)
			continue;
		sheet_line(s, i);
		text_init(&text, line, sizeof(line));
		walk_insn_text(sim, prog, to, &text);
		sheet_add(s, jump == !way ? ROLE_LINKED : ROLE_QUIET, "       %s %lld: %s%s",
			  way ? "└ no  →" : "├ yes →", (long long)to, line, jump == !way ? "  ◂ next" : "");
	}
}

static bool done_just_now(const struct debug *d, const struct prog *prog, u32 i)
{
	const struct picture *was = &d->last.before;

	if (!d->last.any || was->prog != prog)
		return false;
	return (was->running && was->pc == i) || (was->walking && was->insn == i);
}

static void one_insn(const struct view *v, struct sheet *s, const struct prog *prog, u32 i, bool current)
{
	const struct stop *stop = stops_at(v->d, STOP_INSN, i);
	char line[256];
	struct text text;

	sheet_line(s, i);
	if (current)
		sheet_at(s);
	if (!sheet_wants(s))
		return;
	text_init(&text, line, sizeof(line));
	walk_insn_text(debug_sim(v->d), prog, i, &text);
	sheet_add(s, stop ? ROLE_BAD : ROLE_PLAIN, "%s", stop ? stop->off ? "○" : "●" : " ");
	sheet_add(s, ROLE_CURRENT, "%s", current ? "=>" : "");
	sheet_to(s, 3);
	sheet_add(s, done_just_now(v->d, prog, i) ? ROLE_LINKED : ROLE_PLAIN, "%4u: %s", i, line);
	if (current)
		sheet_role(s, ROLE_CURRENT);
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	u32 at, shown = 0;
	bool known = debug_insn(v->d, &at);

	if (!prog) {
		sheet_nothing(s, "No program is in the kernel yet: PROG_LOAD brings it.");
		return;
	}
	for (u32 i = 0; i < prog->insn_cnt; i += insn_slots(&prog->insns[i])) {
		c_line(s, prog, i, &shown);
		one_insn(v, s, prog, i, known && i == at);
		if (known && i == at)
			forks(v, s, prog, i);
	}
}

static void subtitle(const struct view *v, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);

	if (prog)
		text_add(out, "as written, %u slots", prog->insn_cnt);
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);
	const struct op_info *op;

	if (!prog || item >= prog->insn_cnt)
		return;
	op = &isa_ops[prog->insns[item].code];
	text_add(out, "(%02x) %s: %s", prog->insns[item].code, op->name ? op->name : "?",
		 op->doc ? op->doc : "?");
}

const struct pane pane_bytecode = {
	.name = "bytecode",
	.title = "bytecode",
	.help = "The instructions as user space gave them to PROG_LOAD, numbered by slots of 8 bytes "
		"(ld_imm64 takes "
		"two). => comes next. The number in brackets is the opcode byte; e explains the instruction "
		"under the "
		"cursor, b sets a breakpoint there.",
	.subtitle = subtitle,
	.draw = draw,
	.stop_form = "%llu",
	.explain = explain,
};
