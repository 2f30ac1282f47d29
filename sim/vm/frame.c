/*
 * Calls in translated programs, and the frames of their machine code: an interpreted function has its frame
 * where the compiled one would have it. Where programs are not compiled (net.core.bpf_jit_enable=0), a frame
 * is as large as the function's stack.
 */
#include "../ktext.h"
#include "internal.h"

/* The function of @prog that insn @pc stands in. */
static u32 func_at(const struct prog *prog, u32 pc)
{
	const struct xlated *xlated = prog->xlated;
	u32 i = xlated->nsubprogs - 1;

	while (xlated->subprogs[i].start > pc)
		i--;
	return i;
}

static u32 frame_size(const struct prog *prog, u32 func)
{
	const struct subprog *subprog = &prog->xlated->subprogs[func];

	return prog->bpf_func ? subprog->frame_size : round_up_u64(subprog->stack_depth, 8);
}

/* Below the caller's frame: @words, the last of them its frame pointer, to which the callee's points. */
static void place_frame(struct vm *vm, u64 caller_fp, u32 caller_size, u32 words)
{
	vm->reg[BPF_REG_10] = caller_fp - caller_size - words * sizeof(u64);
}

/* For the interpreter, the distance stands in off. */
static u32 callee(const struct vm *vm, const struct bpf_insn *insn)
{
	return vm->prog->bpf_func ? vm->prog->xlated->subprogs[insn->imm].start : vm->pc + 1 + insn->off;
}

static enum call_result call_function(struct sim *sim, const struct bpf_insn *insn)
{
	struct vm *vm = sim->vm;
	u32 size = frame_size(vm->prog, func_at(vm->prog, vm->pc));
	struct vm_frame *frame = vm_push_frame(sim, callee(vm, insn));

	if (!frame)
		return CALL_FAULT;
	place_frame(vm, frame->fp, size, 2); /* return address, frame pointer */
	return CALL_JUMP;
}

/* The function whose address the helper was given; false: there is none. */
static bool function_given(struct sim *sim, u32 helper, u32 *start)
{
	const struct xlated *xlated = sim->vm->prog->xlated;
	u32 reg = vm_callback_reg(helper);

	for (u32 i = 0; i < xlated->nsubprogs; i++)
		if (xlated->subprogs[i].address == sim->vm->reg[reg]) {
			*start = xlated->subprogs[i].start;
			return true;
		}
	return vm_fault(sim, FAULT_HELPER, "%s: r%u is not the address of a function of the program",
			helper_name(helper), reg);
}

static enum call_result call_back_function(struct sim *sim, u32 helper)
{
	struct vm *vm = sim->vm;
	u32 size = frame_size(vm->prog, func_at(vm->prog, vm->pc)), before = vm->frame, start = 0;
	enum call_result result;

	if (!function_given(sim, helper, &start))
		return CALL_FAULT;
	result = helper == BPF_FUNC_user_ringbuf_drain ? vm_drain(sim, start) : vm_call_back(sim, helper, start);
	if (vm->frame != before)
		place_frame(vm, vm->frames[vm->frame].fp, size, 3); /* and that of the helper */
	return result;
}

enum call_result vm_call_translated(struct sim *sim, const struct bpf_insn *insn)
{
	struct ktext ktext = ktext_at(insn->imm);

	if (insn->code == (BPF_JMP | BPF_TAIL_CALL))
		return vm_tail_call(sim, false);
	if (insn_is_pseudo_call(insn))
		return call_function(sim, insn);
	if (ktext.kind == KTEXT_HELPER &&
	    (ktext.n == BPF_FUNC_loop || ktext.n == BPF_FUNC_user_ringbuf_drain || ktext.n == BPF_FUNC_find_vma))
		return call_back_function(sim, ktext.n);
	if (vm_is_map_walk(ktext))
		return call_back_function(sim, BPF_FUNC_for_each_map_elem);
	if (!vm_call_kernel(sim, insn->imm, sim->vm->reg))
		return CALL_FAULT;
	return sim->clock->lock_wanted ? CALL_WAIT : CALL_NEXT;
}

/* --- looking --- */

/* Where frame @frame of the run stands in its program. */
static u32 pc_of_frame(const struct vm *vm, u32 frame, const struct prog **prog)
{
	*prog = frame == vm->frame ? vm->prog : vm->frames[frame + 1].prog;
	return frame == vm->frame ? vm->pc : vm->frames[frame + 1].return_pc - 1;
}

u64 vm_frame_fp(const struct vm *vm, u32 frame, u32 *size)
{
	const struct prog *prog;
	u32 pc = pc_of_frame(vm, frame, &prog);

	*size = VM_FRAME_SIZE;
	if (!vm->translated)
		return vm_frame_top(vm, frame);
	*size = round_up_u64(prog->xlated->subprogs[func_at(prog, pc)].stack_depth, 8);
	return frame == vm->frame ? vm->reg[BPF_REG_10] : vm->frames[frame + 1].fp;
}
