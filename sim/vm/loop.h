/*
 * The interpreter's loop, included four times (fast.c, exact.c, guarded.c, checked.c) with
 *
 *	LOOP_NAME      the function's name
 *	LOOP_CHECKED   1: it is the program as written that runs: each fetch, access and helper argument is
 *	               checked, context and socket are served through tables of fields; 0: it is
 *	               prog->xlated, on the kernel's structs: calls are ktext.h's, there are loads that may
 *	               fault and tail calls by opcode
 *	LOOP_GUARDED   1: translated, and checked by guard.c, because it was edited; may be left undefined
 *	LOOP_EXACT     1: each instruction is counted; 0: the instructions of a straight run are counted
 *	               when a jump ends it
 *
 * A body ends with NEXT or JUMP: both go straight to the next opcode's body through the table of labels,
 * which the CPU predicts better than one common switch. Registers are worked on where they lie in struct
 * vm; only pc is kept in `insn`.
 *
 * Counting: `left` instructions may still be executed, not counting those from `start` to `insn`, which
 * follow each other (fast loop only). An instruction that faults counts as executed.
 */
#include "ops.h"

#ifndef LOOP_GUARDED
#define LOOP_GUARDED 0
#endif

#define DST reg[insn->dst_reg]
#define SRC reg[insn->src_reg]
#define IMM insn->imm

/* Instructions done before the one at `insn`. */
#define DONE_BEFORE (LOOP_EXACT ? max - left - 1 : max - left + (u64)(insn - start))

#define DISPATCH                                                                                   \
	do {                                                                                       \
		if (LOOP_EXACT) {                                                                  \
			if (UNLIKELY(!left))                                                       \
				goto leave;                                                        \
			left--;                                                                    \
		}                                                                                  \
		if (LOOP_CHECKED && UNLIKELY((u64)(insn - insns) >= insn_cnt ||                    \
					     insn->dst_reg >= MAX_BPF_REGS ||                      \
					     insn->src_reg >= MAX_BPF_REGS))                       \
			goto bad_fetch;                                                            \
		goto *label[insn->code];                                                           \
	} while (0)

#define NEXT                                                                                       \
	do {                                                                                       \
		insn++;                                                                            \
		DISPATCH;                                                                          \
	} while (0)

/*
 * The target is relative to the next instruction. The fast loop guesses that it is where the straight run
 * began, as at the end of an innermost loop: then the CPU need not wait for the distance, which it would
 * have to load, to go on. The empty asm keeps the compiler from seeing that both ways give the same.
 */
#define JUMP(distance)                                                                             \
	do {                                                                                       \
		const struct bpf_insn *target = insn + 1 + (distance);                             \
                                                                                                   \
		if (LOOP_EXACT) {                                                                  \
			insn = target;                                                             \
			DISPATCH;                                                                  \
		}                                                                                  \
		left -= insn + 1 - start;                                                          \
		insn = start;                                                                      \
		if (LIKELY(target == start))                                                       \
			__asm__("" : "+r"(insn));                                                  \
		else                                                                               \
			insn = start = target;                                                     \
		if (UNLIKELY(left < insn_cnt))                                                     \
			goto leave;                                                                \
		DISPATCH;                                                                          \
	} while (0)

#define CHECK_ACCESS(addr, size, write)                                                            \
	do {                                                                                       \
		if (LOOP_CHECKED && UNLIKELY(!in_frame(vm, addr, size)) &&                         \
		    UNLIKELY(!vm_may_access(sim, addr, size, write)))                              \
			goto fault;                                                                \
	} while (0)

/*
 * NEXT where @opcode follows often: the CPU is faster at a branch between two ways than at a
 * jump to one of many.
 */
#define NEXT_OFTEN(opcode, body)                                                                   \
	do {                                                                                       \
		insn++;                                                                            \
		if (!LOOP_EXACT && insn->code == (opcode))                                         \
			goto body;                                                                 \
		DISPATCH;                                                                          \
	} while (0)

/* In the arena? A translated program has no other memory. */
#define CHECK_ARENA(addr, size, write)                                                             \
	do {                                                                                       \
		if (LOOP_GUARDED && !vm_guard_access(sim, (addr) - insn->off, insn->off, size, write)) \
			goto fault;                                                                \
		if (!LOOP_CHECKED && UNLIKELY((addr) - ARENA_BASE > ARENA_SIZE - (size))) {        \
			vm_fault_access(sim, addr, size, write);                                   \
			goto fault;                                                                \
		}                                                                                  \
	} while (0)

#define IS_SERVED(addr) (LOOP_CHECKED && UNLIKELY(vm_is_served(vm, addr)))

static inline bool in_frame(const struct vm *vm, u64 addr, u32 size)
{
	return addr - vm_frame_top(vm, vm->frame + 1) <= VM_FRAME_SIZE - size;
}

u64 LOOP_NAME(struct sim *sim, u64 max)
{
/* Opcodes without a line of their own are unknown. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
	static const void *const label[256] = {
		[0 ... 255] = &&unknown,
#define ALU_LABELS(op, fn)                                                                         \
	[BPF_ALU64 | BPF_##op | BPF_K] = &&alu64_##op##_K,                                         \
	[BPF_ALU64 | BPF_##op | BPF_X] = &&alu64_##op##_X,                                         \
	[BPF_ALU | BPF_##op | BPF_K] = &&alu32_##op##_K,                                           \
	[BPF_ALU | BPF_##op | BPF_X] = &&alu32_##op##_X,
		ALU_OPS(ALU_LABELS)
		DIV_OPS(ALU_LABELS)
		ALU_LABELS(MOV, )
		[BPF_ALU64 | BPF_NEG] = &&alu64_NEG,
		[BPF_ALU | BPF_NEG] = &&alu32_NEG,
		[BPF_ALU | BPF_END | BPF_TO_LE] = &&alu32_END_LE,
		[BPF_ALU | BPF_END | BPF_TO_BE] = &&alu32_END_BE,
		[BPF_ALU64 | BPF_END] = &&alu64_END,
#define JMP_LABELS(op, fn)                                                                         \
	[BPF_JMP | BPF_##op | BPF_K] = &&jmp64_##op##_K, [BPF_JMP | BPF_##op | BPF_X] = &&jmp64_##op##_X, \
	[BPF_JMP32 | BPF_##op | BPF_K] = &&jmp32_##op##_K, [BPF_JMP32 | BPF_##op | BPF_X] = &&jmp32_##op##_X,
		JMP_OPS(JMP_LABELS)
		[BPF_JMP | BPF_JA] = &&jmp64_JA,
		[BPF_JMP32 | BPF_JA] = &&jmp32_JA,
		[BPF_JMP | BPF_CALL] = &&jmp64_CALL,
		[BPF_JMP | BPF_CALL | BPF_X] = &&jmp64_CALLX,
		[BPF_JMP | BPF_EXIT] = &&jmp64_EXIT,
#define MEM_LABELS(size, type, stype)                                                              \
	[BPF_LDX | BPF_MEM | BPF_##size] = &&ldx_##size, [BPF_ST | BPF_MEM | BPF_##size] = &&st_##size, \
	[BPF_STX | BPF_MEM | BPF_##size] = &&stx_##size,
		MEM_SIZES(MEM_LABELS)
		[BPF_LDX | BPF_MEMSX | BPF_B] = &&ldsx_B,
		[BPF_LDX | BPF_MEMSX | BPF_H] = &&ldsx_H,
		[BPF_LDX | BPF_MEMSX | BPF_W] = &&ldsx_W,
		[BPF_STX | BPF_ATOMIC | BPF_W] = &&atomic_W,
		[BPF_STX | BPF_ATOMIC | BPF_DW] = &&atomic_DW,
#define PROBE_LABELS(size, type, stype)                                                            \
	[BPF_LDX | BPF_PROBE_MEM | BPF_##size] = LOOP_CHECKED ? &&unknown : &&probe_##size,
		MEM_SIZES(PROBE_LABELS)
		[BPF_ST | BPF_NOSPEC] = LOOP_CHECKED ? &&unknown : &&nospec,
		[BPF_JMP | BPF_TAIL_CALL] = LOOP_CHECKED ? &&unknown : &&other_call,
		[BPF_LD | BPF_IMM | BPF_DW] = &&ld_imm64,
		[BPF_LD | BPF_ABS | BPF_B] = &&ld_abs_B, [BPF_LD | BPF_IND | BPF_B] = &&ld_ind_B,
		[BPF_LD | BPF_ABS | BPF_H] = &&ld_abs_H, [BPF_LD | BPF_IND | BPF_H] = &&ld_ind_H,
		[BPF_LD | BPF_ABS | BPF_W] = &&ld_abs_W, [BPF_LD | BPF_IND | BPF_W] = &&ld_ind_W,
	};
#pragma GCC diagnostic pop
	struct vm *const vm = sim->vm;
	u64 *const reg = vm->reg;
	const struct bpf_insn *const insns = LOOP_CHECKED ? vm->prog->insns : vm->prog->xlated->insns;
	const u64 insn_cnt = LOOP_CHECKED ? vm->prog->insn_cnt : vm->prog->xlated->insn_cnt;
	const u64 step = sim->clock->step;
	const struct bpf_insn *insn = insns + (s32)vm->pc, *start = insn;
	u64 left = max, result;
	u32 id, n;
	s32 offset;

	DISPATCH;

	/* --- arithmetic --- */

#define ALU_BODIES(op, fn)                                                                         \
	alu64_##op##_K: DST = fn##64(DST, IMM); NEXT_OFTEN(BPF_JMP | BPF_JNE | BPF_K, jmp64_JNE_K); \
	alu64_##op##_X: DST = fn##64(DST, SRC); NEXT;                                              \
	alu32_##op##_K: DST = fn##32(DST, IMM); NEXT;                                              \
	alu32_##op##_X: DST = fn##32(DST, SRC); NEXT;
	ALU_OPS(ALU_BODIES)

#define DIV_BODIES(op, fn)                                                                         \
	alu64_##op##_K: DST = fn##64(DST, IMM, insn->off); NEXT;                                   \
	alu64_##op##_X: DST = fn##64(DST, SRC, insn->off);                                         \
		NEXT_OFTEN(BPF_JMP | BPF_JEQ | BPF_K, jmp64_JEQ_K);                                \
	alu32_##op##_K: DST = fn##32(DST, IMM, insn->off); NEXT;                                   \
	alu32_##op##_X: DST = fn##32(DST, SRC, insn->off); NEXT;
	DIV_OPS(DIV_BODIES)

	alu64_MOV_K: DST = IMM; NEXT;
	alu32_MOV_K: DST = (u32)IMM; NEXT;
	alu64_MOV_X: DST = LIKELY(!insn->off) ? SRC : op_movsx(SRC, insn->off); NEXT;
	alu32_MOV_X: DST = (u32)(LIKELY(!insn->off) ? SRC : op_movsx(SRC, insn->off)); NEXT;
	alu64_NEG: DST = -DST; NEXT;
	alu32_NEG: DST = -(u32)DST; NEXT;
	alu32_END_LE: if (op_truncate(&DST, IMM)) NEXT; goto unknown;
	alu32_END_BE:
	alu64_END: if (op_swap(&DST, IMM)) NEXT; goto unknown;

	/* --- jumps --- */

#define JMP_BODIES(op, fn)                                                                         \
	jmp64_##op##_K: if (fn##64(DST, IMM)) JUMP(insn->off); NEXT;                               \
	jmp64_##op##_X: if (fn##64(DST, SRC)) JUMP(insn->off); NEXT;                               \
	jmp32_##op##_K: if (fn##32(DST, IMM)) JUMP(insn->off); NEXT;                               \
	jmp32_##op##_X: if (fn##32(DST, SRC)) JUMP(insn->off); NEXT;
	JMP_OPS(JMP_BODIES)

	jmp64_JA: JUMP(insn->off);
	jmp32_JA: JUMP((s64)IMM);

	/* --- memory --- */

#define MEM_BODIES(size, type, stype)                                                              \
	ldx_##size: {                                                                              \
		u64 addr = SRC + insn->off;                                                        \
                                                                                                   \
		if (IS_SERVED(addr)) {                                                             \
			if (!vm_load_served(sim, addr, sizeof(type), &DST))                        \
				goto fault;                                                        \
			NEXT;                                                                      \
		}                                                                                  \
		CHECK_ACCESS(addr, sizeof(type), false);                                           \
		CHECK_ARENA(addr, sizeof(type), false);                                            \
		DST = mem_load_##size(addr);                                                       \
		NEXT;                                                                              \
	}                                                                                          \
	st_##size: {                                                                               \
		u64 addr = DST + insn->off;                                                        \
                                                                                                   \
		if (IS_SERVED(addr)) {                                                             \
			if (!vm_store_served(sim, addr, sizeof(type), (type)IMM))                  \
				goto fault;                                                        \
			NEXT;                                                                      \
		}                                                                                  \
		CHECK_ACCESS(addr, sizeof(type), true);                                            \
		CHECK_ARENA(addr, sizeof(type), true);                                             \
		mem_store_##size(addr, IMM);                                                       \
		NEXT;                                                                              \
	}                                                                                          \
	stx_##size: {                                                                              \
		u64 addr = DST + insn->off;                                                        \
                                                                                                   \
		if (IS_SERVED(addr)) {                                                             \
			if (!vm_store_served(sim, addr, sizeof(type), (type)SRC))                  \
				goto fault;                                                        \
			NEXT;                                                                      \
		}                                                                                  \
		CHECK_ACCESS(addr, sizeof(type), true);                                            \
		CHECK_ARENA(addr, sizeof(type), true);                                             \
		mem_store_##size(addr, SRC);                                                       \
		NEXT_OFTEN(BPF_LDX | BPF_MEM | BPF_##size, ldx_##size);                            \
	}
	MEM_SIZES(MEM_BODIES)

#define LDSX_BODY(size, type, stype)                                                               \
	ldsx_##size: {                                                                             \
		u64 addr = SRC + insn->off;                                                        \
                                                                                                   \
		if (IS_SERVED(addr)) {                                                             \
			if (!vm_load_served(sim, addr, sizeof(type), &DST))                        \
				goto fault;                                                        \
			DST = (u64)(stype)DST;                                                     \
			NEXT;                                                                      \
		}                                                                                  \
		CHECK_ACCESS(addr, sizeof(type), false);                                           \
		CHECK_ARENA(addr, sizeof(type), false);                                            \
		DST = (u64)(stype)mem_load_##size(addr);                                           \
		NEXT;                                                                              \
	}
	LDSX_BODY(B, u8, s8)
	LDSX_BODY(H, u16, s16)
	LDSX_BODY(W, u32, s32)

#define ATOMIC_BODY(size, type)                                                                    \
	atomic_##size: {                                                                           \
		u64 addr = DST + insn->off;                                                        \
                                                                                                   \
		CHECK_ACCESS(addr, sizeof(type), false);                                           \
		CHECK_ARENA(addr, sizeof(type), false);                                            \
		CHECK_ACCESS(addr, sizeof(type), true);                                            \
		CHECK_ARENA(addr, sizeof(type), true);                                             \
		if (!op_atomic_##size(IMM, addr, &SRC, &reg[BPF_REG_0]))                           \
			goto unknown;                                                              \
		NEXT;                                                                              \
	}
	ATOMIC_BODY(W, u32)
	ATOMIC_BODY(DW, u64)

	/* Linux reads 0 where nothing is; what is below the arena is user memory. */
#define PROBE_BODY(size, type, stype)                                                              \
	probe_##size: {                                                                            \
		u64 addr = SRC + insn->off;                                                        \
                                                                                                   \
		DST = addr - ARENA_BASE > ARENA_SIZE - sizeof(type) ? 0 : mem_load_##size(addr);   \
		NEXT;                                                                              \
	}
	MEM_SIZES(PROBE_BODY)

	nospec: NEXT;

	ld_imm64:
		if (LOOP_CHECKED && UNLIKELY((u64)(insn + 1 - insns) >= insn_cnt))
			goto unknown;
		DST = (u32)IMM | (u64)(u32)insn[1].imm << 32;
		if (UNLIKELY(insn->src_reg == BPF_PSEUDO_FUNC))
			DST = LOOP_CHECKED ? (u64)insn + (1 + (s64)IMM) * (s64)sizeof(*insn) :
					     vm->prog->xlated->subprogs[insn[1].imm].address;
		insn++;
		start++; /* two slots, one instruction */
		NEXT;

	/*
	 * A load beyond the packet ends the function with 0, as the kernel's translation of
	 * these instructions does.
	 */
#define LD_CLASSIC_BODIES(size, bytes)                                                             \
	ld_abs_##size: offset = IMM; n = bytes; goto ld_classic;                                   \
	ld_ind_##size: offset = (u32)SRC + (u32)IMM; n = bytes; goto ld_classic;
	LD_CLASSIC_BODIES(B, 1)
	LD_CLASSIC_BODIES(H, 2)
	LD_CLASSIC_BODIES(W, 4)
	ld_classic:
		if (!vm_prog_type(vm) || !vm_prog_type(vm)->load_classic)
			goto unknown;
		if (vm_load_classic(sim, offset, n))
			NEXT;
		reg[BPF_REG_0] = 0;
		goto jmp64_EXIT;

	/* --- calls and ends --- */

	jmp64_CALLX: /* clang up to 18 names the register in imm, later ones in dst */
		if ((u32)IMM >= MAX_BPF_REGS)
			goto unknown;
		id = reg[IMM ? IMM : insn->dst_reg];
		goto helper_call;
	jmp64_CALL:
		id = LOOP_CHECKED ? (u32)IMM : vm_helper_called_at(IMM);
		if (LOOP_GUARDED || UNLIKELY(insn->src_reg))
			goto other_call;
	helper_call: {
		const struct helper *helper = helper_by_id(id);

		if (UNLIKELY(!helper || !helper->fn))
			goto other_call;
		if (LOOP_CHECKED && UNLIKELY(!vm_check_args(sim, helper)))
			goto fault;
		vm->pc = insn - insns;
		sim->clock->step = step + DONE_BEFORE;
		result = helper->fn(sim, reg[1], reg[2], reg[3], reg[4], reg[5]);
		if (UNLIKELY(sim->clock->lock_wanted))
			goto wait;
		reg[BPF_REG_0] = result;
		if (LOOP_CHECKED)
			vm_refresh_packet(sim);
		if (UNLIKELY(sim->event_mask & EVENT_BIT(EV_HELPER)))
			event_send(sim, EV_HELPER, vm->prog->obj.id, id, reg[BPF_REG_0], 0, 0);
		NEXT;
	}
	other_call:
		vm->pc = insn - insns;
		if (!LOOP_CHECKED)
			sim->clock->step = step + DONE_BEFORE;
		if (LOOP_GUARDED && !vm_guard_call(sim, insn))
			goto fault;
		switch (LOOP_CHECKED ? vm_call(sim, insn, id) : vm_call_translated(sim, insn)) {
		case CALL_FAULT:
			goto fault;
		case CALL_WAIT:
			goto wait;
		case CALL_NEXT:
			NEXT;
		case CALL_JUMP:
			JUMP(insns + (s32)vm->pc - (insn + 1));
		case CALL_PROG:
			goto leave_for_prog;
		}

	jmp64_EXIT:
		if (vm->frame) {
			if (vm_return(sim) == CALL_JUMP)
				JUMP(insns + (s32)vm->pc - (insn + 1));
			goto leave_for_prog;
		}
		vm->state = VM_EXITED;
		goto stop;

	/* --- the ways out --- */

	wait:
		if (vm_wait(sim))
			goto stop;
		goto fault;
	unknown:
		vm_fault_insn(sim, insn);
		goto fault;
	bad_fetch:
		vm_fault_fetch(sim, insn - insns);
	fault:
		vm->state = VM_FAULTED;
	stop:
		vm->pc = insn - insns;
	leave_for_prog:
		if (!LOOP_EXACT)
			left -= insn + 1 - start;
		return max - left;
	leave:
		vm->pc = insn - insns;
		return max - left;
}
