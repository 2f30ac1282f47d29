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

static void begin_record(struct vm *vm, struct vm_drain *drain)
{
	vm->reg[BPF_REG_1] = (u64)&drain->record;
	vm->reg[BPF_REG_2] = drain->ctx;
	vm->pc = drain->pc;
}

/* What the helper returns. @err: as of next_record. */
static s64 end(struct vm_drain *drain, int err)
{
	bool wake = drain->flags & BPF_RB_FORCE_WAKEUP ||
		    (!(drain->flags & BPF_RB_NO_WAKEUP) && drain->samples);

	drain->ring->busy = 0;
	drain->ring->wakeups += wake;
	drain->ring = NULL;
	return err < 0 ? err : (s64)drain->samples - drain->discarded;
}

bool vm_drain_next(struct vm *vm, struct vm_frame *frame, bool more)
{
	struct vm_drain *drain = &frame->drain;
	int err = 1;

	ringbuf_release(drain->ring, drain->size);
	drain->samples++;
	if (more && !vm->reg[BPF_REG_0])
		err = next_record(drain);
	if (!err) {
		begin_record(vm, drain);
		return true;
	}
	vm->reg[BPF_REG_0] = end(drain, err);
	return false;
}

enum call_result vm_drain(struct sim *sim, bool checked)
{
	struct vm *vm = sim->vm;
	struct vm_drain drain = {.ctx = vm->reg[BPF_REG_3], .flags = vm->reg[BPF_REG_4]};
	struct vm_frame *frame;
	int err;

	if (checked && !vm_check_args(sim, helper_by_id(BPF_FUNC_user_ringbuf_drain)))
		return CALL_FAULT;
	drain.ring = ringbuf_of(map_of((const struct bpf_map_layout *)vm->reg[BPF_REG_1]));
	drain.pc = (vm->reg[BPF_REG_2] - (u64)vm->prog->insns) / sizeof(struct bpf_insn);
	if (drain.flags & ~WAKEUP_FLAGS || drain.ring->busy) {
		vm->reg[BPF_REG_0] = drain.flags & ~WAKEUP_FLAGS ? -EINVAL : -EBUSY;
		return CALL_NEXT;
	}
	drain.ring->busy = 1;
	err = next_record(&drain);
	if (err) {
		vm->reg[BPF_REG_0] = end(&drain, err);
		return CALL_NEXT;
	}
	frame = vm_push_frame(sim, 0);
	if (!frame) {
		drain.ring->busy = 0;
		return CALL_FAULT;
	}
	frame->drain = drain;
	begin_record(vm, &frame->drain);
	return CALL_JUMP;
}

void vm_drain_abandon(struct vm *vm)
{
	for (u32 i = 1; i <= vm->frame; i++)
		if (vm->frames[i].drain.ring)
			vm->frames[i].drain.ring->busy = 0;
}
