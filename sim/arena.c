/*
 * The arena's allocator: see arena.h.
 *
 * Layout: [struct arena][page table][data pages ...]. The page table has one entry per data page. A small block is a slot of a
 * slab page (one size class per page); a large one is a run of whole pages. Both begin with a struct block_head, except that the
 * head of a page-aligned run stands at the end of the page before.
 */
#include "arena.h"

enum page_kind { PAGE_FREE, PAGE_SLAB, PAGE_RUN, PAGE_RUN_ALIGNED, PAGE_TAIL };

struct page {
	u8 kind;    /* enum page_kind */
	u8 class;   /* slab: index into class_size */
	u16 used;   /* slab: slots handed out */
	u16 free;   /* slab: offset of the first free slot, 0 = none (slot 0 is linked as 1) */
	u16 pad;
	u32 count;  /* run: pages in it; tail: distance to the run's first page */
	u32 next;   /* slab: next page of the class with free slots, page index + 1 */
};

struct block_head {
	u64 size_tag;  /* size << 8 | tag */
	void *owner;
};

#define HEAD_SIZE sizeof(struct block_head)

static const u16 class_size[] = {32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1344, 2032};

struct arena {
	u64 size;          /* bytes of the whole arena */
	u64 npages;        /* data pages that exist */
	u64 high;          /* data pages ever used: all pages below are counted as in use */
	u64 lowest_free;   /* no free page below this one */
	u64 live_bytes;
	u64 table_offset;  /* of the page table, from the arena's first byte */
	u64 data_offset;   /* of data page 0 */
	u32 partial[ARRAY_SIZE(class_size)];  /* first slab page with a free slot, page index + 1 */
	u32 holds;         /* grace periods that go on */
	u32 nheld, held_room;
	void **held;       /* freed meanwhile */
};

static struct page *page_table(const struct arena *a)
{
	return (struct page *)((u8 *)a + a->table_offset);
}

static u8 *data_page(const struct arena *a, u64 index)
{
	return (u8 *)a + a->data_offset + index * ARENA_PAGE;
}

static u64 page_index(const struct arena *a, const void *p)
{
	return ((const u8 *)p - (const u8 *)a - a->data_offset) / ARENA_PAGE;
}

struct arena *arena_init(void *mem, u64 size)
{
	struct arena *a = mem;
	u64 header = round_up_u64(sizeof(*a), ARENA_PAGE);
	u64 table = round_up_u64(size / ARENA_PAGE * sizeof(struct page), ARENA_PAGE);

	assert((u64)mem == ARENA_BASE && size > header + table);
	a->size = size;
	a->table_offset = header;
	a->data_offset = header + table;
	a->npages = (size - a->data_offset) / ARENA_PAGE;
	return a;
}

/* First run of @n free pages at or above the lowest free one; a->npages when there is none. */
static u64 find_free_run(struct arena *a, u64 n)
{
	const struct page *table = page_table(a);
	u64 run = 0;

	while (a->lowest_free < a->high && table[a->lowest_free].kind != PAGE_FREE)
		a->lowest_free++;
	for (u64 i = a->lowest_free; i < a->npages; i++) {
		if (i >= a->high)
			return i - run + n <= a->npages ? i - run : a->npages;
		run = table[i].kind == PAGE_FREE ? run + 1 : 0;
		if (run == n)
			return i + 1 - n;
	}
	return a->npages;
}

/* Takes @n consecutive pages and marks them; returns the first index or a->npages. */
static u64 take_pages(struct arena *a, u64 n, enum page_kind kind)
{
	u64 first = n > a->npages ? a->npages : find_free_run(a, n);
	struct page *table = page_table(a);

	if (first == a->npages)
		return first;
	for (u64 i = 0; i < n; i++)
		table[first + i] = (struct page){.kind = i ? PAGE_TAIL : kind, .count = i ? i : n};
	if (first + n > a->high)
		a->high = first + n;
	if (first == a->lowest_free)
		a->lowest_free = first + n;
	return first;
}

static void drop_pages(struct arena *a, u64 first, u64 n)
{
	memset(&page_table(a)[first], 0, n * sizeof(struct page));
	if (first < a->lowest_free)
		a->lowest_free = first;
}

static void *block_open(struct arena *a, u8 *at, u64 size, enum arena_tag tag, void *owner)
{
	struct block_head *head = (struct block_head *)(at - HEAD_SIZE);

	head->size_tag = size << 8 | tag;
	head->owner = owner;
	a->live_bytes += size;
	memset(at, 0, size);
	return at;
}

/* --- small blocks --- */

static u32 class_for(u64 size)
{
	u32 class = 0;

	while (class_size[class] < size)
		class++;
	return class;
}

static u16 *slot_link(u8 *page, u16 link)
{
	return (u16 *)(page + link - 1 + HEAD_SIZE);
}

static bool new_slab(struct arena *a, u32 class)
{
	u64 index = take_pages(a, 1, PAGE_SLAB);
	u32 slot = class_size[class];
	struct page *page;
	u16 next = 0;

	if (index == a->npages)
		return false;
	page = &page_table(a)[index];
	for (u32 i = ARENA_PAGE / slot; i-- > 0;) {
		struct block_head *head = (struct block_head *)(data_page(a, index) + i * slot);

		head->size_tag = TAG_FREE;
		*slot_link(data_page(a, index), i * slot + 1) = next;
		next = i * slot + 1;
	}
	*page = (struct page){.kind = PAGE_SLAB, .class = class, .free = next, .next = a->partial[class]};
	a->partial[class] = index + 1;
	return true;
}

static void *alloc_small(struct arena *a, u64 size, enum arena_tag tag, void *owner)
{
	u32 class = class_for(size + HEAD_SIZE);
	struct page *page;
	u8 *base, *slot;

	if (!a->partial[class] && !new_slab(a, class))
		return NULL;
	page = &page_table(a)[a->partial[class] - 1];
	base = data_page(a, a->partial[class] - 1);
	slot = base + page->free - 1;
	page->free = *slot_link(base, page->free);
	page->used++;
	if (!page->free) {
		a->partial[class] = page->next;
		page->next = 0;
	}
	return block_open(a, slot + HEAD_SIZE, size, tag, owner);
}

static void unlink_partial(struct arena *a, u64 index)
{
	struct page *table = page_table(a);
	u32 *link = &a->partial[table[index].class];

	while (*link != index + 1)
		link = &table[*link - 1].next;
	*link = table[index].next;
}

static void free_small(struct arena *a, u64 index, u8 *slot)
{
	struct page *page = &page_table(a)[index];
	u8 *base = data_page(a, index);
	bool was_full = !page->free;

	*slot_link(base, slot - base + 1) = page->free;
	page->free = slot - base + 1;
	page->used--;
	if (was_full) {
		page->next = a->partial[page->class];
		a->partial[page->class] = index + 1;
	}
	if (!page->used) {
		unlink_partial(a, index);
		drop_pages(a, index, 1);
	}
}

/* --- large blocks --- */

static void *alloc_run(struct arena *a, u64 size, bool aligned, enum arena_tag tag, void *owner)
{
	u64 lead = aligned ? ARENA_PAGE : HEAD_SIZE;
	u64 index;

	if (size > a->size)
		return NULL;
	index = take_pages(a, (lead + size + ARENA_PAGE - 1) / ARENA_PAGE, aligned ? PAGE_RUN_ALIGNED : PAGE_RUN);
	if (index == a->npages)
		return NULL;
	return block_open(a, data_page(a, index) + lead, size, tag, owner);
}

void *arena_alloc(struct arena *a, u64 size, enum arena_tag tag, void *owner)
{
	if (size + HEAD_SIZE <= class_size[ARRAY_SIZE(class_size) - 1])
		return alloc_small(a, size, tag, owner);
	return alloc_run(a, size, false, tag, owner);
}

void *arena_alloc_pages(struct arena *a, u64 size, enum arena_tag tag, void *owner)
{
	return alloc_run(a, size, true, tag, owner);
}

void arena_own(void *p, void *owner)
{
	((struct block_head *)((u8 *)p - HEAD_SIZE))->owner = owner;
}

static void free_block(struct arena *a, void *p)
{
	struct block_head *head;
	struct page *page;
	u64 index, size;

	head = (struct block_head *)((u8 *)p - HEAD_SIZE);
	index = page_index(a, head);
	page = &page_table(a)[index];
	size = head->size_tag >> 8;
	assert((head->size_tag & 0xff) != TAG_FREE && page->kind != PAGE_FREE);
	a->live_bytes -= size;
#ifndef NDEBUG
	memset(p, 0xa5, size);
#endif
	head->size_tag = TAG_FREE;
	head->owner = NULL;
	if (page->kind == PAGE_SLAB)
		free_small(a, index, (u8 *)head);
	else
		drop_pages(a, index, page->count);
}

/* --- freeing, at once or later --- */

/* False: no memory to remember it; then it is lost. */
static bool grow_held(struct arena *a)
{
	u32 room = a->held_room ? a->held_room * 2 : 64;
	void **held = arena_alloc(a, room * sizeof(*held), TAG_KERNEL, NULL);

	if (!held)
		return false;
	if (a->held) {
		memcpy(held, a->held, a->nheld * sizeof(*held));
		free_block(a, a->held);
	}
	a->held = held;
	a->held_room = room;
	return true;
}

void arena_free(struct arena *a, void *p)
{
	if (!p)
		return;
	if (!a->holds)
		free_block(a, p);
	else if (a->nheld < a->held_room || grow_held(a))
		a->held[a->nheld++] = p;
}

void arena_hold(struct arena *a)
{
	a->holds++;
}

void arena_release(struct arena *a)
{
	assert(a->holds);
	if (--a->holds || !a->held)
		return;
	for (u32 i = 0; i < a->nheld; i++)
		free_block(a, a->held[i]);
	free_block(a, a->held);
	a->held = NULL;
	a->nheld = a->held_room = 0;
}

/* --- questions --- */

/* The head of the block whose pages hold @addr (which lies in data page @index), or NULL. */
static const struct block_head *head_of(const struct arena *a, u64 addr, u64 index)
{
	const struct page *page = &page_table(a)[index];
	const u8 *base;

	if (page->kind == PAGE_TAIL) {
		index -= page->count;
		page = &page_table(a)[index];
	}
	base = data_page(a, index);
	switch (page->kind) {
	case PAGE_SLAB: {
		u64 slot = (addr - (u64)base) / class_size[page->class];

		if ((slot + 1) * class_size[page->class] > ARENA_PAGE)
			return NULL;
		return (const struct block_head *)(base + slot * class_size[page->class]);
	}
	case PAGE_RUN:
		return (const struct block_head *)base;
	case PAGE_RUN_ALIGNED:
		return (const struct block_head *)(base + ARENA_PAGE - HEAD_SIZE);
	}
	return NULL;
}

bool arena_find(const struct arena *a, u64 addr, struct arena_block *found)
{
	u64 start = (u64)a + a->data_offset;
	const struct block_head *head;

	if (addr < start || addr - start >= a->high * ARENA_PAGE)
		return false;
	head = head_of(a, addr, (addr - start) / ARENA_PAGE);
	if (!head || (head->size_tag & 0xff) == TAG_FREE)
		return false;
	*found = (struct arena_block){(u64)(head + 1), head->size_tag >> 8, head->size_tag & 0xff, head->owner};
	return addr >= found->base && addr - found->base < found->size;
}

static u64 table_pages(const struct arena *a)
{
	return (a->table_offset + a->high * sizeof(struct page) + ARENA_PAGE - 1) / ARENA_PAGE;
}

u64 arena_pages(const struct arena *a)
{
	return table_pages(a) + a->high;
}

u8 *arena_page(const struct arena *a, u64 index)
{
	u64 table = table_pages(a);

	return index < table ? (u8 *)a + index * ARENA_PAGE : data_page(a, index - table);
}

u64 arena_live_bytes(const struct arena *a)
{
	return a->live_bytes;
}
