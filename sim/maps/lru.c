/* The lists of LRU maps: see lru.h. Mirrors kernel/bpf/bpf_lru_list.c, without its locks. */
#include "lru.h"

#define COMMON_BATCH 128u /* LOCAL_FREE_TARGET, LOCAL_NR_SCANS */
#define PERCPU_BATCH 4u   /* PERCPU_FREE_TARGET, PERCPU_NR_SCANS */

/* --- lists --- */

static void list_init(struct lru_link *head)
{
	head->next = head->prev = head;
}

static bool list_empty(const struct lru_link *head)
{
	return head->next == head;
}

static void list_unlink(struct lru_link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
}

/* As the first. */
static void list_add(struct lru_link *head, struct lru_link *link)
{
	link->next = head->next;
	link->prev = head;
	head->next->prev = link;
	head->next = link;
}

static struct lru_node *node_of(struct lru_link *link)
{
	return container_of(link, struct lru_node, link);
}

/* --- making and freeing --- */

static void init_lists(struct lru_lists *l)
{
	for (u32 i = 0; i < LRU_LISTS; i++)
		list_init(&l->head[i]);
	l->rotation = &l->head[LRU_INACTIVE];
}

static void init_local(struct lru_local *local, u32 cpu)
{
	list_init(&local->free);
	list_init(&local->pending);
	local->next_steal = cpu;
}

struct lru *lru_new(struct sim *sim, struct map *map, bool percpu)
{
	struct lru *lru = sim_alloc(sim, sizeof(*lru));
	u32 cpus = sim->clock->ncpus, sets = percpu ? cpus : 1;

	if (!lru)
		return NULL;
	*lru = (struct lru){.map = map, .scans = percpu ? PERCPU_BATCH : COMMON_BATCH, .cpus = cpus};
	lru->lists = sim_alloc(sim, sets * sizeof(*lru->lists));
	if (!percpu)
		lru->local = sim_alloc(sim, cpus * sizeof(*lru->local));
	if (!lru->lists || (!percpu && !lru->local)) {
		lru_free(sim, lru);
		return NULL;
	}
	for (u32 i = 0; i < sets; i++)
		init_lists(&lru->lists[i]);
	for (u32 cpu = 0; !percpu && cpu < cpus; cpu++)
		init_local(&lru->local[cpu], cpu);
	return lru;
}

void lru_free(struct sim *sim, struct lru *lru)
{
	if (!lru)
		return;
	sim_free(sim, lru->local);
	sim_free(sim, lru->lists);
	sim_free(sim, lru);
}

void lru_add(struct lru *lru, struct lru_node *node, u32 i, u32 count)
{
	u32 cpu = lru->local ? 0 : i / (count / lru->cpus);

	node->cpu = cpu;
	node->place = LRU_FREE;
	list_add(&lru->lists[cpu].head[LRU_FREE], &node->link);
}

/* --- from list to list --- */

static void count_node(struct lru_lists *l, u8 place, s32 n)
{
	if (place < LRU_FREE)
		l->count[place] += n;
}

/* @node leaves its place: the next look at inactive elements must not begin at it. */
static void leave(struct lru_lists *l, struct lru_node *node)
{
	count_node(l, node->place, -1);
	if (l->rotation == &node->link)
		l->rotation = node->link.prev;
	list_unlink(&node->link);
}

static void move(struct lru_lists *l, struct lru_node *node, enum lru_place place)
{
	leave(l, node);
	count_node(l, place, 1);
	node->place = place;
	node->ref = 0;
	list_add(&l->head[place], &node->link);
}

/* Out of the lists, with its reference bit, to a list of free ones. */
static void move_to_free(struct lru_lists *l, struct lru_node *node, struct lru_link *free, u8 place)
{
	leave(l, node);
	node->place = place;
	list_add(free, &node->link);
}

static u8 place_by_ref(const struct lru_node *node)
{
	return node->ref ? LRU_ACTIVE : LRU_INACTIVE;
}

/* --- growing old --- */

/* Active elements, the oldest first: those with the bit stay for another round, others become inactive. */
static void rotate_active(const struct lru *lru, struct lru_lists *l)
{
	struct lru_link *head = &l->head[LRU_ACTIVE], *newest = head->next, *at = head->prev;
	bool more = at != head;

	for (u32 n = 0; more && n < lru->scans; n++) {
		struct lru_link *next = at->prev;

		more = at != newest;
		move(l, node_of(at), place_by_ref(node_of(at)));
		at = next;
	}
}

/* Inactive elements, from where the last round ended: those with the bit become active. */
static void rotate_inactive(const struct lru *lru, struct lru_lists *l)
{
	struct lru_link *head = &l->head[LRU_INACTIVE], *at = l->rotation, *last = at->next, *next = head;
	u32 n = 0;

	if (list_empty(head))
		return;
	if (last == head)
		last = last->next;
	while (n < lru->scans) {
		struct lru_link *now = at == head ? head->prev : at;

		next = now->prev;
		if (node_of(now)->ref)
			move(l, node_of(now), LRU_ACTIVE);
		if (now == last)
			break;
		at = next;
		n++;
	}
	l->rotation = next;
}

static void rotate(const struct lru *lru, struct lru_lists *l)
{
	if (l->count[LRU_INACTIVE] < l->count[LRU_ACTIVE])
		rotate_active(lru, l);
	rotate_inactive(lru, l);
}

/* --- making room --- */

/* Evicts inactive elements without the bit, the oldest first: as many as are @wanted. Returns how many. */
static u32 shrink_inactive(struct sim *sim, const struct lru *lru, struct lru_lists *l, u32 wanted,
			   struct lru_link *free, u8 place)
{
	struct lru_link *head = &l->head[LRU_INACTIVE], *at = head->prev;
	u32 found = 0;

	for (u32 n = 0; at != head && n < lru->scans && found < wanted; n++) {
		struct lru_node *node = node_of(at);

		at = at->prev;
		if (node->ref) {
			move(l, node, LRU_ACTIVE);
		} else if (lru_evict(sim, lru->map, node)) {
			move_to_free(l, node, free, place);
			found++;
		}
	}
	return found;
}

/* Evicts the oldest element, used or not; inactive ones come first. */
static void shrink_by_force(struct sim *sim, const struct lru *lru, struct lru_lists *l,
			    struct lru_link *free, u8 place)
{
	struct lru_link *head = &l->head[list_empty(&l->head[LRU_INACTIVE]) ? LRU_ACTIVE : LRU_INACTIVE];

	for (struct lru_link *at = head->prev; at != head; at = at->prev)
		if (lru_evict(sim, lru->map, node_of(at))) {
			move_to_free(l, node_of(at), free, place);
			return;
		}
}

static void shrink(struct sim *sim, const struct lru *lru, struct lru_lists *l, u32 wanted,
		   struct lru_link *free, u8 place)
{
	if (!shrink_inactive(sim, lru, l, wanted, free, place))
		shrink_by_force(sim, lru, l, free, place);
}

/* --- common lists --- */

/* The CPU's new elements come to the lists, the oldest first. */
static void flush_pending(struct lru_lists *l, struct lru_local *local)
{
	while (!list_empty(&local->pending)) {
		struct lru_node *node = node_of(local->pending.prev);
		u8 place = place_by_ref(node);

		list_unlink(&node->link);
		count_node(l, place, 1);
		node->place = place;
		node->ref = 0;
		list_add(&l->head[place], &node->link);
	}
}

static void refill(struct sim *sim, const struct lru *lru, struct lru_local *local)
{
	struct lru_lists *l = lru->lists;
	u32 n = 0;

	flush_pending(l, local);
	rotate(lru, l);
	for (; n < COMMON_BATCH && !list_empty(&l->head[LRU_FREE]); n++)
		move_to_free(l, node_of(l->head[LRU_FREE].next), &local->free, LRU_LOCAL_FREE);
	if (n < COMMON_BATCH)
		shrink(sim, lru, l, COMMON_BATCH - n, &local->free, LRU_LOCAL_FREE);
}

/* The CPU's own first free element, off its list; NULL: there is none. */
static struct lru_node *pop_local(struct lru_local *local)
{
	struct lru_link *first = local->free.next;

	if (list_empty(&local->free))
		return NULL;
	list_unlink(first);
	return node_of(first);
}

/* Evicts the oldest of a CPU's new elements, one without the bit if there is one. */
static struct lru_node *pop_pending(struct sim *sim, const struct lru *lru, struct lru_local *local)
{
	for (int force = 0; force < 2; force++)
		for (struct lru_link *at = local->pending.prev; at != &local->pending; at = at->prev)
			if ((force || !node_of(at)->ref) && lru_evict(sim, lru->map, node_of(at))) {
				list_unlink(at);
				return node_of(at);
			}
	return NULL;
}

/* Nothing is free, everything is new: takes from the CPUs in turn. */
static struct lru_node *steal(struct sim *sim, const struct lru *lru, struct lru_local *local)
{
	u32 cpu = local->next_steal;
	struct lru_node *node = NULL;

	for (u32 n = 0; n < lru->cpus && !node; n++) {
		node = pop_local(&lru->local[cpu]);
		if (!node)
			node = pop_pending(sim, lru, &lru->local[cpu]);
		cpu = (cpu + 1) % lru->cpus;
	}
	local->next_steal = cpu;
	return node;
}

static struct lru_node *pop_common(struct sim *sim, const struct lru *lru)
{
	u32 cpu = sim->clock->cpu;
	struct lru_local *local = &lru->local[cpu];
	struct lru_node *node = pop_local(local);

	if (!node) {
		refill(sim, lru, local);
		node = pop_local(local);
	}
	if (!node)
		node = steal(sim, lru, local);
	if (!node)
		return NULL;
	node->cpu = cpu;
	node->place = LRU_LOCAL_PENDING;
	node->ref = 0;
	list_add(&local->pending, &node->link);
	return node;
}

/* --- lists of the CPU's own --- */

static struct lru_node *pop_percpu(struct sim *sim, const struct lru *lru)
{
	struct lru_lists *l = &lru->lists[sim->clock->cpu];
	struct lru_link *free = &l->head[LRU_FREE];
	struct lru_node *node;

	rotate(lru, l);
	if (list_empty(free))
		shrink(sim, lru, l, PERCPU_BATCH, free, LRU_FREE);
	if (list_empty(free))
		return NULL;
	node = node_of(free->next);
	move(l, node, LRU_INACTIVE);
	return node;
}

struct lru_node *lru_pop(struct sim *sim, struct lru *lru)
{
	return lru->local ? pop_common(sim, lru) : pop_percpu(sim, lru);
}

void lru_push(struct lru *lru, struct lru_node *node)
{
	if (!lru->local) {
		move(&lru->lists[node->cpu], node, LRU_FREE);
	} else if (node->place == LRU_LOCAL_PENDING) {
		list_unlink(&node->link);
		node->place = LRU_LOCAL_FREE;
		node->ref = 0;
		list_add(&lru->local[node->cpu].free, &node->link);
	} else if (node->place < LRU_FREE) {
		move(lru->lists, node, LRU_FREE);
	}
}
