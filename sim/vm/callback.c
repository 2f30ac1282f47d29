/*
 * Helpers that call a function of the program again and again, until it returns something else than 0:
 * bpf_loop and bpf_for_each_map_elem; or once: bpf_find_vma. Mirrors kernel/bpf/bpf_iter.c, the map_for_each_callback
 * of the map types and kernel/bpf/task_iter.c.
 *
 * The function runs in a frame that knows which helper it works for. When it returns, the helper looks for
 * the next call (vm_call_back_again); after the last, r0 says how many there were.
 */
#include "internal.h"

#define LOOP_MAX (8u << 20) /* BPF_MAX_LOOPS */

bool vm_loop_begin(u64 *reg, u64 *times)
{
	u32 wanted = reg[BPF_REG_1];

	*times = reg[BPF_REG_4] || wanted > LOOP_MAX ? 0 : wanted;
	reg[BPF_REG_0] = reg[BPF_REG_4] ? -EINVAL : wanted > LOOP_MAX ? -E2BIG : 0;
	return *times;
}

/* --- bpf_loop(nr_loops, callback_fn, callback_ctx, flags): function(index, ctx) --- */

static bool next_loop(struct sim *sim, struct vm_frame *frame)
{
	if (frame->calls == frame->max_calls)
		return false;
	sim->vm->reg[BPF_REG_1] = frame->calls++;
	sim->vm->reg[BPF_REG_2] = frame->callback_ctx;
	return true;
}

/* --- bpf_for_each_map_elem(map, callback_fn, callback_ctx, flags): function(map, key, value, ctx) --- */

static bool next_elem(struct sim *sim, struct vm_frame *frame)
{
	struct map *map = frame->map;
	u64 *reg = sim->vm->reg;
	const void *key;
	void *value;

	if (!map_ops(map)->each(sim, map, frame->walk, &key, &value))
		return false;
	frame->calls++;
	frame->key = (u64)key;
	reg[BPF_REG_1] = (u64)&map->k;
	reg[BPF_REG_2] = (u64)key;
	reg[BPF_REG_3] = (u64)value;
	reg[BPF_REG_4] = frame->callback_ctx;
	return true;
}

struct map_walk *vm_walk_begin(struct vm *vm)
{
	struct map_walk *walk = &vm->walk[vm->walks++];

	assert(vm->walks <= VM_MAX_FRAMES);
	vm->rare = true;
	*walk = (struct map_walk){0};
	return walk;
}

void vm_walk_end(struct vm *vm)
{
	vm->walks--;
}

/* --- bpf_find_vma(task, addr, callback_fn, callback_ctx, flags): function(task, vma, ctx), once --- */

struct vma *vm_vma_begin(struct sim *sim, u64 *reg)
{
	const struct k_task_struct *task = (const struct k_task_struct *)reg[BPF_REG_1];
	struct vm *vm = sim->vm;
	struct vma *vma = &vm->vma[vm->vmas];

	reg[BPF_REG_0] = reg[BPF_REG_5] ? -EINVAL : vm->vmas == VM_MAX_FRAMES ? -EBUSY : -ENOENT;
	if (reg[BPF_REG_5] || vm->vmas == VM_MAX_FRAMES || !task || !vma_find(sim, task, reg[BPF_REG_2], vma))
		return NULL;
	vm->rare = true;
	vm->vmas++;
	return vma;
}

void vm_vma_end(struct vm *vm)
{
	memset(&vm->vma[--vm->vmas], 0, sizeof(vm->vma[0]));
}

static bool next_vma(struct sim *sim, struct vm_frame *frame)
{
	struct vm *vm = sim->vm;

	if (frame->calls++)
		return false;
	vm->reg[BPF_REG_2] = (u64)&vm->vma[vm->vmas - 1].k;
	vm->reg[BPF_REG_3] = frame->callback_ctx;
	return true;
}

/* --- all --- */

bool vm_call_back_again(struct sim *sim, struct vm_frame *frame)
{
	u64 *reg = sim->vm->reg;
	bool stop = frame->calls && reg[BPF_REG_0], once = frame->by_helper == BPF_FUNC_find_vma;

	if (!stop && (once ? next_vma : frame->by_helper == BPF_FUNC_loop ? next_loop : next_elem)(sim, frame)) {
		sim->vm->pc = frame->callback_pc;
		return true;
	}
	reg[BPF_REG_0] = once ? 0 : frame->calls;
	return false;
}

/* The frame in which the function at @pc runs; NULL: a fault. */
static struct vm_frame *push_callback(struct sim *sim, u32 helper, u32 pc)
{
	struct vm_frame *frame = vm_push_frame(sim, 0);

	if (!frame)
		return NULL;
	frame->by_helper = helper;
	frame->callback_pc = pc;
	frame->callback_ctx = sim->vm->reg[BPF_REG_3];
	frame->calls = 0;
	frame->key = 0;
	return frame;
}

/* The first call; when there is none to be made, the program goes on behind the helper's. */
static enum call_result begin(struct sim *sim, struct vm_frame *frame)
{
	return vm_call_back_again(sim, frame) ? CALL_JUMP : vm_return_from(sim);
}

static enum call_result begin_each(struct sim *sim, u32 pc)
{
	u64 *reg = sim->vm->reg;
	struct map *map = map_of((const struct bpf_map_layout *)reg[BPF_REG_1]);
	struct vm_frame *frame;

	if (reg[BPF_REG_4] || !map_ops(map)->each) {
		reg[BPF_REG_0] = -EINVAL;
		return CALL_NEXT;
	}
	frame = push_callback(sim, BPF_FUNC_for_each_map_elem, pc);
	if (!frame)
		return CALL_FAULT;
	frame->map = map;
	frame->walk = vm_walk_begin(sim->vm);
	return begin(sim, frame);
}

static enum call_result begin_vma(struct sim *sim, u32 pc)
{
	u64 ctx = sim->vm->reg[BPF_REG_4];
	struct vm_frame *frame;

	if (!vm_vma_begin(sim, sim->vm->reg))
		return CALL_NEXT;
	frame = push_callback(sim, BPF_FUNC_find_vma, pc);
	if (!frame)
		return CALL_FAULT;
	frame->callback_ctx = ctx;
	return begin(sim, frame);
}

enum call_result vm_call_back(struct sim *sim, u32 helper, u32 pc)
{
	struct vm_frame *frame;
	u64 times;

	if (helper == BPF_FUNC_for_each_map_elem)
		return begin_each(sim, pc);
	if (helper == BPF_FUNC_find_vma)
		return begin_vma(sim, pc);
	if (!vm_loop_begin(sim->vm->reg, &times))
		return CALL_NEXT;
	frame = push_callback(sim, helper, pc);
	if (!frame)
		return CALL_FAULT;
	frame->max_calls = times;
	return begin(sim, frame);
}

bool vm_is_map_walk(struct ktext ktext)
{
	return (ktext.kind == KTEXT_HELPER && ktext.n == BPF_FUNC_for_each_map_elem) ||
	       (ktext.kind == KTEXT_MAP_OP && (ktext.n & 0xff) == BPF_FUNC_for_each_map_elem);
}
