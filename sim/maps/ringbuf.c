/*
 * BPF_MAP_TYPE_RINGBUF and BPF_MAP_TYPE_USER_RINGBUF: one ring of records of any length, from programs to
 * user space and the other way. User space maps the ring and reads (writes) it without system calls.
 *
 * Mirrors kernel/bpf/ringbuf.c. A program reserves room, fills it and commits it; a busy record holds back
 * those behind it. Records are in the order in which they were reserved.
 *
 * Simplified: in Linux the pages of the ring are mapped twice, one row behind the other, so that a record
 * beyond the end is whole in both places. Here the second row is memory of its own; the part of a record that
 * lies in it is copied when the record is committed or read. Waking is counted, nobody waits.
 */
#include "ringbuf.h"
#include "types.h"

#define META_PAGES 1u                     /* in front of what can be mapped */
#define POS_PAGES 2u
#define HEADER sizeof(struct ringbuf_header)
#define BITS (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)
#define DYNPTR_MAX ((1u << 24) - 1)

static_assert(sizeof(struct ringbuf) == (META_PAGES + POS_PAGES) * ARENA_PAGE, "three pages, then the ring");

static s64 ringbuf_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static int ringbuf_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	u64 size = attr->max_entries;
	struct ringbuf *ring = map_area(sim, sizeof(*ring) + 2 * size, TAG_MAP_ELEM, map);

	if (!ring)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a ring of %llu bytes",
				(unsigned long long)size);
	ring->mask = size - 1;
	ring->map = map;
	map->family = ring;
	return 0;
}

static void ringbuf_fini(struct sim *sim, struct map *map)
{
	arena_free(sim->arena, map->family);
}

/* --- records --- */

u64 ringbuf_step(u32 len)
{
	return round_up_u64((u64)(len & ~BITS) + HEADER, 8);
}

static struct ringbuf_header *header_at(const struct ringbuf *ring, u64 pos)
{
	return (struct ringbuf_header *)((u64)ring->data + (pos & ring->mask));
}

/* What of [@at, @at + @n) lies behind the end of the ring is brought to its start, or fetched from there. */
static void copy_overhang(struct ringbuf *ring, const void *at, u64 n, bool to_start)
{
	u8 *end = ring->data + ring->mask + 1;
	u64 over = (u64)at + n - (u64)end;

	if ((u64)at + n <= (u64)end)
		return;
	if (to_start)
		memcpy(ring->data, end, over);
	else
		memcpy(end, ring->data, over);
}

u64 ringbuf_avail(const struct ringbuf *ring)
{
	return ring->producer_pos - ring->consumer_pos;
}

static void pass_committed(struct ringbuf *ring)
{
	while (ring->pending_pos != ring->producer_pos) {
		u32 len = header_at(ring, ring->pending_pos)->len;

		if (len & BPF_RINGBUF_BUSY_BIT)
			return;
		ring->pending_pos += ringbuf_step(len);
	}
}

void *ringbuf_reserve(struct ringbuf *ring, u64 size)
{
	u64 end = ring->producer_pos + round_up_u64(size + HEADER, 8);
	struct ringbuf_header *header;

	if (size > UINT32_MAX / 4 || round_up_u64(size + HEADER, 8) > ring->mask + 1)
		return NULL;
	pass_committed(ring);
	if (end - ring->consumer_pos > ring->mask || end - ring->pending_pos > ring->mask)
		return NULL;
	header = header_at(ring, ring->producer_pos);
	header->len = size | BPF_RINGBUF_BUSY_BIT;
	header->pg_off = ((u64)header - (u64)ring) / ARENA_PAGE;
	ring->producer_pos = end;
	return header + 1;
}

void ringbuf_commit(struct sim *sim, void *record, u64 flags, bool discard)
{
	struct ringbuf_header *header = (struct ringbuf_header *)record - 1;
	struct ringbuf *ring = (struct ringbuf *)((u64)header / ARENA_PAGE * ARENA_PAGE -
						  (u64)header->pg_off * ARENA_PAGE);
	u32 len = header->len ^ BPF_RINGBUF_BUSY_BIT;
	bool awaited = header_at(ring, ring->consumer_pos) == header;
	bool wake = flags & BPF_RB_FORCE_WAKEUP || (awaited && !(flags & BPF_RB_NO_WAKEUP));

	copy_overhang(ring, record, len, true);
	header->len = discard ? len | BPF_RINGBUF_DISCARD_BIT : len;
	ring->wakeups += wake;
	event_send(sim, EV_RECORD, ring->map->obj.id, (u64)record, len, discard, wake);
}

const struct ringbuf_header *ringbuf_record(const struct ringbuf *ring, u64 pos)
{
	const struct ringbuf_header *header = header_at(ring, pos);

	return pos < ring->producer_pos && !(header->len & BPF_RINGBUF_BUSY_BIT) ? header : NULL;
}

/* --- user rings: nothing that is read there is to be trusted --- */

int ringbuf_peek(struct ringbuf *ring, void **record, u32 *size)
{
	u64 pos = ring->consumer_pos, avail = ring->producer_pos - pos;
	struct ringbuf_header *header = header_at(ring, pos);
	u32 len = header->len;
	u32 total = round_up_u64((u64)(len & ~BITS) + HEADER, 8);

	if (ring->producer_pos % 8)
		return -EINVAL;
	if (pos >= ring->producer_pos)
		return -ENODATA;
	if (total > avail)
		return -EINVAL;
	if (total > ring->mask + 1 || (len & ~BITS) > DYNPTR_MAX)
		return -E2BIG;
	if (len & BPF_RINGBUF_DISCARD_BIT) {
		ring->consumer_pos += total;
		return -EAGAIN;
	}
	if (len & BPF_RINGBUF_BUSY_BIT)
		return -ENODATA;
	*record = ring->data + ((pos + HEADER) & ring->mask);
	*size = len & ~BITS;
	copy_overhang(ring, *record, *size, false);
	return 0;
}

void ringbuf_release(struct ringbuf *ring, u32 size)
{
	copy_overhang(ring, ring->data + ((ring->consumer_pos + HEADER) & ring->mask), size, true);
	ring->consumer_pos += ringbuf_step(size);
}

/* --- user space --- */

static int no_elements(struct sim *sim, const struct map *map)
{
	return sim_fail(&sim->why, -ENOTSUPP,
			"a map of type %s has no elements: user space maps it, and reads the ring",
			map_ops(map)->name);
}

static int ringbuf_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	(void)key, (void)value;
	return no_elements(sim, map);
}

static int ringbuf_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	(void)key, (void)value, (void)flags;
	return no_elements(sim, map);
}

static int ringbuf_remove(struct sim *sim, struct map *map, const void *key)
{
	(void)key;
	return no_elements(sim, map);
}

static int ringbuf_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	(void)key, (void)next;
	return no_elements(sim, map);
}

/* Page 0 is the consumer's position, 1 the producer's, then come both rows of the ring. */
static void *page_at(struct sim *sim, const struct map *map, u64 page, int *err)
{
	struct ringbuf *ring = ringbuf_of(map);
	u64 pages = (ring->mask + 1) / ARENA_PAGE;

	if (page < POS_PAGES)
		return page ? (void *)&ring->producer_pos : (void *)&ring->consumer_pos;
	if (page - POS_PAGES < 2 * pages)
		return ring->data + (page - POS_PAGES) % pages * ARENA_PAGE;
	*err = sim_fail(&sim->why, -EINVAL, "page %llu: there are 2 pages of positions and 2 times %llu of records",
			(unsigned long long)page, (unsigned long long)pages);
	return NULL;
}

static void *ringbuf_mmap(struct sim *sim, struct map *map, u64 page, bool write, int *err)
{
	if (!write || page == 0)
		return page_at(sim, map, page, err);
	*err = sim_fail(&sim->why, -EPERM, "user space may write its own position only, page 0");
	return NULL;
}

static void *user_ringbuf_mmap(struct sim *sim, struct map *map, u64 page, bool write, int *err)
{
	if (!write || page != 0)
		return page_at(sim, map, page, err);
	*err = sim_fail(&sim->why, -EPERM, "user space may not write page 0: the position of the program");
	return NULL;
}

/* A record that a program fills: it may write all of it, and nothing but it. */
static bool ringbuf_locate(const struct map *map, const struct arena_block *block, u64 addr,
			   struct region *region)
{
	const struct ringbuf *ring = ringbuf_of(map);
	u64 pos = ring->pending_pos;

	(void)block;
	while (pos != ring->producer_pos) {
		const struct ringbuf_header *header = header_at(ring, pos);
		u32 len = header->len & ~BITS;

		if ((header->len & BPF_RINGBUF_BUSY_BIT) && addr - (u64)(header + 1) <= len) {
			region->base = (u64)(header + 1);
			region->size = len;
			region->key = pos;
			return true;
		}
		pos += ringbuf_step(header->len);
	}
	return false;
}

/* The record that a program is reading. */
static bool user_ringbuf_locate(const struct map *map, const struct arena_block *block, u64 addr,
				struct region *region)
{
	const struct ringbuf *ring = ringbuf_of(map);
	u64 record = (u64)ring->data + ((ring->consumer_pos + HEADER) & ring->mask);
	u32 len = header_at(ring, ring->consumer_pos)->len & ~BITS;

	(void)block;
	if (!ring->busy || addr - record > len)
		return false;
	region->base = record;
	region->size = len;
	region->key = ring->consumer_pos;
	return true;
}

static const u16 ringbuf_helpers[] = {
	BPF_FUNC_ringbuf_output,
	BPF_FUNC_ringbuf_reserve,
	BPF_FUNC_ringbuf_query,
	BPF_FUNC_ringbuf_reserve_dynptr,
	0,
};
static const u16 user_ringbuf_helpers[] = {BPF_FUNC_user_ringbuf_drain, 0};

const struct map_ops ringbuf_ops = {
	.name = "ringbuf",
	.doc = "records for user space in one ring",
	.when = "Events for user space: the usual choice. One ring for all CPUs: records keep "
		"their order, memory is shared. Take a hash when only sums matter, "
		"perf_event_array before Linux 5.8.",
	.what = "No keys and values: key_size and value_size are 0. max_entries is the size of "
		"the ring in bytes, a power of two and whole pages. Records have any length. User "
		"space maps the ring and reads without system calls; epoll wakes it.",
	.kept = "Pages that are mapped twice in a row, so that a record beyond the end is in one "
		"piece; the positions of consumer and producer on a page each. 8 bytes before "
		"each record say its length, whether it is busy (reserved, not submitted) and "
		"whether it is to be skipped. A busy record holds back those behind it.",
	.cost = "Reserve: a spin lock for a few instructions; then the program writes in place. "
		"Submit: no lock, and the reader is woken when it has read all before. "
		"bpf_ringbuf_output is reserve, copy, submit. Full: reserve returns NULL, nothing "
		"is written over.",
	.example = "bpfwalk run samples/tc_events.o --pcap samples/web.pcap --trace",
	.flags_ok = BPF_F_NUMA_NODE,
	.traits = MAP_TRAIT_NO_KEY | MAP_TRAIT_SLEEPABLE | MAP_TRAIT_RESERVE,
	.form = MAP_FORM_RECORDS,
	.helpers = ringbuf_helpers,
	.check = map_check_rule,
	.struct_size = ringbuf_struct_size,
	.init = ringbuf_init,
	.fini = ringbuf_fini,
	.update = ringbuf_update,
	.remove = ringbuf_remove,
	.next_key = ringbuf_next_key,
	.sys_lookup = ringbuf_sys_lookup,
	.mmap = ringbuf_mmap,
	.locate = ringbuf_locate,
};

const struct map_ops user_ringbuf_ops = {
	.name = "user_ringbuf",
	.doc = "records from user space in one ring",
	.when = "Commands and data from a process to programs, one after another, without a "
		"system call for each. Take array or hash for settings, where the last value "
		"counts.",
	.what = "No keys and values; max_entries is the size in bytes, a power of two and whole "
		"pages. User space writes a record and then moves the producer's position. "
		"bpf_user_ringbuf_drain calls a function of the program for each, with the record "
		"as a dynptr.",
	.kept = "As a ringbuf, with the roles exchanged: user space may write the data and the "
		"producer's page, the kernel alone the consumer's. Nothing that stands there is "
		"trusted: each record is checked before the program sees it.",
	.cost = "Drain: a call of the program's function for each record, at most 131072 of them. "
		"One drains at a time: a second one gets EBUSY.",
	.example = "bpfwalk run samples/tc_commands.o --set 'commands[]=struct command {port: 80, "
		"block: 1}' --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE,
	.traits = MAP_TRAIT_NO_KEY | MAP_TRAIT_SLEEPABLE,
	.form = MAP_FORM_RECORDS,
	.helpers = user_ringbuf_helpers,
	.check = map_check_rule,
	.struct_size = ringbuf_struct_size,
	.init = ringbuf_init,
	.fini = ringbuf_fini,
	.update = ringbuf_update,
	.remove = ringbuf_remove,
	.next_key = ringbuf_next_key,
	.sys_lookup = ringbuf_sys_lookup,
	.mmap = user_ringbuf_mmap,
	.locate = user_ringbuf_locate,
};
