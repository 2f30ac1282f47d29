/* Drawing rings: ring buffers with their records, queues and stacks with their places, perf buffers. */
#include "../record.h"
#include "map_draw.h"

#define LENGTH(len) ((len) & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT))

static u64 percent(u64 part, u64 whole)
{
	return whole ? part * 100 / whole : 0;
}

/* --- ring buffers --- */

static void record_line(struct sketch *k, u64 pos, const struct ringbuf_header *header)
{
	u32 len = LENGTH(header->len);
	char buf[256];
	struct text text;

	sketch_add(k, ROLE_QUIET, "at %-6llu %4u bytes  ", (unsigned long long)pos, len);
	if (header->len & BPF_RINGBUF_BUSY_BIT) {
		sketch_add(k, ROLE_CHANGED, "BUSY: reserved, not submitted yet");
	} else if (header->len & BPF_RINGBUF_DISCARD_BIT) {
		sketch_add(k, ROLE_QUIET, "DISCARDED: the reader skips it");
	} else {
		text_init(&text, buf, sizeof(buf));
		record_text(k->sim, debug_prog(k->v->d), header + 1, len, false, &text);
		sketch_add(k, ROLE_PLAIN, "%s", buf);
	}
	sketch_marks(k, header + 1, len ? len : 1);
}

void draw_records(struct sketch *k)
{
	const struct ringbuf *ring = ringbuf_of(k->map);
	u64 size = ring->mask + 1, pos = ring->consumer_pos, used = ringbuf_avail(ring);
	bool user = !(map_ops(k->map)->traits & MAP_TRAIT_RESERVE);

	sketch_ring(k, size, pos, ring->producer_pos, "CP");
	sketch_note(k, "C  consumer_pos %llu: %s", (unsigned long long)pos,
		    user ? words("the program reads here") : words("user space reads here"));
	sketch_note(k, "P  producer_pos %llu: %s", (unsigned long long)ring->producer_pos,
		    user ? words("user space writes here") : words("programs reserve here"));
	sketch_note(k, "%llu of %llu bytes wait (%llu %%); the reader was woken %llu times",
		    (unsigned long long)used, (unsigned long long)size,
		    (unsigned long long)percent(used, size), (unsigned long long)ring->wakeups);
	while (pos < ring->producer_pos && used <= size && sketch_line(k)) {
		const struct ringbuf_header *header = (const void *)(ring->data + (pos & ring->mask));

		if (ringbuf_step(header->len) >
		    ring->producer_pos - pos) { /* user space can write anything */
			sketch_add(k, ROLE_BAD, "at %-6llu no record: %u bytes, more than were written",
				   (unsigned long long)pos, LENGTH(header->len));
			return;
		}
		record_line(k, pos, header);
		pos += ringbuf_step(header->len);
	}
}

/* --- queues and stacks --- */

static const char *place_words(const struct value_ring *ring, u32 i, bool stack)
{
	u32 top = ring->head ? ring->head - 1 : ring->places - 1;

	if (ring->head != ring->tail && i == (stack ? top : ring->tail))
		return words("◂ pop and peek take this");
	return i == ring->head ? words("◂ push goes here") : "";
}

void draw_values(struct sketch *k)
{
	const struct value_ring *ring = k->map->family;
	u32 count = (ring->head + ring->places - ring->tail) % ring->places;
	bool stack = k->map->k.map_type == BPF_MAP_TYPE_STACK;

	sketch_ring(k, ring->places, ring->tail, (u64)ring->tail + count, "TH");
	sketch_note(
		k,
		"T tail, the oldest value; H head, where the next one goes. %u of %u values in a ring of %u "
		"places: one stays empty, so that full and empty differ.",
		count, k->map->k.max_entries, ring->places);
	for (u32 n = 0; n <= count && sketch_line(k); n++) {
		u32 i = (ring->tail + n) % ring->places;

		sketch_add(k, ROLE_QUIET, "place %-4u ", i);
		if (n < count)
			sketch_value(k, k->map->k.value + (u64)i * k->map->k.value_size);
		sketch_add(k, ROLE_TITLE, "  %s", place_words(ring, i, stack));
	}
}

/* --- perf buffers --- */

#define SAMPLE_MAX 4096

/* What waits in the ring: samples with what programs have put into them, and notes of lost ones. */
static void perf_records(struct sketch *k, const struct perf_event *event)
{
	u8 record[SAMPLE_MAX], raw[SAMPLE_MAX];
	u64 pos = event->page->data_tail;
	u32 size;

	while (pos < event->head && (size = perf_record_at(event, pos, record, sizeof(record))) &&
	       sketch_line(k)) {
		const struct event sample = {.arg = {(u64)event, pos}};
		struct walk_record found;
		char buf[256];
		struct text text;

		sketch_add(k, ROLE_QUIET, "    at %-6llu %4u bytes  ", (unsigned long long)pos, size);
		text_init(&text, buf, sizeof(buf));
		if (((struct perf_event_header *)record)->type == PERF_RECORD_LOST)
			text_say(&text, "says how many were lost before it");
		else if (record_of_perf(k->sim, &sample, &found, raw, sizeof(raw)))
			record_text(k->sim, debug_prog(k->v->d), found.data, found.size, true, &text);
		sketch_words(k, ROLE_PLAIN, buf);
		pos += size;
	}
}

static void perf_line(struct sketch *k, u32 slot, const struct perf_event *event)
{
	u64 size = (u64)event->open.pages * ARENA_PAGE, tail = event->page ? event->page->data_tail : 0;

	sketch_add(k, ROLE_TITLE, "[%u] CPU %u", slot, event->open.cpu);
	if (!event->page) {
		sketch_add(k, ROLE_QUIET,
			   "  a perf event whose ring nobody has mapped: samples find no room");
		return;
	}
	sketch_add(k, ROLE_PLAIN, "  head %llu tail %llu of %llu bytes", (unsigned long long)event->head,
		   (unsigned long long)tail, (unsigned long long)size);
	sketch_add(k, event->lost ? ROLE_BAD : ROLE_QUIET, "  lost %llu  woken %llu",
		   (unsigned long long)event->lost, (unsigned long long)event->wakeups);
	sketch_ring(k, size, tail, event->head, "TH");
	perf_records(k, event);
}

void draw_perf(struct sketch *k)
{
	u32 empty = 0;

	sketch_note(
		k,
		"A perf event for each CPU, each with a ring of its own that user space has mapped: programs "
		"move the head H, user space the tail T. What finds no room is lost, and counted.");
	for (u32 i = 0; i < k->map->k.max_entries && !sketch_full(k); i++) {
		struct obj *obj = map_ops(k->map)->held(k->sim, k->map, &i);

		empty += !obj;
		if (obj && sketch_line(k))
			perf_line(k, i, perf_event_of(obj));
	}
	if (empty)
		sketch_note(k, "%u slots are empty", empty);
}
