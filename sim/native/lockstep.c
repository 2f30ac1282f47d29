/*
 * Lockstep: the machine code of a program in a child (trace.c), the interpreter on the translated program
 * here. Where an insn begins in both, the registers must be the same. The interpreter has the frames of the
 * machine code, so addresses on the stack are, too.
 *
 * Left out: r1-r5 after a call, r0 after a tail call that was not made, the upper half of r0 after a 32-bit
 * cmpxchg; registers that nobody has written. The interpreter's clock stands still meanwhile: to machine
 * code, a run is one moment.
 */
#include <stdio.h>
#include <stdlib.h>

#include "private.h"

#define ARGUMENTS 0x3eu /* r1-r5 */
#define SAVED 0x3c0u    /* r6-r9 */

struct native_lockstep native_lockstep_result;

struct pair {
	struct sim *sim;
	struct native_lockstep *result;
	struct native_trace trace;
	u64 at;                      /* the next step of the trace */
	u32 known;                   /* registers that hold something */
	u32 known_in[VM_MAX_FRAMES]; /* of callers */
	bool differs;
	struct native_follow *follow; /* or NULL */
};

static void differ(struct pair *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void differ(struct pair *p, const char *fmt, ...)
{
	char words[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	p->differs = true;
	p->result->differences++;
	if (!p->result->text[0])
		snprintf(p->result->text, sizeof(p->result->text),
			 "program %u \"%s\", insn %u of the translated form: %s", p->sim->vm->prog->obj.id,
			 p->sim->vm->prog->obj.name, p->sim->vm->pc, words);
}

/* --- borders --- */

/* Offsets in the image of the function that the insn at @pc is in. */
struct span {
	u32 func, begin, end;
};

static struct span span_of(const struct prog *prog, u32 pc)
{
	const struct prog_jit *jit = prog->jit;
	struct span span = {.func = jit->program.nfuncs - 1};
	u32 at, next;

	while (jit->start[span.func] > pc)
		span.func--;
	at = pc - jit->start[span.func];
	next = at + insn_slots(&prog->xlated->insns[pc]);
	span.begin = jit->build->func[span.func].off[jit->moved ? jit->moved[span.func][at] : at];
	span.end = jit->build->func[span.func].off[jit->moved ? jit->moved[span.func][next] : next];
	return span;
}

/* Does an insn begin at @place? (The second slot of a ld_imm64 has code of its own when it is blinded.) */
static bool is_border(const struct native_place *place)
{
	const struct bpf_insn *insns = place->prog->xlated->insns;
	u32 insn = native_insn(place);

	return !(insn && insn_is_ld_imm64(&insns[insn - 1])) && span_of(place->prog, insn).begin == place->off;
}

/* The next step of the machine at a border; false: there is none. */
static bool next_border(struct pair *p, struct native_place *place)
{
	while (p->at < p->trace.count) {
		if (native_find(p->trace.step[p->at].rip, place) && is_border(place))
			return true;
		p->at++;
	}
	return false;
}

/*
 * Where the machine stands when the interpreter is at vm->pc; insns without code have no border of their own.
 */
static bool at_same_place(struct pair *p, const struct span *span)
{
	const struct vm *vm = p->sim->vm;
	struct native_place place;

	if (!next_border(p, &place)) {
		if (p->trace.end == NATIVE_CUT)
			return false;
		differ(p, "the machine code has come to its end before");
		return false;
	}
	if (place.prog == vm->prog && place.func == span->func && place.off == span->begin)
		return true;
	differ(p, "the machine is at byte %u of function %u (insn %u), not at byte %u of function %u",
	       place.off, place.func, native_insn(&place), span->begin, span->func);
	return false;
}

static bool same_registers(struct pair *p)
{
	const struct native_step *step = &p->trace.step[p->at];
	const struct vm *vm = p->sim->vm;

	for (u32 i = 0; i < MAX_BPF_REGS; i++) {
		u64 machine = step->reg[native_register[i]];

		if (!(p->known & 1u << i) || machine == vm->reg[i])
			continue;
		differ(p, "r%u is 0x%llx in the interpreter, 0x%llx in the machine", i,
		       (unsigned long long)vm->reg[i], (unsigned long long)machine);
		return false;
	}
	p->result->borders++;
	return true;
}

/* --- what is known after an insn --- */

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) || insn->code == (BPF_JMP | BPF_TAIL_CALL);
}

static bool is_cmpxchg32(const struct bpf_insn *insn)
{
	return insn->code == (BPF_STX | BPF_ATOMIC | BPF_W) && insn->imm == BPF_CMPXCHG;
}

/* The helper gives something? Others leave in rax what they like. */
static bool gives_nothing(const struct bpf_insn *insn)
{
	const struct helper *helper = insn->src_reg ? NULL : vm_plain_helper(insn->imm);

	return insn->code == (BPF_JMP | BPF_TAIL_CALL) || (helper && helper->ret == RET_VOID);
}

static u32 written_by(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code);

	if (class == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC)
		return insn->imm == BPF_CMPXCHG ? 1u : insn->imm & BPF_FETCH ? 1u << insn->src_reg : 0;
	return class == BPF_ALU || class == BPF_ALU64 || class == BPF_LDX || class == BPF_LD
		       ? 1u << insn->dst_reg
		       : 0;
}

/* @frame: before the insn. */
static void learn(struct pair *p, const struct bpf_insn *insn, u32 frame)
{
	const struct vm *vm = p->sim->vm;

	if (vm->frame > frame) {
		p->known_in[frame] = p->known;
		if (!insn_is_pseudo_call(insn)) /* a callback */
			p->known = 1u << BPF_REG_1 | 1u << BPF_REG_2;
		p->known = (p->known & ~SAVED) | 1u << BPF_REG_10;
	} else if (vm->frame < frame) {
		p->known = (p->known_in[vm->frame] & (SAVED | 1u << BPF_REG_10)) | 1u << BPF_REG_0;
	} else if (insn->code == (BPF_JMP | BPF_TAIL_CALL) && !vm->pc) {
		p->known = 1u << BPF_REG_1 | 1u << BPF_REG_10;
	} else if (is_call(insn)) {
		p->known = (p->known & ~(ARGUMENTS | 1u)) | (gives_nothing(insn) ? 0 : 1u);
	} else if (insn->code == (BPF_JMP | BPF_EXIT)) { /* of a callback that is called once more */
		p->known = 1u << BPF_REG_1 | 1u << BPF_REG_2 | 1u << BPF_REG_10;
	} else {
		p->known |= written_by(insn);
		if (is_cmpxchg32(insn))
			p->known &= ~1u;
	}
}

/* --- one insn --- */

/* An exit that jumps to the epilogue, which stands where the first exit does. */
static void pass_epilogue(struct pair *p, const struct prog *prog, const struct span *span)
{
	const struct jit_image *image = &prog->jit->build->func[span->func];
	u64 epilogue = exec_address(image->address) + image->epilogue;

	if (span->begin != image->epilogue)
		while (p->at < p->trace.count && p->trace.step[p->at++].rip != epilogue)
			;
	else
		p->at++;
}

/* The insn that is interpreted next begins at step @at of the machine. */
static void note_border(struct native_follow *f, u64 at)
{
	u64 *more;

	if (f->insns == f->room) {
		more = realloc(f->border, (f->room + 1024) * sizeof(*more));
		if (!more)
			return;
		f->border = more;
		f->room += 1024;
	}
	f->border[f->insns++] = at;
}

static void step(struct pair *p)
{
	struct sim *sim = p->sim;
	struct vm *vm = sim->vm;
	const struct prog *prog = vm->prog;
	const struct bpf_insn insn = prog->xlated->insns[vm->pc];
	const struct span span = span_of(prog, vm->pc);
	bool compare = !p->differs && p->trace.end != NATIVE_CRASHED;
	u64 now = sim->clock->step;
	u32 frame = vm->frame;

	compare = compare && span.begin != span.end && at_same_place(p, &span) && same_registers(p);
	if (p->follow)
		note_border(p->follow, compare ? p->at : NATIVE_NO_STEP);
	vm_run(sim, 1);
	sim->clock->step = now;
	if (compare && insn.code == (BPF_JMP | BPF_EXIT))
		pass_epilogue(p, prog, &span);
	else if (compare)
		p->at++;
	learn(p, &insn, frame);
}

/* --- the run --- */

static void compare_ends(struct pair *p)
{
	const struct vm *vm = p->sim->vm;
	const struct native_trace *trace = &p->trace;
	u8 end = vm->state == VM_EXITED ? NATIVE_EXITED : NATIVE_FAULTED;
	struct native_place place;

	if (trace->end == NATIVE_CRASHED)
		differ(p, "the child that ran the machine code was ended by signal %d", trace->signal);
	else if (trace->end != end)
		differ(p, "the interpreter %s, the machine %s: %s", end == NATIVE_EXITED ? "exits" : "faults",
		       end == NATIVE_EXITED ? "faults" : "exits",
		       end == NATIVE_EXITED ? trace->fault.text : vm->fault.text);
	else if (end == NATIVE_FAULTED && strcmp(trace->fault.text, vm->fault.text))
		differ(p, "the interpreter's fault: %s; the machine's: %s", vm->fault.text,
		       trace->fault.text);
	else if (end == NATIVE_EXITED && next_border(p, &place))
		differ(p, "the machine goes on at insn %u", native_insn(&place));
	else if (end == NATIVE_EXITED && p->known & 1u && trace->r0 != vm->reg[BPF_REG_0])
		differ(p, "r0 is 0x%llx in the interpreter, 0x%llx in the machine",
		       (unsigned long long)vm->reg[BPF_REG_0], (unsigned long long)trace->r0);
	else if (trace->hash != native_hash(p->sim))
		differ(p, "memory is another one after the run");
}

/* The trace is the caller's to free. */
static int run_pair(struct pair *p)
{
	struct native_lockstep *result = p->result;
	struct sim *sim = p->sim;
	int err = native_trace(sim, NATIVE_STEPS_MAX, &p->trace);

	p->known = 1u << BPF_REG_1 | 1u << BPF_REG_10;
	result->runs++;
	if (err)
		differ(p, "%s", sim->why.text);
	result->steps += p->trace.count;
	while (sim->vm->state == VM_RUNNING)
		step(p);
	if (!p->differs && p->trace.end == NATIVE_CUT)
		result->cut++;
	else if (!p->differs)
		compare_ends(p);
	return err;
}

void native_lockstep(struct sim *sim, struct native_lockstep *result)
{
	struct pair p = {.sim = sim, .result = result};

	run_pair(&p);
	native_trace_free(&p.trace);
}

int native_follow(struct sim *sim, struct native_follow *follow)
{
	struct pair p = {.sim = sim, .result = &follow->result, .follow = follow};
	int err;

	*follow = (struct native_follow){0};
	err = native_ops()->open(sim);
	if (err)
		return err;
	err = run_pair(&p);
	follow->trace = p.trace;
	return err;
}

void native_follow_free(struct native_follow *follow)
{
	native_trace_free(&follow->trace);
	free(follow->border);
	follow->border = NULL;
}

static int open(struct sim *sim)
{
	return native_ops()->open(sim);
}

static void run(struct sim *sim)
{
	native_lockstep(sim, &native_lockstep_result);
}

static const struct exec_ops ops = {.open = open, .run = run};

const struct exec_ops *native_lockstep_ops(void)
{
	return &ops;
}
