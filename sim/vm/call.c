/*
 * Calls that change what runs: subprograms, their returns, tail calls. Mirrors kernel/bpf/core.c. Helpers
 * that call functions of the program are in callback.c.
 *
 * As with the kernel's JIT, a tail call in a subprogram replaces that subprogram only: when the new program
 * ends, its caller goes on, and counts its own tail calls from where it was. A tail call that cannot be made
 * leaves all registers as they are.
 */
#include "../ktext.h"
#include "internal.h"

struct vm_frame *vm_push_frame(struct sim *sim, u32 pc)
{
	struct vm *vm = sim->vm;
	struct vm_frame *frame;

	if (vm->frame + 1 == VM_MAX_FRAMES) {
		vm_fault(sim, FAULT_CALL_DEPTH, "call of a function from frame %u: there are %u frames",
			 vm->frame, VM_MAX_FRAMES);
		return NULL;
	}
	frame = &vm->frames[++vm->frame];
	frame->prog = vm->prog;
	frame->return_pc = vm->pc + 1;
	frame->by_helper = 0;
	frame->drain.ring = NULL;
	memcpy(frame->saved, &vm->reg[BPF_REG_6], sizeof(frame->saved));
	frame->fp = vm->reg[BPF_REG_10];
	frame->tail_calls = vm->tail_calls;
	vm->reg[BPF_REG_10] = vm_frame_top(vm, vm->frame);
	vm->pc = pc;
	return frame;
}

static enum call_result call_subprog(struct sim *sim, const struct bpf_insn *insn)
{
	return vm_push_frame(sim, sim->vm->pc + 1 + (u32)insn->imm) ? CALL_JUMP : CALL_FAULT;
}

enum call_result vm_return_from(struct sim *sim)
{
	struct vm *vm = sim->vm;
	struct vm_frame *frame = &vm->frames[vm->frame--];
	bool same = frame->prog == vm->prog;

	memcpy(&vm->reg[BPF_REG_6], frame->saved, sizeof(frame->saved));
	vm->reg[BPF_REG_10] = frame->fp;
	vm->tail_calls = frame->tail_calls;
	vm->pc = frame->return_pc;
	vm->prog = frame->prog;
	if (frame->by_helper == BPF_FUNC_for_each_map_elem)
		vm_walk_end(vm);
	return same ? CALL_JUMP : CALL_PROG;
}

enum call_result vm_return(struct sim *sim)
{
	struct vm *vm = sim->vm;
	struct vm_frame *frame = &vm->frames[vm->frame];

	if (frame->by_helper && frame->prog == vm->prog && vm_call_back_again(sim, frame))
		return CALL_JUMP;
	if (frame->drain.ring && vm_drain_next(vm, frame, frame->prog == vm->prog))
		return CALL_JUMP;
	return vm_return_from(sim);
}

/* The program at r3 of the program array r2, or NULL. */
static struct prog *tail_call_target(const struct vm *vm)
{
	const struct bpf_map_layout *array = (const struct bpf_map_layout *)vm->reg[BPF_REG_2];
	u32 index = vm->reg[BPF_REG_3];
	struct prog *prog;

	if (index >= array->max_entries || vm->tail_calls == VM_MAX_TAIL_CALLS)
		return NULL;
	memcpy(&prog, array->value + (u64)array->elem_size * index, sizeof(prog));
	return prog;
}

static enum call_result tail_call(struct sim *sim, bool checked)
{
	struct vm *vm = sim->vm;
	const struct bpf_map_layout *array = (const struct bpf_map_layout *)vm->reg[BPF_REG_2];
	struct prog *prog;

	if (checked && !vm_check_args(sim, helper_by_id(BPF_FUNC_tail_call)))
		return CALL_FAULT;
	if (array->map_type != BPF_MAP_TYPE_PROG_ARRAY) {
		vm_fault(sim, FAULT_HELPER, "bpf_tail_call: argument 2 is not a map of type prog_array");
		return CALL_FAULT;
	}
	prog = tail_call_target(vm);
	if (!prog)
		return CALL_NEXT;
	vm->tail_calls++;
	vm->prog = prog;
	vm->pc = 0;
	return CALL_PROG;
}

bool vm_fault_helper(struct sim *sim, u32 id)
{
	if (helper_by_id(id))
		return vm_fault(
			sim, FAULT_HELPER,
			"call of helper %d, %s: not simulated; such programs can be verified, not run",
			(s32)id, helper_name(id));
	return vm_fault(sim, FAULT_HELPER, "call of helper %d: Linux 6.1 has none of this number", (s32)id);
}

bool vm_fault_kfunc(struct sim *sim, u32 src)
{
	return vm_fault(sim, FAULT_HELPER, "call with src %u: kernel functions cannot be called here", src);
}

/* A helper that calls the function in r2. */
static enum call_result call_back(struct sim *sim, u32 helper, bool checked)
{
	const struct vm *vm = sim->vm;

	if (checked && !vm_check_args(sim, helper_by_id(helper)))
		return CALL_FAULT;
	return vm_call_back(sim, helper, (vm->reg[BPF_REG_2] - (u64)vm->prog->insns) / sizeof(struct bpf_insn));
}

enum call_result vm_call(struct sim *sim, const struct bpf_insn *insn, u32 id, bool checked)
{
	if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL)
		return call_subprog(sim, insn);
	if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg) {
		vm_fault_kfunc(sim, insn->src_reg);
		return CALL_FAULT;
	}
	if (id == BPF_FUNC_loop || id == BPF_FUNC_for_each_map_elem)
		return call_back(sim, id, checked);
	if (id == BPF_FUNC_tail_call)
		return tail_call(sim, checked);
	if (id == BPF_FUNC_user_ringbuf_drain)
		return vm_drain(sim, checked);
	vm_fault_helper(sim, id);
	return CALL_FAULT;
}

/* --- translated programs: the frames of their machine code --- */

/* The function that the call at vm->pc stands in. */
static const struct subprog *caller(const struct vm *vm)
{
	const struct xlated *xlated = vm->prog->xlated;
	u32 i = xlated->nsubprogs - 1;

	while (xlated->subprogs[i].start > vm->pc)
		i--;
	return &xlated->subprogs[i];
}

/* Below the caller's frame: @words, the last of them its frame pointer, to which the callee's points. */
static void place_frame(struct vm *vm, u64 caller_fp, u32 caller_size, u32 words)
{
	vm->reg[BPF_REG_10] = caller_fp - caller_size - words * sizeof(u64);
}

static enum call_result call_function(struct sim *sim, u32 func)
{
	struct vm *vm = sim->vm;
	u32 size = caller(vm)->frame_size;
	struct vm_frame *frame = vm_push_frame(sim, vm->prog->xlated->subprogs[func].start);

	if (!frame)
		return CALL_FAULT;
	place_frame(vm, frame->fp, size, 2); /* return address, frame pointer */
	return CALL_JUMP;
}

static enum call_result call_back_function(struct sim *sim, u32 helper)
{
	struct vm *vm = sim->vm;
	const struct xlated *xlated = vm->prog->xlated;
	u32 size = caller(vm)->frame_size, func = 0, before = vm->frame;
	enum call_result result;

	while (func < xlated->nsubprogs && xlated->subprogs[func].address != vm->reg[BPF_REG_2])
		func++;
	if (func == xlated->nsubprogs) {
		vm_fault(sim, FAULT_HELPER, "%s: r2 is not the address of a function of the program",
			 helper_name(helper));
		return CALL_FAULT;
	}
	result = vm_call_back(sim, helper, xlated->subprogs[func].start);
	if (vm->frame != before)
		place_frame(vm, vm->frames[vm->frame].fp, size, 3); /* and that of the helper */
	return result;
}

enum call_result vm_call_translated(struct sim *sim, const struct bpf_insn *insn)
{
	struct ktext ktext = ktext_at(insn->imm);

	if (insn->code == (BPF_JMP | BPF_TAIL_CALL))
		return tail_call(sim, false);
	if (insn_is_pseudo_call(insn))
		return call_function(sim, insn->imm);
	if (ktext.kind == KTEXT_HELPER && ktext.n == BPF_FUNC_loop)
		return call_back_function(sim, BPF_FUNC_loop);
	if (vm_is_map_walk(ktext))
		return call_back_function(sim, BPF_FUNC_for_each_map_elem);
	return vm_call_kernel(sim, insn->imm, sim->vm->reg) ? CALL_NEXT : CALL_FAULT;
}
