/* Models of ring buffers, both ways: see map_model.h. */
#include "map_model_kinds.h"
#include "sim/maps/ringbuf.h"

/* --- ring: records in order; the oldest may be held back by a busy one before it --- */

/* Each pair is a record: key: its size, state (0 busy, 1 committed, 2 discarded), address. */
struct record {
	u32 size, state;
	u8 *at;
};

static struct record *record_of(struct model *m, u64 n)
{
	return (struct record *)m->pair[n % MODEL_MAX].key;
}

static u8 mark(const struct model *m, u64 n)
{
	return n * 13 + m->max;
}

static bool room_for(struct model *m, u32 size)
{
	u64 used = 0;

	for (u64 n = m->tail; n < m->head; n++)
		used += ringbuf_step(record_of(m, n)->size);
	return used + ringbuf_step(size) <= m->max - 1 && m->head - m->tail < MODEL_MAX;
}

static bool same_reserve(struct model *m)
{
	u32 size = model_roll(m, 20) ? model_roll(m, 200) : model_roll(m, 2 * m->max);
	u8 *at;

	if (m->head - m->tail >= MODEL_MAX)
		return true;
	at = ringbuf_reserve(ringbuf_of(m->map), size);
	if (model_differ("room", !!at, room_for(m, size)))
		return false;
	if (!at)
		return true;
	memset(at, mark(m, m->head), size);
	*record_of(m, m->head++) = (struct record){size, 0, at};
	return true;
}

static bool commit_one(struct model *m)
{
	u64 n = m->tail + model_roll(m, m->head - m->tail + 1);
	bool discard = !model_roll(m, 4);

	if (n >= m->head || record_of(m, n)->state)
		return true;
	ringbuf_commit(&m->b->sim, record_of(m, n)->at, model_roll(m, 3), discard);
	record_of(m, n)->state = 1 + discard;
	return true;
}

/* As user space reads: what is across the end of the ring goes on at its start. */
static bool same_record(struct model *m, const struct ringbuf_header *header, u64 pos)
{
	const struct ringbuf *ring = ringbuf_of(m->map);
	const struct record *r = record_of(m, m->tail);

	if (model_differ("size", header->len & ~BPF_RINGBUF_DISCARD_BIT, r->size) ||
	    model_differ("discarded", !!(header->len & BPF_RINGBUF_DISCARD_BIT), r->state == 2))
		return false;
	for (u32 i = 0; i < r->size; i++)
		if (model_differ("byte", ring->data[(pos + 8 + i) & ring->mask], mark(m, m->tail)))
			return false;
	return true;
}

static bool same_read(struct model *m)
{
	struct ringbuf *ring = ringbuf_of(m->map);
	const struct ringbuf_header *header = ringbuf_record(ring, ring->consumer_pos);
	bool ready = m->tail < m->head && record_of(m, m->tail)->state;

	if (model_differ("readable", !!header, ready))
		return false;
	if (!header)
		return true;
	if (!same_record(m, header, ring->consumer_pos))
		return false;
	ring->consumer_pos += ringbuf_step(header->len & ~BPF_RINGBUF_DISCARD_BIT);
	m->tail++;
	return true;
}

bool step_ring(struct model *m)
{
	switch (model_roll(m, 3)) {
	case 0:
		return same_reserve(m);
	case 1:
		return commit_one(m);
	default:
		return same_read(m);
	}
}

/* --- user ring: user space writes records, some of them nonsense; a program drains --- */

static void user_write(struct model *m)
{
	struct ringbuf *ring = ringbuf_of(m->map);
	u32 size = model_roll(m, 300), state = 1 + !model_roll(m, 4);
	struct ringbuf_header header = {.len = size | (state == 2 ? BPF_RINGBUF_DISCARD_BIT : 0)};

	if (m->head - m->tail >= MODEL_MAX || !room_for(m, size))
		return;
	memcpy(ring->data + (ring->producer_pos & ring->mask), &header, sizeof(header));
	for (u32 i = 0; i < size; i++)
		ring->data[(ring->producer_pos + 8 + i) & ring->mask] = mark(m, m->head);
	ring->producer_pos += ringbuf_step(size);
	*record_of(m, m->head++) = (struct record){size, state, NULL};
}

static bool same_peek(struct model *m)
{
	struct ringbuf *ring = ringbuf_of(m->map);
	const struct record *r = record_of(m, m->tail);
	int want = m->tail == m->head ? -ENODATA : r->state == 2 ? -EAGAIN : 0;
	void *at;
	u32 size;

	if (model_differ("peek", ringbuf_peek(ring, &at, &size), want))
		return false;
	if (!want) {
		if (model_differ("size", size, r->size))
			return false;
		for (u32 i = 0; i < size; i++)
			if (model_differ("byte", ((u8 *)at)[i], mark(m, m->tail)))
				return false;
		ringbuf_release(ring, size);
	}
	m->tail += want != -ENODATA;
	return true;
}

/* A header that nobody should write is refused, and the ring is as before when it is put right. */
static bool refuses_nonsense(struct model *m)
{
	struct ringbuf *ring = ringbuf_of(m->map);
	struct ringbuf_header *header = (void *)(ring->data + (ring->consumer_pos & ring->mask));
	u32 len = header->len;
	u64 producer = ring->producer_pos;
	void *at;
	u32 size;
	int err;

	if (m->tail == m->head)
		return true;
	header->len = model_roll(m, 2) ? 0x3fffffff : (u32)(producer - ring->consumer_pos);
	err = ringbuf_peek(ring, &at, &size);
	header->len = len;
	if (model_differ("longer than what was written", err, -EINVAL))
		return false;
	ring->producer_pos += 1 + model_roll(m, 7);
	err = ringbuf_peek(ring, &at, &size);
	ring->producer_pos = producer;
	return !model_differ("a position between records", err, -EINVAL);
}

bool step_user_ring(struct model *m)
{
	switch (model_roll(m, 8)) {
	case 0:
		return refuses_nonsense(m);
	case 1:
	case 2:
	case 3:
		user_write(m);
		return true;
	default:
		return same_peek(m);
	}
}
