/* Registers of the program that runs: BPF's and the machine's names, values, old -> new. */
#include "../readable.h"
#include "pane.h"

static const char *const machine[MAX_BPF_REGS] = {
	"rax", "rdi", "rsi", "rdx", "rcx", "r8", "rbx", "r13", "r14", "r15", "rbp",
};

/* Registers that the next instruction reads. */
static u32 read_next(const struct debug *d)
{
	const struct vm *vm = debug_sim(d)->vm;

	return vm->state == VM_RUNNING && vm_insn(vm) ? isa_uses(vm_insn(vm)) : 0;
}

/* Registers that may be read: now, and before the last step. */
struct masks {
	u32 now, before, next; /* next: read by the instruction that comes next */
};

static struct masks take_masks(const struct debug *d)
{
	const struct picture *was = &d->last.before;
	const struct vm *vm = debug_sim(d)->vm;
	struct masks m = {.next = read_next(d), .now = 1u << BPF_REG_0 | 1u << BPF_REG_10};

	if (vm->state == VM_RUNNING)
		m.now = readable_registers(vm->prog, vm->translated, vm->pc);
	if (d->last.insn.prog && was->running)
		m.before = readable_registers(was->prog, was->translated, was->pc);
	return m;
}

static bool reg_changed(const struct debug *d, const struct masks *m, u32 r)
{
	const struct picture *was = &d->last.before;

	if (!d->last.insn.prog || !was->running)
		return false;
	return (m->now ^ m->before) & 1u << r ||
	       (m->now & 1u << r && was->reg[r] != debug_sim(d)->vm->reg[r]);
}

static void add_value(const struct view *v, struct sheet *s, enum role role, u64 value, bool readable)
{
	char said[128];
	struct text text;

	text_init(&text, said, sizeof(said));
	view_value(v, value, &text);
	sheet_add(s, readable ? role : ROLE_QUIET, "%s", readable ? said : "-");
}

static void one_register(const struct view *v, struct sheet *s, u32 r, const struct masks *m)
{
	const struct debug *d = v->d;
	bool changed = reg_changed(d, m, r), readable = m->now & 1u << r;

	sheet_line(s, r);
	sheet_add(s, ROLE_PLAIN, "r%u", r);
	sheet_to(s, 4);
	sheet_add(s, ROLE_QUIET, "%s", machine[r]);
	sheet_to(s, 8);
	if (changed) {
		add_value(v, s, ROLE_QUIET, d->last.before.reg[r], m->before & 1u << r);
		sheet_add(s, ROLE_QUIET, " → ");
	}
	add_value(v, s, changed ? ROLE_CHANGED : ROLE_PLAIN, debug_sim(d)->vm->reg[r], readable);
	sheet_add(s, ROLE_CHANGED, "%s", changed ? " *" : "");
	if (m->next & m->now & 1u << r)
		sheet_add(s, ROLE_LINKED, " ◂");
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct vm *vm = debug_sim(v->d)->vm;
	struct masks m = take_masks(v->d);

	if (vm->state == VM_IDLE) {
		sheet_nothing(
			s,
			"No program runs now. (At load the verifier thinks about registers: see the pane of "
			"abstract state.)");
		return;
	}
	for (u32 r = 0; r < MAX_BPF_REGS; r++)
		one_register(v, s, r, &m);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "◂ read next   - may not be read");
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "pc %u   frame %u   insn %llu", vm->pc, vm->frame,
		  (unsigned long long)vm->insns + (vm->state == VM_RUNNING));
}

static bool changed(const struct view *v)
{
	struct masks m = take_masks(v->d);

	for (u32 r = 0; r < MAX_BPF_REGS; r++)
		if (reg_changed(v->d, &m, r))
			return true;
	return false;
}

const struct pane pane_registers = {
	.name = "registers",
	.title = "registers",
	.help = "r0 is the result, r1 to r5 are arguments and are lost in a call, r6 to r9 survive calls, "
		"r10 is the end "
		"of the stack. Beside them the x86-64 register that the JIT puts each into. Addresses are "
		"shown as "
		"region and offset: fp-4 is 4 bytes below r10, pkt+23 byte 23 of the packet. * changed by "
		"the last "
		"step, old → new; - holds nothing that the program may read. x "
		"shows them in hexadecimal.",
	.draw = draw,
	.changed = changed,
};
