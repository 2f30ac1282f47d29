/* Registers of the program that runs: BPF's and the machine's names, values, old -> new. */
#include "pane.h"

static const char *const machine[MAX_BPF_REGS] = {
	"rax", "rdi", "rsi", "rdx", "rcx", "r8", "rbx", "r13", "r14", "r15", "rbp",
};

/* Registers that the next instruction reads. */
static u32 read_next(const struct debug *d)
{
	const struct vm *vm = debug_sim(d)->vm;

	if (vm->state != VM_RUNNING || vm->pc >= vm->prog->insn_cnt)
		return 0;
	return isa_uses(&vm->prog->insns[vm->pc]);
}

static bool reg_changed(const struct debug *d, u32 r)
{
	const struct picture *was = &d->last.before;

	return d->last.any && was->running && d->last.insn.prog && was->reg[r] != debug_sim(d)->vm->reg[r];
}

static void one_register(const struct view *v, struct sheet *s, u32 r, u32 reads)
{
	const struct debug *d = v->d;
	bool changed = reg_changed(d, r);
	char is[128], was[128];
	struct text now, old;

	text_init(&now, is, sizeof(is));
	text_init(&old, was, sizeof(was));
	view_value(v, debug_sim(d)->vm->reg[r], &now);
	sheet_line(s, r);
	sheet_add(s, ROLE_PLAIN, "r%u", r);
	sheet_to(s, 4);
	sheet_add(s, ROLE_QUIET, "%s", machine[r]);
	sheet_to(s, 8);
	if (changed) {
		view_value(v, d->last.before.reg[r], &old);
		sheet_add(s, ROLE_QUIET, "%s → ", was);
		sheet_add(s, ROLE_CHANGED, "%s *", is);
	} else {
		sheet_add(s, ROLE_PLAIN, "%s", is);
	}
	if (reads & 1u << r)
		sheet_add(s, ROLE_LINKED, " ◂ read next");
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct vm *vm = debug_sim(v->d)->vm;
	u32 reads = read_next(v->d);

	if (vm->state == VM_IDLE) {
		sheet_nothing(
			s,
			"No program runs now. (At load the verifier thinks about registers: see the pane of "
			"abstract state.)");
		return;
	}
	for (u32 r = 0; r < MAX_BPF_REGS; r++)
		one_register(v, s, r, reads);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "pc %u   frame %u   insn %llu of this run", vm->pc, vm->frame,
		  (unsigned long long)vm->insns + (vm->state == VM_RUNNING));
}

static bool changed(const struct view *v)
{
	for (u32 r = 0; r < MAX_BPF_REGS; r++)
		if (reg_changed(v->d, r))
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
		"step, old → new. x shows them in hexadecimal.",
	.draw = draw,
	.changed = changed,
};
