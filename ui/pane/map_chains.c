/* Drawing hash tables: buckets with their chains, free elements, and the lists of LRU types. */
#include "map_draw.h"

static const struct htab *table(const struct sketch *k)
{
	return k->map->family;
}

static void *value_on(struct sketch *k, const void *key, u32 cpu)
{
	return map_look(k->sim, k->map, key, cpu);
}

/* What a map of maps holds: the inner map by its name. */
static void inner_map(struct sketch *k, const struct obj *obj)
{
	const struct map *inner = container_of(obj, struct map, obj);

	sketch_add(k, ROLE_PLAIN, " → map %u %s (%s), %u references", obj->id, obj->name,
		   map_ops(inner)->name, obj->refs);
}

/* Elements of LRU types are made with the map, in one row: their numbers are what the lists show. */
static u64 number(const struct htab *h, const struct htab_elem *e)
{
	return ((u64)e - (u64)h->elems) / h->elem_size;
}

static void element(struct sketch *k, const struct htab_elem *e)
{
	const struct map_ops *ops = map_ops(k->map);

	if (table(k)->lru)
		sketch_add(k, ROLE_TITLE, "#%llu ", (unsigned long long)number(table(k), e));

	if (ops->get_obj) {
		sketch_key(k, e->key);
		inner_map(k, ops->get_obj(k->sim, k->map, e->key));
	} else {
		sketch_element(k, e->key, value_on(k, e->key, k->sim->clock->cpu));
	}
}

/* --- buckets --- */

static void bucket_line(struct sketch *k, u64 i)
{
	const struct htab_elem *e = htab_first(table(k), i);

	if (!sketch_line(k))
		return;
	sketch_add(k, ROLE_QUIET, "bucket %-4llu", (unsigned long long)i);
	sketch_to(k, 12);
	for (bool first = true; e && !sketch_full(k); e = e->next, first = false) {
		if (!first) {
			sketch_line(k);
			sketch_to(k, 10);
			sketch_add(k, ROLE_BORDER, "└▸");
		}
		element(k, e);
	}
}

static void percpu_bucket(struct sketch *k, u64 i)
{
	for (const struct htab_elem *e = htab_first(table(k), i); e && !sketch_full(k); e = e->next)
		draw_columns(k, e->key, value_on);
}

/* --- the lists of LRU types --- */

static const struct htab_elem *elem_of(const struct lru_link *link)
{
	return container_of(container_of(link, struct lru_node, link), struct htab_elem, lru);
}

static u32 length(const struct lru_link *head)
{
	u32 n = 0;

	for (const struct lru_link *at = head->next; at != head; at = at->next)
		n++;
	return n;
}

/* "○#3[6]": without its key where that is long. */
static void list_element(struct sketch *k, const struct htab_elem *e)
{
	char key[64];
	struct text text;
	bool room;

	text_init(&text, key, sizeof(key));
	map_key_text(k->map, e->key, &text);
	room = text.len < 16 && !text.cut;
	sketch_words(k, e->lru.ref ? ROLE_CHANGED : ROLE_PLAIN, e->lru.ref ? " ●" : " ○");
	sketch_add(k, ROLE_PLAIN, room ? "#%llu[%s]" : "#%llu", (unsigned long long)number(table(k), e), key);
}

/* From the newest to the oldest, which goes first; the filled circle is the reference bit. */
static void list(struct sketch *k, const char *name, const struct lru_link *head)
{
	u32 n = 0;

	if (!sketch_line(k))
		return;
	sketch_add(k, ROLE_QUIET, "  %-9s%4u ", name, length(head));
	for (const struct lru_link *at = head->next; at != head && n < 64; at = at->next, n++) {
		const struct htab_elem *e = elem_of(at);

		list_element(k, e);
	}
	if (n == 64)
		sketch_add(k, ROLE_QUIET, " ...");
}

static void count(struct sketch *k, const char *name, const struct lru_link *head)
{
	if (sketch_line(k))
		sketch_add(k, ROLE_QUIET, "  %-9s%4u  elements that hold nothing", name, length(head));
}

static void lists(struct sketch *k, const struct lru_lists *l)
{
	list(k, "active", &l->head[LRU_ACTIVE]);
	list(k, "inactive", &l->head[LRU_INACTIVE]);
	count(k, "free", &l->head[LRU_FREE]);
}

static void draw_lru(struct sketch *k, const struct lru *lru)
{
	sketch_note(k, "Newest first; ● a program has looked it up since it was looked at last (reference "
		       "bit), ○ not. "
		       "When elements are needed, inactive ○ go, the last one first.");
	for (u32 i = 0; i < (lru->local ? 1 : lru->cpus) && sketch_line(k); i++) {
		sketch_add(k, ROLE_TITLE, lru->local ? "lists of all CPUs" : "lists of CPU %u", i);
		lists(k, &lru->lists[i]);
	}
	for (u32 cpu = 0; lru->local && cpu < lru->cpus && sketch_line(k); cpu++) {
		const struct lru_local *local = &lru->local[cpu];

		sketch_add(k, ROLE_TITLE, "CPU %u", cpu);
		sketch_add(k, ROLE_QUIET, "  has taken %u free ones for itself", length(&local->free));
		list(k, "pending", &local->pending);
	}
}

/* --- all of it --- */

static void tell_free(struct sketch *k, const struct htab *h)
{
	if (h->lru)
		return;
	if (h->elems)
		sketch_note(k, "%u elements were made with the map; %u have been in use at some time",
			    k->map->k.max_entries + (h->spare ? k->sim->clock->ncpus : 0), h->fresh);
	else
		sketch_note(k, "BPF_F_NO_PREALLOC: memory for an element comes when it is needed");
}

void draw_chains(struct sketch *k)
{
	const struct htab *h = table(k);
	bool percpu = map_ops(k->map)->traits & MAP_TRAIT_PERCPU;
	u64 buckets = h->mask + 1ull, used = 0;

	sketch_note(k, "%u element%s in %llu buckets; bucket = jhash(key, seed 0x%x) & 0x%x", h->count,
		    h->count == 1 ? "" : "s", (unsigned long long)buckets, h->seed, h->mask);
	if (percpu)
		draw_columns_head(k);
	k->indent = 12;
	for (u64 i = 0; i < buckets && !sketch_full(k); i++) {
		if (!htab_first(h, i))
			continue;
		used++;
		if (percpu)
			percpu_bucket(k, i);
		else
			bucket_line(k, i);
	}
	if (used < buckets && !sketch_full(k))
		sketch_note(k, used ? "the other %llu buckets are empty" : "all %llu buckets are empty",
			    (unsigned long long)(buckets - used));
	tell_free(k, h);
	if (h->lru)
		draw_lru(k, h->lru);
}
