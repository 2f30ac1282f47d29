/* One line about each map: see map_summary.h. A function for each form that is not simply elements by key. */
#include <stdlib.h>

#include "map_meaning.h"
#include "map_show.h"
#include "map_summary.h"
#include "walk.h"

typedef unsigned long long ull;

static void add_count(struct text *out, u64 n, const char *what)
{
	text_add(out, "%llu %s%s", (ull)n, what, n == 1 ? "" : "s");
}

static void records(struct sim *sim, struct map *map, struct text *out)
{
	const struct ringbuf *ring = ringbuf_of(map);
	u64 pos = ring->consumer_pos, n = 0, busy = 0;

	(void)sim;
	while (pos < ring->producer_pos && n <= ring->mask / 8) {
		u32 len = ((const struct ringbuf_header *)(ring->data + (pos & ring->mask)))->len;

		n++;
		busy += len & BPF_RINGBUF_BUSY_BIT ? 1 : 0;
		pos += ringbuf_step(len);
	}
	add_count(out, n, "record");
	text_add(out, " wait%s, %llu of %llu bytes", n == 1 ? "s" : "", (ull)ringbuf_avail(ring),
		 (ull)ring->mask + 1);
	if (busy)
		text_add(out, ", %llu not ready", (ull)busy);
	text_add(out, "; %llu bytes were read", (ull)ring->consumer_pos);
}

static u32 values_in(const struct value_ring *ring)
{
	return (ring->head + ring->places - ring->tail) % ring->places;
}

static void values(struct sim *sim, struct map *map, struct text *out)
{
	(void)sim;
	text_add(out, "%u of at most %u values", values_in(map->family), map->k.max_entries);
}

static void bits(struct sim *sim, struct map *map, struct text *out)
{
	const struct bloom *bloom = map->family;
	u64 all = bloom->mask + 1ull, set = 0;

	(void)sim;
	for (u64 i = 0; i < all / 8; i++)
		set += __builtin_popcount(map->k.value[i]);
	text_add(out, "%llu of %llu bits set, %u for each value", (ull)set, (ull)all, bloom->hashes);
}

static void perf(struct sim *sim, struct map *map, struct text *out)
{
	u64 events = 0, unread = 0, lost = 0, passed = 0;

	for (u32 i = 0; i < map->k.max_entries; i++) {
		struct obj *obj = map_ops(map)->held(sim, map, &i);
		const struct perf_event *event = obj ? perf_event_of(obj) : NULL;

		events += !!event;
		lost += event ? event->lost : 0;
		passed += event ? event->head : 0;
		unread += event && event->page ? event->head - event->page->data_tail : 0;
	}
	add_count(out, events, "perf event");
	text_add(out, " in %u slots; %llu bytes wait, %llu were written, ", map->k.max_entries, (ull)unread,
		 (ull)passed);
	add_count(out, lost, "sample");
	text_add(out, " lost");
}

static void owners(struct sim *sim, struct map *map, struct text *out)
{
	static const char *const kinds[] = {[MAP_KEY_PLAIN] = "owner",
					    [MAP_KEY_SOCKET] = "socket",
					    [MAP_KEY_INODE] = "inode",
					    [MAP_KEY_TASK] = "task"};
	u64 n = 0;

	(void)sim;
	for (const struct storage_elem *e = ((struct storage *)map->family)->first; e; e = e->next)
		n++;
	add_count(out, n, kinds[map_ops(map)->key_owner]);
	text_add(out, " with a value");
}

/* --- elements by key --- */

static struct obj *held(struct sim *sim, struct map *map, const void *key)
{
	const struct map_ops *ops = map_ops(map);

	return ops->held ? ops->held(sim, map, key) : ops->get_obj ? ops->get_obj(sim, map, key) : NULL;
}

static bool refers(const struct map *map)
{
	const struct map_ops *ops = map_ops(map);

	return ops->held || ops->get_obj || ops->prog_attach;
}

bool map_place_is_empty(struct sim *sim, struct map *map, const void *key, const void *value)
{
	if (map_ops(map)->held || map_ops(map)->get_obj)
		return !held(sim, map, key);
	return map_value_is_zero(map, value);
}

bool map_has_places(const struct map *map)
{
	return map_ops(map)->next_key && (map_ops(map)->traits & MAP_TRAIT_ARRAY || refers(map)) &&
	       map->k.max_entries > 1;
}

struct counting {
	struct sim *sim;
	struct map *map;
	u64 elements, there;
};

static bool count_element(void *ctx, const void *key, const void *value)
{
	struct counting *c = ctx;

	c->elements++;
	c->there += refers(c->map) && !map_place_is_empty(c->sim, c->map, key, value);
	return true;
}

static void slots(struct sim *sim, struct map *map, struct text *out)
{
	const struct map_ops *ops = map_ops(map);
	struct counting c = {.sim = sim, .map = map};

	if (ops->form != MAP_FORM_ROW && ops->form != MAP_FORM_CHAINS)
		map_each(sim, map, count_element, &c);
	if (ops->run_storage || !map->k.max_entries)
		text_add(out, "the values hang on cgroups");
	else if (ops->form == MAP_FORM_CHAINS)
		text_add(out, "%u of at most %u elements", ((const struct htab *)map->family)->count,
			 map->k.max_entries);
	else if (refers(map))
		text_add(out, "%llu of %u places are taken", (ull)c.there, map->k.max_entries);
	else if (ops->traits & MAP_TRAIT_ARRAY)
		add_count(out, map->k.max_entries, "element");
	else
		text_add(out, "%llu of at most %u elements", (ull)c.elements, map->k.max_entries);
}

static void (*const of_form[MAP_FORMS])(struct sim *sim, struct map *map, struct text *out) = {
	[MAP_FORM_RECORDS] = records, [MAP_FORM_VALUES] = values, [MAP_FORM_BITS] = bits,
	[MAP_FORM_PERF] = perf,       [MAP_FORM_OWNERS] = owners,
};

void map_summary_text(struct sim *sim, struct map *map, struct text *out)
{
	u8 form = map_ops(map)->form;

	(of_form[form] ? of_form[form] : slots)(sim, map, out);
}

bool map_has_keys(const struct map *map)
{
	return !of_form[map_ops(map)->form];
}

void map_each_value(struct map *map, bool (*each)(void *ctx, const void *value), void *ctx)
{
	const struct value_ring *ring = map->family;
	bool stack = map->k.map_type == BPF_MAP_TYPE_STACK;
	u32 n = map_ops(map)->form == MAP_FORM_VALUES ? values_in(ring) : 0;

	for (u32 i = 0; i < n; i++) {
		u32 place = ((u64)ring->tail + (stack ? n - 1 - i : i)) % ring->places;

		if (!each(ctx, map->k.value + (u64)place * map->k.value_size))
			return;
	}
}

/* --- one element --- */

/* True when it is a number and was added to *sum. */
static bool add_up(const char *text, s64 *sum)
{
	char *end;
	s64 n = strtoll(text, &end, 10);

	if (end == text || *end)
		return false;
	*sum += n;
	return true;
}

static void cpus_text(struct sim *sim, struct map *map, const void *key, struct text *out)
{
	bool numbers = true;
	s64 sum = 0;

	for (u32 cpu = 0; cpu < sim->clock->ncpus; cpu++) {
		char buf[512];
		struct text text;

		text_init(&text, buf, sizeof(buf));
		map_value_text(map, map_look(sim, map, key, cpu), &text);
		numbers &= add_up(buf, &sum);
		text_add(out, "%sCPU %u: %s", cpu ? " · " : "", cpu, buf);
	}
	if (numbers)
		text_add(out, " · together %lld", (long long)sum);
}

void map_element_text(struct sim *sim, struct map *map, const void *key, const void *value, struct text *out)
{
	const struct map_ops *ops = map_ops(map);
	const struct obj *obj = held(sim, map, key);

	if (obj)
		walk_object_text(obj, out);
	else if (value && ops->traits & MAP_TRAIT_PERCPU)
		cpus_text(sim, map, key, out);
	else
		map_meaning_text(sim, map, value, out);
}
