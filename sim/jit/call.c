/*
 * The JIT's frame: prologue, calls, tail calls, exit.
 *
 * The stack of a function, from rbp down: its BPF stack (rounded up to 8); if a tail call can come, the
 * count of those made so far, which travels in rax; the callee-saved registers that it uses.
 */
#include "emit.h"

#define MAX_TAIL_CALLS 33

/* Offsets in kernel structs. */
#define MAP_MAX_ENTRIES 0x24  /* bpf_array.map.max_entries */
#define ARRAY_PTRS 0x110      /* bpf_array.ptrs */
#define PROG_BPF_FUNC 0x30    /* bpf_prog.bpf_func */

static const u8 callee_saved[] = {RBX, R13, R14, R15};

void emit_push_saved(struct emit *e)
{
	for (u32 i = 0; i < ARRAY_SIZE(callee_saved); i++) {
		if (!(e->image->saved & 1 << i))
			continue;
		x86_rex(&e->code, false, 0, callee_saved[i]);
		x86_push(&e->code, callee_saved[i] & 7);
	}
}

void emit_pop_saved(struct emit *e)
{
	for (u32 i = ARRAY_SIZE(callee_saved); i-- > 0;) {
		if (!(e->image->saved & 1 << i))
			continue;
		x86_rex(&e->code, false, 0, callee_saved[i]);
		x86_pop(&e->code, callee_saved[i] & 7);
	}
}

/* add (digit 0) or sub (digit 5) rsp; always with four bytes, which tail calls count on. */
static void move_rsp(struct emit *e, u8 digit)
{
	if (!emit_func(e)->stack_depth)
		return;
	x86_op1(&e->code, true, 0x81, digit, RSP);
	x86_imm32(&e->code, emit_stack(e));
}

bool emit_prologue(struct emit *e)
{
	struct x86_code *c = &e->code;
	bool main = e->build->current == 0;

	x86_nops(c, JIT_PATCH_SIZE); /* fentry and freplace put a call here */
	if (!e->build->program->classic) {
		if (e->image->tail_call && main)
			x86_op(c, false, 0x31, RAX, RAX);
		else
			x86_nops(c, 2);
	}
	x86_push(c, RBP);
	x86_mov(c, true, RBP, RSP);
	move_rsp(e, 5);
	if (e->image->tail_call)
		x86_push(c, RAX);
	emit_push_saved(e);
	return true;
}

/* --- calls --- */

static void tail_count_to_rax(struct emit *e)
{
	x86_note(&e->code, JIT_NOTE_TAIL_COUNT);
	x86_rex(&e->code, true, RAX, RBP);
	x86_byte(&e->code, X86_LOAD);
	x86_byte(&e->code, 0x80 | RBP);
	x86_imm32(&e->code, -emit_stack(e) - 8);
}

/* Which address? Before the extra pass any will do. */
static bool find_callee(struct emit *e, u64 *target)
{
	const struct jit_build *build = e->build;
	s32 imm = e->insn->imm;

	if (!insn_is_pseudo_call(e->insn)) {
		*target = build->target->call_base + (s64)imm;
		return imm || emit_fail(e, -EINVAL, "call of nothing");
	}
	if ((u32)imm >= build->program->nfuncs)
		return emit_fail(e, -EINVAL, "call of function %u, there are %u", imm,
				 build->program->nfuncs);
	*target = build->extra ? build->func[imm].address : build->target->call_base + 1;
	return true;
}

bool emit_call(struct emit *e)
{
	u64 target = 0;

	if (!find_callee(e, &target))
		return false;
	if (e->image->tail_call)
		tail_count_to_rax(e);
	if (!x86_rel32(&e->code, X86_CALL, target, emit_ip(e)))
		return emit_fail(e, -ERANGE, "call of 0x%llx is out of range", (unsigned long long)target);
	if (insn_is_pseudo_call(e->insn))
		return emit_reloc(e, JIT_RELOC_FUNC, 4, e->insn->imm, target);
	return emit_reloc(e, JIT_RELOC_CALL, 4, 0, target);
}

/* --- tail calls --- */

/* A short jump to the end of the tail call's code, which the pass before has found at @label. */
static void jump_out(struct emit *e, u8 condition, u32 label)
{
	x86_bytes2(&e->code, condition, label - (e->code.n + 2));
}

/* The count is a dword of the pushed rax: [rbp - stack - 4]. */
static void count_access(struct emit *e, u8 opcode)
{
	x86_bytes2(&e->code, opcode, 0x80 | RBP);
	x86_imm32(&e->code, -4 - emit_stack(e));
}

static void count_tail_call(struct emit *e, u32 label)
{
	struct x86_code *c = &e->code;

	count_access(e, X86_LOAD);
	x86_op1(c, false, 0x83, 7, RAX);
	x86_byte(c, MAX_TAIL_CALLS);
	jump_out(e, X86_JAE, label);
	x86_op1(c, false, 0x83, 0, RAX);
	x86_byte(c, 1);
	count_access(e, X86_STORE);
}

/* What the prologue did, taken back, but for "push rbp; mov rbp, rsp": the target is entered behind them. */
static void unwind(struct emit *e)
{
	emit_pop_saved(e);
	x86_pop(&e->code, RAX);
	move_rsp(e, 0);
}

/*
 * The array and the index are known: the target is patched in when there is one. Until then a jump leads
 * around.
 */
static bool tail_call_direct(struct emit *e, u32 number)
{
	struct x86_code *c = &e->code;
	u32 label = e->image->direct_label, begin = e->image->off[e->i], bypass;

	if (number >= e->build->program->npokes)
		return emit_fail(e, -EINVAL, "tail call %u, there are %u", number, e->build->program->npokes);
	x86_note(c, JIT_NOTE_DIRECT);
	count_tail_call(e, label);
	bypass = c->n;
	x86_byte(c, X86_JMP);
	x86_imm32(c, label - (bypass + JIT_PATCH_SIZE));
	unwind(e);
	x86_nops(c, JIT_PATCH_SIZE);
	if (!emit_reloc(e, JIT_RELOC_POKE, 4, number, 0))
		return false;
	e->build->poke[number] = (struct jit_poke){
		.func = e->build->current,
		.insn = e->i,
		.bypass = begin + bypass,
		.target = begin + label - JIT_PATCH_SIZE,
		.resume = begin + label,
	};
	e->image->direct_label = c->n;
	return true;
}

static bool tail_call_indirect(struct emit *e)
{
	struct x86_code *c = &e->code;
	u32 label = e->image->indirect_label;

	x86_note(c, JIT_NOTE_INDIRECT);
	x86_mov(c, false, RDX, RDX);
	x86_byte(c, 0x39); /* cmp [rsi + max_entries], edx */
	x86_bytes2(c, 0x40 | RDX << 3 | RSI, MAP_MAX_ENTRIES);
	jump_out(e, X86_JBE, label);
	count_tail_call(e, label);
	x86_rex(c, true, RCX, RSI);
	x86_bytes3(c, X86_LOAD, 0x8c, 0xd6); /* mov rcx, [rsi + 8 * rdx + ptrs] */
	x86_imm32(c, ARRAY_PTRS);
	x86_op(c, true, 0x85, RCX, RCX);
	jump_out(e, X86_JE, label);
	unwind(e);
	x86_load(c, BPF_DW, RCX, RCX, PROG_BPF_FUNC);
	x86_op1(c, true, 0x83, 0, RCX);
	x86_byte(c, JIT_TAIL_CALL_OFFSET);
	if (!x86_jump_reg(c, e->build->target, RCX, emit_ip(e)))
		return emit_fail(e, -ERANGE, "the thunk for rcx is out of range");
	e->image->indirect_label = c->n;
	return !(c->notes & 1u << JIT_NOTE_THUNK) ||
	       emit_reloc(e, JIT_RELOC_THUNK, 4, 0, e->build->target->indirect_thunk[RCX]);
}

bool emit_tail_call(struct emit *e)
{
	return e->insn->imm ? tail_call_direct(e, e->insn->imm - 1) : tail_call_indirect(e);
}

/* --- exit --- */

/* Classic programs of unprivileged users: they must not train the branch predictor for the kernel. */
static bool history_barrier(struct emit *e)
{
	const struct jit_target *target = e->build->target;
	struct x86_code *c = &e->code;

	if (target->clear_bhb) {
		x86_push(c, RAX);
		x86_push(c, RCX);
		if (!x86_rel32(c, X86_CALL, target->clear_bhb_loop, emit_ip(e)))
			return emit_fail(e, -ERANGE, "clear_bhb_loop is out of range");
		if (!emit_reloc(e, JIT_RELOC_THUNK, 4, 0, target->clear_bhb_loop))
			return false;
		x86_pop(c, RCX);
		x86_pop(c, RAX);
	}
	if (target->ibhf) {
		x86_bytes3(c, 0xf3, 0x48, 0x0f);
		x86_bytes2(c, 0x1e, 0xf8);
	}
	return true;
}

static bool epilogue(struct emit *e)
{
	const struct jit_program *program = e->build->program;

	x86_note(&e->code, JIT_NOTE_EPILOGUE);
	e->build->seen_exit = true;
	e->image->epilogue = e->image->off[e->i];
	if (program->classic && !program->trusted && !history_barrier(e))
		return false;
	emit_pop_saved(e);
	x86_byte(&e->code, X86_LEAVE);
	if (!x86_return(&e->code, e->build->target, emit_ip(e)))
		return emit_fail(e, -ERANGE, "the return thunk is out of range");
	return !e->build->target->rethunk ||
	       emit_reloc(e, JIT_RELOC_THUNK, 4, 0, e->build->target->return_thunk);
}

/* The first exit is the epilogue; the others jump to it. */
bool emit_exit(struct emit *e)
{
	if (!e->build->seen_exit)
		return epilogue(e);
	x86_note(&e->code, JIT_NOTE_TO_EPILOGUE);
	return emit_jump_over(e, (s64)e->image->epilogue - e->image->off[e->i + 1]);
}
