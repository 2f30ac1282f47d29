/*
 * bpf_user_ringbuf_drain: calls a function of the program for each record that user space has written into a
 * ring, until the function returns something else than 0. Mirrors bpf_user_ringbuf_drain of
 * kernel/bpf/ringbuf.c.
 */
#include "internal.h"

#define SAMPLES_MAX (128u << 10) /* BPF_MAX_USER_RINGBUF_SAMPLES */
#define WAKEUP_FLAGS (u64)(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP)

/* 0: the next record is at hand; 1: there is none; or -errno. */
static int next_record(struct vm_drain *drain)
{
	void *record;
	int err = -EAGAIN;

	while (drain->samples < SAMPLES_MAX) {
		err = ringbuf_peek(drain->ring, &record, &drain->size);
		if (err != -EAGAIN)
			break;
		drain->discarded++;
		drain->samples++;
	}
	if (err)
		return err == -ENODATA || err == -EAGAIN ? 1 : err;
	dynptr_init(&drain->record, (u64)record, DYNPTR_KIND_LOCAL, drain->size);
	return 0;
}

/* What the helper returns. @err: as of next_record. */
static s64 end(struct vm *vm, struct vm_drain *drain, int err)
{
	bool wake = drain->flags & BPF_RB_FORCE_WAKEUP ||
		    (!(drain->flags & BPF_RB_NO_WAKEUP) && drain->samples);

	drain->ring->busy = 0;
	drain->ring->wakeups += wake;
	vm->drains--;
	return err < 0 ? err : (s64)drain->samples - drain->discarded;
}

struct vm_drain *vm_drain_begin(struct vm *vm, u64 *reg)
{
	struct ringbuf *ring = ringbuf_of(map_of((const struct bpf_map_layout *)reg[BPF_REG_1]));
	struct vm_drain *drain;
	int err;

	if (reg[BPF_REG_4] & ~WAKEUP_FLAGS || ring->busy || vm->drains == VM_MAX_FRAMES) {
		reg[BPF_REG_0] = reg[BPF_REG_4] & ~WAKEUP_FLAGS ? -EINVAL : -EBUSY;
		return NULL;
	}
	vm->rare = true;
	drain = &vm->drain[vm->drains++];
	*drain = (struct vm_drain){.ring = ring, .flags = reg[BPF_REG_4]};
	ring->busy = 1;
	err = next_record(drain);
	if (!err)
		return drain;
	reg[BPF_REG_0] = end(vm, drain, err);
	return NULL;
}

bool vm_drain_next(struct vm *vm, struct vm_drain *drain, bool more, u64 *result)
{
	int err = 1;

	ringbuf_release(drain->ring, drain->size);
	drain->samples++;
	if (more)
		err = next_record(drain);
	if (err)
		*result = end(vm, drain, err);
	return !err;
}

/* --- in frames of the interpreter --- */

static void begin_record(struct vm *vm, struct vm_frame *frame)
{
	vm->reg[BPF_REG_1] = (u64)&frame->drain->record;
	vm->reg[BPF_REG_2] = frame->callback_ctx;
	vm->pc = frame->callback_pc;
}

bool vm_drain_again(struct vm *vm, struct vm_frame *frame)
{
	bool more = frame->prog == vm->prog && !vm->reg[BPF_REG_0];

	if (!vm_drain_next(vm, frame->drain, more, &vm->reg[BPF_REG_0]))
		return false;
	begin_record(vm, frame);
	return true;
}

enum call_result vm_drain(struct sim *sim, u32 pc)
{
	struct vm *vm = sim->vm;
	u64 ctx = vm->reg[BPF_REG_3];
	struct vm_drain *drain = vm_drain_begin(vm, vm->reg);
	struct vm_frame *frame;

	if (!drain)
		return CALL_NEXT;
	frame = vm_push_frame(sim, 0);
	if (!frame)
		return CALL_FAULT;
	frame->drain = drain;
	frame->callback_pc = pc;
	frame->callback_ctx = ctx;
	begin_record(vm, frame);
	return CALL_JUMP;
}

void vm_drain_abandon(struct vm *vm)
{
	while (vm->drains)
		vm->drain[--vm->drains].ring->busy = 0;
}
