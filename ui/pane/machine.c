/*
 * Machine code as this CPU executed it: the listing, led by rip, with the bytecode between; and the CPU's
 * registers beside those of BPF.
 */
#include "../machine.h"
#include "../readable.h"
#include "../x86_text.h"
#include "pane.h"

/* What both panes say when there is nothing to step through. */
static struct machine *look(const struct view *v, struct sheet *s)
{
	struct machine *m = machine_look(v->d);

	if (!m)
		sheet_nothing(
			s, "No program runs now. At an event its machine code can be stepped through here: "
			   "m one instruction of the machine on, M back.");
	else if (m->err)
		sheet_nothing(s, m->why);
	return m && !m->err ? m : NULL;
}

static void tell_difference(const struct machine *m, struct sheet *s)
{
	const struct native_trace *trace = &m->follow.trace;
	char said[200];
	struct text text;

	if (m->follow.result.differences) {
		text_init(&text, said, sizeof(said));
		text_say(&text, "✗ The machine and the interpreter differ: %.150s", m->follow.result.text);
		sheet_wrap(s, ROLE_BAD, said);
	}
	if (trace->end == NATIVE_CRASHED || trace->end == NATIVE_FAULTED) {
		text_init(&text, said, sizeof(said));
		text_say(&text, "✗ The child that ran it ended early: %s%.120s", trace->fault.text,
			 trace->end == NATIVE_CRASHED ? words("a signal outside of the program's code") : "");
		sheet_wrap(s, ROLE_BAD, said);
	}
}

/* --- the listing --- */

struct listing {
	const struct view *v;
	struct sheet *s;
	struct native_place place;
	struct forms forms;
	struct x86_code code;
	u32 last; /* offset of the instruction executed before, NO_INSN: in another function */
};

static void bytecode_line(const struct listing *l, u32 insn)
{
	char line[160];
	struct text text;

	text_init(&text, line, sizeof(line));
	forms_xlated_text(&l->forms, insn, &text);
	sheet_line(l->s, mark_item(l->place.prog, insn));
	sheet_add(l->s, ROLE_SOURCE, " %3u: %s", insn, line);
}

static u32 code_line(const struct listing *l, u32 off, u64 item)
{
	bool current = off == l->place.off;
	char line[160];
	struct text text;
	u32 len;

	text_init(&text, line, sizeof(line));
	len = x86_text(&l->code, off, &text);
	sheet_line(l->s, item);
	if (current)
		sheet_at(l->s);
	if (!sheet_wants(l->s))
		return len;
	sheet_add(l->s, ROLE_CURRENT, "%s", current ? "=>" : "  ");
	sheet_add(l->s, ROLE_QUIET, "%6x ", off);
	sheet_add(l->s, off == l->last ? ROLE_LINKED : ROLE_PLAIN, "%s", line);
	sheet_to(l->s, 32);
	for (u32 i = off;
	     i < off + len && l->s->col + (int)len * 3 - 1 <= l->s->area.cols + 3 * (int)(i - off); i++)
		sheet_add(l->s, ROLE_QUIET, i == off ? "%02x" : " %02x", l->code.bytes[i]);
	if (current)
		sheet_role(l->s, ROLE_CURRENT);
	return len;
}

static void one_insn(const struct listing *l, u32 insn)
{
	struct look_range range = look_code_of(l->place.prog, insn);
	const struct xlated *x = l->place.prog->xlated;

	if (insn_is_ld_imm64(&x->insns[insn]))
		range.end = look_code_of(l->place.prog, insn + 1).end;
	bytecode_line(l, insn);
	while (range.first < range.end)
		range.first += code_line(l, range.first, mark_item(l->place.prog, insn));
}

static void draw_code(const struct view *v, struct sheet *s)
{
	struct machine *m = look(v, s);
	const struct native_step *step = m ? machine_now(m) : NULL, *was = m ? machine_before(m) : NULL;
	struct listing l = {.v = v, .s = s, .last = NO_INSN};
	struct native_place before;
	const struct xlated *x;
	u32 end;

	if (!m)
		return;
	tell_difference(m, s);
	if (!step || !native_find(step->rip, &l.place))
		return;
	if (was && native_find(was->rip, &before) && before.prog == l.place.prog &&
	    before.func == l.place.func)
		l.last = before.off;
	l.forms = (struct forms){.sim = debug_sim(v->d), .prog = l.place.prog};
	l.code = (struct x86_code){.forms = &l.forms, .func = l.place.func,
				   .bytes = look_image(l.place.prog, l.place.func)->code};
	x = l.place.prog->xlated;
	end = l.place.func + 1 < x->nsubprogs ? x->subprogs[l.place.func + 1].start : x->insn_cnt;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_SOURCE, "      the prologue");
	for (u32 off = 0; off < look_image(l.place.prog, l.place.func)->off[0];)
		off += code_line(&l, off, SHEET_NO_ITEM);
	for (u32 i = x->subprogs[l.place.func].start; i < end; i += insn_slots(&x->insns[i]))
		one_insn(&l, i);
}

static void code_subtitle(const struct view *v, struct text *out)
{
	struct machine *m = machine_look(v->d);

	if (m && !m->err)
		text_say(out, "instruction %llu of %llu", (unsigned long long)m->at + 1,
			 (unsigned long long)m->follow.trace.count);
}

const struct pane pane_machine = {
	.name = "machine",
	.title = "machine code, executed",
	.help = "The bytes that Linux 6.1's JIT made, as this CPU executed them: in a child of this process, "
		"one "
		"instruction at a time, registers recorded. => is at rip. m goes on by one instruction of "
		"the "
		"machine, M back; with this pane focused s and S do. Calls of the kernel's functions go by "
		"at "
		"full speed. At each instruction of the bytecode the registers are compared with those of "
		"the "
		"interpreter.",
	.subtitle = code_subtitle,
	.draw = draw_code,
	.stop_form = "%llu",
};

/* --- registers --- */

static void add_value(const struct view *v, struct sheet *s, enum role role, u64 value)
{
	char said[160];
	struct text text;

	text_init(&text, said, sizeof(said));
	if (v->format == FORMAT_AUTO)
		machine_value_text(v->d, value, &text);
	else
		view_value(v, value, &text);
	sheet_add(s, role, "%s", said);
}

/* Does it hold something that the program may read now? Between two insns nobody has said. */
static bool may_be_read(const struct view *v, const struct machine *m, int bpf)
{
	const struct vm *vm = debug_sim(v->d)->vm;

	return !machine_at_border(v->d, m) || readable_registers(vm->prog, true, vm->pc) & 1u << bpf;
}

/* At a border of two insns both must hold the same, in registers that may be read. */
static void compare(const struct view *v, struct sheet *s, const struct machine *m, int bpf, u64 value)
{
	const struct vm *vm = debug_sim(v->d)->vm;

	if (bpf < 0 || !machine_at_border(v->d, m) || !may_be_read(v, m, bpf))
		return;
	if (vm->reg[bpf] == value) {
		sheet_add(s, ROLE_GOOD, " = r%d", bpf);
		return;
	}
	sheet_add(s, ROLE_BAD, " ✗ r%d is ", bpf);
	add_value(v, s, ROLE_BAD, vm->reg[bpf]);
}

static void one_register(const struct view *v, struct sheet *s, const struct machine *m, u32 r)
{
	const struct native_step *step = machine_now(m), *was = machine_before(m);
	bool changed = was && was->reg[r] != step->reg[r];
	int bpf = machine_bpf_register(r);
	bool quiet = bpf < 0 ? r != 4 : !may_be_read(v, m, bpf);

	sheet_line(s, r);
	sheet_add(s, ROLE_PLAIN, "%s", machine_registers[r]);
	sheet_to(s, 4);
	if (bpf >= 0)
		sheet_add(s, ROLE_QUIET, "r%d", bpf);
	sheet_to(s, 8);
	if (changed && !quiet) {
		add_value(v, s, ROLE_QUIET, was->reg[r]);
		sheet_add(s, ROLE_QUIET, " → ");
	}
	add_value(v, s, quiet ? ROLE_QUIET : changed ? ROLE_CHANGED : ROLE_PLAIN, step->reg[r]);
	if (changed)
		sheet_add(s, quiet ? ROLE_QUIET : ROLE_CHANGED, " *");
	compare(v, s, m, bpf, step->reg[r]);
}

static void flags(struct sheet *s, u64 now, u64 was)
{
	static const struct {
		u32 bit;
		const char *name;
	} names[] = {{0, "CF"}, {6, "ZF"}, {7, "SF"}, {11, "OF"}};

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "rflags  ");
	for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
		bool set = now >> names[i].bit & 1, changed = set != (was >> names[i].bit & 1);

		sheet_add(s,
			  changed ? ROLE_CHANGED
			  : set   ? ROLE_PLAIN
				  : ROLE_QUIET,
			  "%s=%d%s ", names[i].name, set, changed ? "*" : "");
	}
}

static void draw_registers(const struct view *v, struct sheet *s)
{
	static const u8 order[16] = {0, 7, 6, 2, 1, 8, 3, 13, 14, 15, 5, 4, 9, 10, 11, 12};
	struct machine *m = look(v, s);
	const struct native_step *step = m ? machine_now(m) : NULL, *was = m ? machine_before(m) : NULL;

	if (!step)
		return;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "rip     ");
	add_value(v, s, ROLE_CURRENT, step->rip);
	for (u32 i = 0; i < 16; i++)
		one_register(v, s, m, order[i]);
	flags(s, step->flags, was ? was->flags : step->flags);
	sheet_line(s, SHEET_NO_ITEM);
	if (m->follow.result.differences)
		sheet_add(s, ROLE_BAD, "✗ differs from the interpreter");
	else
		sheet_add(s, ROLE_GOOD, "✓ as in the interpreter, at all %llu borders of the run",
			  (unsigned long long)m->follow.result.borders);
}

static bool registers_changed(const struct view *v)
{
	struct machine *m = machine_look(v->d);
	const struct native_step *step = m ? machine_now(m) : NULL, *was = m ? machine_before(m) : NULL;

	return step && was && memcmp(step->reg, was->reg, sizeof(step->reg)) != 0;
}

const struct pane pane_cpu = {
	.name = "cpu",
	.title = "registers of this CPU",
	.help = "The registers of the machine before the instruction at rip, as they were recorded; beside "
		"them "
		"the BPF register that the JIT keeps there. Arguments and locals of BPF live in registers "
		"all "
		"the time: nothing is loaded or stored that the bytecode does not load or store. r9, r11 and "
		"r12 "
		"are not BPF's (r9: scratch; r10: the JIT's own r11). * changed by the last instruction; "
		"= r0 as in the interpreter.",
	.draw = draw_registers,
	.changed = registers_changed,
};
