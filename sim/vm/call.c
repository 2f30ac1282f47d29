/*
 * Calls that change what runs: subprograms, their returns, tail calls. Mirrors kernel/bpf/core.c. Helpers
 * that call functions of the program are in callback.c, calls of translated programs in frame.c.
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
	vm->rare = true;
	frame = &vm->frames[++vm->frame];
	frame->prog = vm->prog;
	frame->return_pc = vm->pc + 1;
	frame->by_helper = 0;
	frame->drain = NULL;
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
	if (frame->by_helper == BPF_FUNC_find_vma)
		vm_vma_end(vm);
	return same ? CALL_JUMP : CALL_PROG;
}

enum call_result vm_return(struct sim *sim)
{
	struct vm *vm = sim->vm;
	struct vm_frame *frame = &vm->frames[vm->frame];

	if (frame->by_helper && frame->prog == vm->prog && vm_call_back_again(sim, frame))
		return CALL_JUMP;
	if (frame->drain && vm_drain_again(vm, frame))
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

enum call_result vm_tail_call(struct sim *sim, bool checked)
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
			"call of helper %d, %s: known, but not simulated: such programs can be verified, not run; "
			"a kernel without it refuses them: EINVAL, unknown func",
			(s32)id, helper_name(id));
	return vm_fault(sim, FAULT_HELPER, "call of helper %d: Linux 6.1 has none of this number", (s32)id);
}

bool vm_fault_kfunc(struct sim *sim, u32 src)
{
	return vm_fault(sim, FAULT_HELPER, "call with src %u: kernel functions cannot be called here", src);
}

/* A pointer to a function of a program as written. */
static u32 written_slot(const struct vm *vm, u64 func)
{
	return (func - (u64)vm->prog->insns) / sizeof(struct bpf_insn);
}

/* A helper that calls the function in r2, or r3. */
static enum call_result call_back(struct sim *sim, u32 helper)
{
	const struct vm *vm = sim->vm;

	if (!vm_check_args(sim, helper_by_id(helper)))
		return CALL_FAULT;
	return vm_call_back(sim, helper, written_slot(vm, vm->reg[vm_callback_reg(helper)]));
}

static enum call_result drain(struct sim *sim)
{
	if (!vm_check_args(sim, helper_by_id(BPF_FUNC_user_ringbuf_drain)))
		return CALL_FAULT;
	return vm_drain(sim, written_slot(sim->vm, sim->vm->reg[BPF_REG_2]));
}

enum call_result vm_call(struct sim *sim, const struct bpf_insn *insn, u32 id)
{
	if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL)
		return call_subprog(sim, insn);
	if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg) {
		vm_fault_kfunc(sim, insn->src_reg);
		return CALL_FAULT;
	}
	if (id == BPF_FUNC_loop || id == BPF_FUNC_for_each_map_elem || id == BPF_FUNC_find_vma)
		return call_back(sim, id);
	if (id == BPF_FUNC_tail_call)
		return vm_tail_call(sim, true);
	if (id == BPF_FUNC_user_ringbuf_drain)
		return drain(sim);
	vm_fault_helper(sim, id);
	return CALL_FAULT;
}
