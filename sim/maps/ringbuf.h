/*
 * Ring buffers: the memory of a BPF_MAP_TYPE_RINGBUF or USER_RINGBUF, record by record (ringbuf.c).
 *
 * Positions count bytes since the ring was made and never wrap; a record stands at position & mask. Before
 * each record are 8 bytes: its length with the busy and discard bits, and the pages from struct ringbuf to
 * here.
 */
#ifndef SIM_MAPS_RINGBUF_H
#define SIM_MAPS_RINGBUF_H

#include "map.h"

/* As 6.1's struct bpf_ringbuf by pages; user space maps it from the second one on. */
struct ringbuf {
	u64 mask;            /* bytes of the ring, less one */
	u64 wakeups;         /* how often those who wait for it were woken */
	u32 busy;            /* user ring: a program is draining it */
	struct map *map;
	u64 consumer_pos __attribute__((aligned(ARENA_PAGE)));
	u64 producer_pos __attribute__((aligned(ARENA_PAGE)));
	u64 pending_pos;     /* the oldest record that was busy when last looked at */
	/* the ring, and as many bytes again: records that go beyond the end stand there in one piece */
	u8 data[] __attribute__((aligned(ARENA_PAGE)));
};

struct ringbuf_header {
	u32 len;             /* | BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT */
	u32 pg_off;
};

static inline struct ringbuf *ringbuf_of(const struct map *map)
{
	return map->family;
}

/* Room for @size bytes, busy until it is committed; NULL when there is none. */
void *ringbuf_reserve(struct ringbuf *ring, u64 size);
/* The record becomes readable, or is to be skipped. @flags: BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP. */
void ringbuf_commit(struct sim *sim, void *record, u64 flags, bool discard);
/* Bytes between what was written and what was read. */
u64 ringbuf_avail(const struct ringbuf *ring);

/*
 * User rings. The next record: 0 with *record and *size, -ENODATA (none, or it is busy), -EAGAIN (it was
 * discarded and is skipped now), -EINVAL, -E2BIG (user space wrote nonsense). Released when it has been read.
 */
int ringbuf_peek(struct ringbuf *ring, void **record, u32 *size);
void ringbuf_release(struct ringbuf *ring, u32 size);

/* The record at position @pos as a reader of user space finds it: NULL when there is none yet. */
const struct ringbuf_header *ringbuf_record(const struct ringbuf *ring, u64 pos);
/* Bytes from one record's position to the next one's. */
u64 ringbuf_step(u32 len);

#endif
