/*
 * Snapshots: which pages changed, and putting them back.
 *
 * Every page has a chain of versions, newest first. A snapshot adds a version for each page whose bytes
 * differ from the newest one. Restoring writes, for each page, the newest version that is not younger than
 * the snapshot; a page without one was zero.
 */
#include "snapshot.h"
#include "time.h"

#define SPACING_NS 8000000u        /* a snapshot for each 8 ms of replay */
#define MERGED_NS 25000000u        /* older ones are thinned out to one for 25 ms */
#define KEEP_DENSE 64              /* so many before thinning begins */
#define PAGES_DENSE (16384u)       /* 64 MB of page versions: beyond, thinning does not mind the spacing */

static struct page_version **slot_of(struct sim *sim, u64 page)
{
	struct page_version ***group = &sim->timeline->newest[page / PAGE_GROUP];

	if (!*group) {
		*group = sim->host->alloc(sim->host->ctx, PAGE_GROUP * sizeof(**group));
		if (!*group)
			return NULL;
		memset(*group, 0, PAGE_GROUP * sizeof(**group));
	}
	return &(*group)[page % PAGE_GROUP];
}

static u64 page_number(const struct sim *sim, const u8 *page)
{
	return (page - (const u8 *)sim->arena) / ARENA_PAGE;
}

static bool is_zero(const u8 *page)
{
	return !page[0] && !memcmp(page, page + 1, ARENA_PAGE - 1);
}

/* --- taking --- */

static bool add_version(struct sim *sim, struct page_version **slot, const u8 *page, u64 serial)
{
	struct page_version *version = sim->host->alloc(sim->host->ctx, sizeof(*version));

	if (!version)
		return false;
	version->serial = serial;
	version->older = *slot;
	memcpy(version->bytes, page, ARENA_PAGE);
	*slot = version;
	sim->timeline->versions++;
	return true;
}

static bool keep_page(struct sim *sim, const u8 *page, u64 serial)
{
	struct page_version **slot = slot_of(sim, page_number(sim, page));

	if (!slot)
		return false;
	if (*slot ? !memcmp((*slot)->bytes, page, ARENA_PAGE) : is_zero(page))
		return true;
	return add_version(sim, slot, page, serial);
}

/* For each page that has versions, in order. */
static void each_slot(struct sim *sim,
		      void (*visit)(struct sim *sim, u64 page, struct page_version **slot, u64 arg), u64 arg)
{
	for (u64 g = 0; g < PAGE_GROUPS; g++) {
		struct page_version **group = sim->timeline->newest[g];

		for (u32 i = 0; group && i < PAGE_GROUP; i++)
			if (group[i])
				visit(sim, g * PAGE_GROUP + i, &group[i], arg);
	}
}

static void drop_version(struct sim *sim, struct page_version **link)
{
	struct page_version *version = *link;

	*link = version->older;
	sim->host->free(sim->host->ctx, version);
	sim->timeline->versions--;
}

static void drop_newer(struct sim *sim, u64 page, struct page_version **slot, u64 serial)
{
	(void)page;
	while (*slot && (*slot)->serial > serial)
		drop_version(sim, slot);
}

static void take(struct sim *sim, u64 cost)
{
	struct timeline *t = sim->timeline;
	u64 serial = t->last_serial + 1;
	u64 pages = arena_pages(sim->arena);

	for (u64 i = 0; i < pages; i++) {
		if (!keep_page(sim, arena_page(sim->arena, i), serial)) {
			each_slot(sim, drop_newer, t->last_serial);
			return; /* no memory: the snapshots that there are must do */
		}
	}
	t->last_serial = serial;
	t->snapshot[t->nsnapshots++] = (struct snapshot){serial, sim->clock->step, cost};
}

/* --- thinning --- */

struct merge {
	u64 gone, into;  /* serials */
};

/* What snapshot `gone` kept of this page becomes the next snapshot's, unless that has its own. */
static void merge_page(struct sim *sim, u64 page, struct page_version **slot, u64 arg)
{
	const struct merge *merge = (const struct merge *)arg;
	struct page_version **link = slot;
	bool newer_has = false;

	(void)page;
	for (; *link && (*link)->serial > merge->gone; link = &(*link)->older)
		newer_has = (*link)->serial == merge->into;
	if (!*link || (*link)->serial != merge->gone)
		return;
	if (newer_has)
		drop_version(sim, link);
	else
		(*link)->serial = merge->into;
}

/*
 * The snapshot that is cheapest to do without: neither the first nor the last. 0 when there
 * is none within @limit.
 */
static u32 cheapest(const struct timeline *t, u64 limit)
{
	u32 best = 0;
	u64 least = limit;

	for (u32 i = 1; i + 1 < t->nsnapshots; i++) {
		u64 cost = t->snapshot[i].cost + t->snapshot[i + 1].cost;

		if (cost <= least) {
			least = cost;
			best = i;
		}
	}
	return best;
}

static void thin_out(struct sim *sim)
{
	struct timeline *t = sim->timeline;
	bool crowded = t->versions > PAGES_DENSE || t->nsnapshots == SNAPSHOTS_MAX;
	u32 gone = t->nsnapshots > KEEP_DENSE ? cheapest(t, crowded ? UINT64_MAX : MERGED_NS) : 0;
	struct merge merge;

	if (!gone)
		return;
	merge = (struct merge){t->snapshot[gone].serial, t->snapshot[gone + 1].serial};
	each_slot(sim, merge_page, (u64)&merge);
	t->snapshot[gone + 1].cost += t->snapshot[gone].cost;
	t->nsnapshots--;
	memmove(&t->snapshot[gone], &t->snapshot[gone + 1], (t->nsnapshots - gone) * sizeof(t->snapshot[0]));
}

void snapshots_tick(struct sim *sim, u64 spent_ns)
{
	struct timeline *t = sim->timeline;

	t->spent_ns += spent_ns;
	if (t->nsnapshots && sim->clock->step <= t->snapshot[t->nsnapshots - 1].step) {
		t->spent_ns = 0;
		return;
	}
	if (t->nsnapshots && t->spent_ns < SPACING_NS)
		return;
	take(sim, t->spent_ns);
	thin_out(sim);
	t->spent_ns = 0;
}

/* --- going back --- */

static void restore_page(struct sim *sim, u64 page, struct page_version **slot, u64 serial)
{
	const struct page_version *version = *slot;
	u8 *bytes = (u8 *)sim->arena + page * ARENA_PAGE;

	while (version && version->serial > serial)
		version = version->older;
	if (!version)
		memset(bytes, 0, ARENA_PAGE);
	else if (memcmp(bytes, version->bytes, ARENA_PAGE))
		memcpy(bytes, version->bytes, ARENA_PAGE);
}

/* Pages that came into use after the last snapshot have no version at all: they were zero. */
static void clear_unknown_pages(struct sim *sim)
{
	u64 pages = arena_pages(sim->arena);

	for (u64 i = pages; i-- > 0;) {
		u8 *page = arena_page(sim->arena, i);
		struct page_version **group = sim->timeline->newest[page_number(sim, page) / PAGE_GROUP];

		if (!group || !group[page_number(sim, page) % PAGE_GROUP])
			memset(page, 0, ARENA_PAGE);
	}
}

static const struct snapshot *last_at(const struct timeline *t, u64 step)
{
	const struct snapshot *found = NULL;

	for (u32 i = 0; i < t->nsnapshots && t->snapshot[i].step <= step; i++)
		found = &t->snapshot[i];
	return found;
}

void snapshots_restore(struct sim *sim, u64 step)
{
	struct timeline *t = sim->timeline;
	const struct snapshot *snapshot = last_at(t, step);
	u64 now = sim->clock->step;

	assert(snapshot);
	if (now <= step && now >= snapshot->step)
		return;
	clear_unknown_pages(sim);
	each_slot(sim, restore_page, snapshot->serial);
	assert(sim->clock->step == snapshot->step);
	t->spent_ns = 0;
	sim->code_epoch++;
}

void snapshots_drop_after(struct sim *sim, u64 step)
{
	struct timeline *t = sim->timeline;
	const struct snapshot *last = last_at(t, step);

	if (!last || last == &t->snapshot[t->nsnapshots - 1])
		return;
	each_slot(sim, drop_newer, last->serial);
	t->nsnapshots = last - t->snapshot + 1;
	t->last_serial = last->serial;
}

static void drop_all(struct sim *sim, u64 page, struct page_version **slot, u64 arg)
{
	(void)page;
	(void)arg;
	while (*slot)
		drop_version(sim, slot);
}

void snapshots_delete(struct sim *sim)
{
	each_slot(sim, drop_all, 0);
	for (u64 g = 0; g < PAGE_GROUPS; g++)
		sim->host->free(sim->host->ctx, sim->timeline->newest[g]);
}
