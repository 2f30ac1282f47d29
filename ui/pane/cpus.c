/*
 * The CPUs of the machine: what each is in the midst of, what it will do next, what it waits for; its
 * registers that may be read. The one at hand takes the next step.
 */
#include "../readable.h"
#include "pane.h"

#define TEXT 160

/* The machine as it is with another CPU at hand: to look at, so that fp+0 is that CPU's. */
static struct sim seen_from(const struct sim *sim, u32 cpu)
{
	struct sim other = *sim;

	other.vm = cpu_look(sim, cpu)->vm;
	other.work = cpu_look(sim, cpu)->work;
	return other;
}

static const char *access_word(const struct bpf_insn *insn)
{
	if (BPF_CLASS(insn->code) == BPF_LDX)
		return words("reads");
	if (BPF_CLASS(insn->code) == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC)
		return words("changes at once");
	return BPF_CLASS(insn->code) == BPF_STX || BPF_CLASS(insn->code) == BPF_ST ? words("writes") : NULL;
}

/* "reads map counts[0]+0": what the next instruction touches that others can touch, too. */
static void say_next(struct sim *sim, struct sheet *s, const struct bpf_insn *insn)
{
	const char *word = access_word(insn);
	bool load = BPF_CLASS(insn->code) == BPF_LDX;
	u64 addr = sim->vm->reg[load ? insn->src_reg : insn->dst_reg] + insn->off;
	struct region region;
	char buf[TEXT];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	walk_insn_text_of(sim, sim->vm->prog, sim->vm->pc, sim->vm->translated, &text);
	sheet_add(s, ROLE_PLAIN, "  next %u: %s", sim->vm->pc, buf);
	if (!word || !map_locate(sim, addr, &region) || region.kind != REGION_MAP_VALUE)
		return;
	text_init(&text, buf, sizeof(buf));
	walk_value_text(sim, addr, &text);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_POINTER, "  %s %s", word, buf);
}

static void say_registers(const struct view *v, struct sim *sim, struct sheet *s)
{
	u32 mask = readable_registers(sim->vm->prog, sim->vm->translated, sim->vm->pc);
	struct view other = *v;
	char buf[TEXT];
	struct text text;
	u32 shown = 0;

	for (u32 r = 0; r < BPF_REG_10; r++) {
		if (!(mask & 1u << r))
			continue;
		text_init(&text, buf, sizeof(buf));
		if (other.format == FORMAT_AUTO)
			walk_value_text(sim, sim->vm->reg[r], &text);
		else
			view_value(&other, sim->vm->reg[r], &text);
		if (shown % 2 == 0)
			sheet_line(s, SHEET_NO_ITEM);
		sheet_to(s, shown++ % 2 ? 28 : 2);
		sheet_add(s, ROLE_PLAIN, "r%u %s", r, buf);
	}
}

static void say_wait(const struct sim *sim, struct sheet *s, u32 cpu)
{
	u64 lock = cpu_waits_for(sim, cpu);
	u32 holder = lock_holder(sim, lock);
	char buf[TEXT];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	walk_value_text(sim, lock, &text);
	sheet_line(s, SHEET_NO_ITEM);
	if (holder == LOCK_NOBODY)
		sheet_add(s, ROLE_GOOD, "  waited for the lock at %s: it is free now", buf);
	else
		sheet_add(s, ROLE_BAD, "  waits for the lock at %s, which CPU %u has", buf, holder);
}

static void one_cpu(const struct view *v, struct sheet *s, u32 cpu)
{
	struct sim sim = seen_from(debug_sim(v->d), cpu);
	const struct vm *vm = sim.vm;
	bool at_hand = cpu == sim.clock->cpu;

	sheet_line(s, cpu);
	if (at_hand)
		sheet_at(s);
	sheet_add(s, at_hand ? ROLE_CURRENT : ROLE_PLAIN, "%s CPU %u  ", at_hand ? "=>" : "  ", cpu);
	if (vm->state == VM_IDLE || !vm->prog) {
		sheet_add(s, ROLE_QUIET,
			  cpu_is_busy(&sim, cpu) ? words("in a system call or event")
						 : words("nothing to do"));
		if (cpu_waits_for(&sim, cpu))
			say_wait(&sim, s, cpu);
		return;
	}
	sheet_add(s, ROLE_PLAIN, "prog %u %s%s", vm->prog->obj.id, vm->prog->obj.name,
		  vm->state == VM_EXITED    ? words(": has come to its end")
		  : vm->state == VM_FAULTED ? words(": has faulted")
					    : "");
	if (vm->state != VM_RUNNING || !vm_insn(vm))
		return;
	sheet_line(s, SHEET_NO_ITEM);
	say_next(&sim, s, vm_insn(vm));
	if (cpu_waits_for(&sim, cpu))
		say_wait(&sim, s, cpu);
	say_registers(v, &sim, s);
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct sim *sim = debug_sim(v->d);

	for (u32 cpu = 0; cpu < sim->clock->ncpus; cpu++)
		one_cpu(v, s, cpu);
}

static bool changed(const struct view *v)
{
	return debug_happened(v->d, EV_CPU) || debug_happened(v->d, EV_WAIT);
}

const struct pane pane_cpus = {
	.name = "cpus",
	.title = "CPUs",
	.help = "What each CPU is in the midst of. => is at hand: the next step is its. `race EVENT | EVENT` "
		"begins events on "
		"several CPUs at once; `cpu N` lets another one go on from here, `schedule 0 0 1` says who "
		"takes the next "
		"steps. A step is one instruction: what others see of it, they see all of it or nothing.",
	.draw = draw,
	.changed = changed,
};
