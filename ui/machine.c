/* See machine.h. */
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"
#include "x86_text.h"

const char *const machine_registers[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
					   "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

int machine_bpf_register(u32 x86)
{
	static const s8 bpf[16] = {0, 4, 3, 6, -1, 10, 2, 1, 5, -1, -1, -1, -1, 7, 8, 9};

	return bpf[x86];
}

/* --- following --- */

static u64 hash_log(const struct sim *sim)
{
	u64 len, hash = 0xcbf29ce484222325ull;
	const u8 *log = sim_log(sim, &len);

	for (u64 i = 0; i < len; i++)
		hash = (hash ^ log[i]) * 0x100000001b3ull;
	return hash;
}

static void refuse(struct machine *m, const char *why)
{
	m->err = -EOPNOTSUPP;
	snprintf(m->why, sizeof(m->why), "%s", why);
}

/* The interpreter is taken to the end of the run, and the machine back to where it was. */
static void follow(struct debug *d, struct machine *m, u64 now)
{
	struct sim *sim = debug_sim(d);

	native_follow_free(&m->follow);
	m->follow = (struct native_follow){0};
	m->err = 0;
	if (!sim->vm->prog->bpf_func) {
		refuse(m, "This program was not compiled: there is no machine code to step through.");
		return;
	}
	if (sim->vm->edited) {
		refuse(m, "This run was edited by hand: the machine code was not.");
		return;
	}
	sim_goto(sim, m->start);
	if (sim->vm->state == VM_RUNNING && !sim->vm->insns)
		m->err = native_follow(sim, &m->follow);
	else
		refuse(m, "The beginning of this run is not on the timeline.");
	if (m->err && !m->why[0])
		snprintf(m->why, sizeof(m->why), "%.180s.", sim->why.text);
	sim_goto(sim, 0); /* what was done above is no part of the timeline */
	sim_goto(sim, now);
}

/* The first step of the machine that belongs to insn @n of the run, or comes after it. */
static u64 begin_of(const struct machine *m, u64 n)
{
	const struct native_follow *f = &m->follow;

	if (!n)
		return 0;
	while (n < f->insns && f->border[n] == NATIVE_NO_STEP)
		n++;
	return n < f->insns ? f->border[n] : f->trace.count;
}

struct machine *machine_look(struct debug *d)
{
	struct sim *sim = debug_sim(d);
	struct machine *m = d->machine;
	u64 now = debug_now(d), start = now - sim->vm->insns, log;

	if (sim->vm->state != VM_RUNNING || !sim->vm->translated)
		return NULL;
	if (!m)
		m = d->machine = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	log = hash_log(sim);
	if (!m->known || m->start != start || m->end != debug_end(d) || m->log != log) {
		m->known = true;
		m->start = start;
		m->end = debug_end(d);
		m->log = log;
		m->why[0] = 0;
		m->moment = UINT64_MAX;
		follow(d, m, now);
	}
	if (m->moment != now)
		m->at = begin_of(m, sim->vm->insns);
	m->moment = now;
	return m;
}

void machine_free(struct debug *d)
{
	if (d->machine)
		native_follow_free(&d->machine->follow);
	free(d->machine);
	d->machine = NULL;
}

/* --- moving --- */

static bool step_back(struct debug *d, struct machine *m)
{
	u64 now = debug_now(d), n = debug_sim(d)->vm->insns;

	if (m->at > begin_of(m, n)) {
		m->at--;
		return true;
	}
	if (!n)
		return false;
	debug_arrive(d, now - 1);
	m->moment = now - 1;
	m->at = begin_of(m, n);
	if (m->at > begin_of(m, n - 1))
		m->at--;
	return true;
}

bool machine_step(struct debug *d, bool back)
{
	struct machine *m = machine_look(d);

	if (!m || m->err)
		return false;
	if (back)
		return step_back(d, m);
	if (m->at + 1 < begin_of(m, debug_sim(d)->vm->insns + 1)) {
		m->at++;
		return true;
	}
	debug_arrive(d, debug_now(d) + 1);
	return true;
}

const struct native_step *machine_now(const struct machine *m)
{
	return m->at < m->follow.trace.count ? &m->follow.trace.step[m->at] : NULL;
}

const struct native_step *machine_before(const struct machine *m)
{
	return m->at && m->at <= m->follow.trace.count ? &m->follow.trace.step[m->at - 1] : NULL;
}

bool machine_at_border(const struct debug *d, const struct machine *m)
{
	u64 n = debug_sim(d)->vm->insns;

	return n < m->follow.insns && m->follow.border[n] == m->at;
}

/* --- words --- */

/* What the kernel's functions leave behind are addresses of the process that stands in for the kernel. */
static bool is_of_process(u64 value)
{
	return value >= 1ull << 44 && value < 1ull << 47 && value - ARENA_BASE >= ARENA_SIZE;
}

void machine_value_text(const struct debug *d, u64 value, struct text *out)
{
	struct native_place place;

	if (native_find(value, &place)) {
		forms_func_name(place.prog, place.func, out);
		text_add(out, "+%x", place.off);
	} else if (value - (EXEC_TEXT_BASE - (1u << 20)) < (1u << 20)) {
		text_add(out, "(who called)");
	} else if (is_of_process(value)) {
		text_add(out, "(an address of this process)");
	} else {
		walk_value_text(debug_sim(d), value, out);
	}
}

static void add_insn(const struct debug *d, u64 rip, struct text *out)
{
	struct forms forms = {.sim = debug_sim(d)};
	struct x86_code code = {.forms = &forms};
	struct native_place place;

	if (!native_find(rip, &place))
		return;
	forms.prog = place.prog;
	code.func = place.func;
	code.bytes = look_image(place.prog, place.func)->code;
	x86_text(&code, place.off, out);
}

/* The instruction behind a call comes next: what was called is not the program's. */
static bool is_kernel_call(u64 was, u64 is)
{
	struct native_place place;
	u32 insn;

	if (is != was + 5 || !native_find(was, &place))
		return false;
	insn = native_insn(&place);
	return place.prog->xlated->insns[insn].code == (BPF_JMP | BPF_CALL) &&
	       look_image(place.prog, place.func)->code[place.off] == 0xe8;
}

void machine_sentence(const struct debug *d, const struct machine *m, struct text *out)
{
	const struct native_step *was = machine_before(m), *is = machine_now(m);
	u32 said = 0;

	if (!was || !is) {
		text_add(out, "The CPU is about to execute the first instruction of the machine code.");
		return;
	}
	add_insn(d, was->rip, out);
	text_add(out, ":");
	if (is_kernel_call(was->rip, is->rip)) {
		text_add(out, " the kernel's function ran at full speed. rax is ");
		machine_value_text(d, is->reg[0], out);
		text_add(out, " now; rdi, rsi, rdx, rcx and r8 hold what it left there.");
		return;
	}
	for (u32 r = 0; r < 16; r++) {
		if (was->reg[r] == is->reg[r])
			continue;
		text_add(out, "%s %s was ", said++ ? "," : "", machine_registers[r]);
		machine_value_text(d, was->reg[r], out);
		text_add(out, ", is ");
		machine_value_text(d, is->reg[r], out);
	}
	text_add(out, said ? " now." : " no register but rip and the flags has changed.");
}
