/* Helpers of ring buffers: see maps/ringbuf.h. Mirrors kernel/bpf/ringbuf.c. */
#include "../maps/ringbuf.h"
#include "dynptr.h"
#include "helper.h"

#define WAKEUP_FLAGS (u64)(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP)

static struct ringbuf *ring_arg(u64 r)
{
	return ringbuf_of(map_of((const struct bpf_map_layout *)r));
}

HELPER_FN(ringbuf_reserve)
{
	UNUSED_ARGS();
	return r3 ? 0 : (u64)ringbuf_reserve(ring_arg(r1), r2);
}

HELPER_FN(ringbuf_submit)
{
	UNUSED_ARGS();
	ringbuf_commit(sim, (void *)r1, r2, false);
	return 0;
}

HELPER_FN(ringbuf_discard)
{
	UNUSED_ARGS();
	ringbuf_commit(sim, (void *)r1, r2, true);
	return 0;
}

HELPER_FN(ringbuf_output)
{
	void *record;

	UNUSED_ARGS();
	if (r4 & ~WAKEUP_FLAGS)
		return -EINVAL;
	record = ringbuf_reserve(ring_arg(r1), r3);
	if (!record)
		return -EAGAIN;
	memmove(record, (const void *)r2, r3);
	ringbuf_commit(sim, record, r4, false);
	return 0;
}

HELPER_FN(ringbuf_query)
{
	const struct ringbuf *ring = ring_arg(r1);
	const u64 answer[] = {
		[BPF_RB_AVAIL_DATA] = ringbuf_avail(ring),
		[BPF_RB_RING_SIZE] = ring->mask + 1,
		[BPF_RB_CONS_POS] = ring->consumer_pos,
		[BPF_RB_PROD_POS] = ring->producer_pos,
	};

	UNUSED_ARGS();
	return r2 < ARRAY_SIZE(answer) ? answer[r2] : 0;
}

HELPER_FN(ringbuf_reserve_dynptr)
{
	struct dynptr *ptr = (struct dynptr *)r4;
	u32 size = r2;
	void *record;

	UNUSED_ARGS();
	*ptr = (struct dynptr){0};
	if (r3)
		return -EINVAL;
	if (size > DYNPTR_MAX_SIZE)
		return -E2BIG;
	record = ringbuf_reserve(ring_arg(r1), size);
	if (!record)
		return -EINVAL;
	dynptr_init(ptr, (u64)record, DYNPTR_KIND_RINGBUF, size);
	return 0;
}

static void commit_dynptr(struct sim *sim, struct dynptr *ptr, u64 flags, bool discard)
{
	if (ptr->data)
		ringbuf_commit(sim, (void *)ptr->data, flags, discard);
	*ptr = (struct dynptr){0};
}

HELPER_FN(ringbuf_submit_dynptr)
{
	UNUSED_ARGS();
	commit_dynptr(sim, (struct dynptr *)r1, r2, false);
	return 0;
}

HELPER_FN(ringbuf_discard_dynptr)
{
	UNUSED_ARGS();
	commit_dynptr(sim, (struct dynptr *)r1, r2, true);
	return 0;
}
