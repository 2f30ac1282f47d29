/* Drawing arrays: the row of values, and for maps with a value for each CPU the columns of them. */
#include <stdlib.h>

#include "map_draw.h"

#define KEY_WIDTH 10
#define COLUMN 11

static u32 cpus(const struct sketch *k)
{
	return k->sim->clock->ncpus;
}

/* --- columns: one for each CPU --- */

void draw_columns_head(struct sketch *k)
{
	if (!sketch_line(k))
		return;
	sketch_add(k, ROLE_QUIET, "key");
	for (u32 cpu = 0; cpu < cpus(k); cpu++) {
		sketch_to(k, KEY_WIDTH + cpu * COLUMN);
		sketch_add(k, cpu == k->sim->clock->cpu ? ROLE_TITLE : ROLE_QUIET, "CPU %u%s", cpu,
			   cpu == k->sim->clock->cpu ? " ◂" : "");
	}
	sketch_to(k, KEY_WIDTH + cpus(k) * COLUMN);
	sketch_add(k, ROLE_QUIET, "together");
}

static void value_words(const struct sketch *k, const void *value, char *buf, u32 size)
{
	struct text text;

	text_init(&text, buf, size);
	map_value_text(k->map, value, &text);
}

static bool is_changed(const struct sketch *k, const void *key, const void *value)
{
	const struct happened *last = &k->v->d->last;
	const struct picture_element *was = last->any ? picture_find(&last->before, k->map, key) : NULL;

	return last->any && !last->before.more && (!was || picture_value_differs(was, k->map, value));
}

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

/* Values that have no room in a column: a line each. */
static void below_each_other(struct sketch *k, const void *key, const char value[][256])
{
	sketch_key(k, key);
	for (u32 cpu = 0; cpu < cpus(k) && sketch_line(k); cpu++)
		sketch_add(k, ROLE_PLAIN, "  CPU %u  %s", cpu, value[cpu]);
}

static void side_by_side(struct sketch *k, const void *key, const char value[][256], void *at[])
{
	u32 now = k->sim->clock->cpu;
	bool changed = is_changed(k, key, at[now]), numbers = true;
	s64 sum = 0;

	sketch_key(k, key);
	for (u32 cpu = 0; cpu < cpus(k); cpu++) {
		bool star = changed && cpu == now;

		numbers &= add_up(value[cpu], &sum);
		sketch_to(k, KEY_WIDTH + cpu * COLUMN);
		sketch_add(k, star ? ROLE_CHANGED : ROLE_PLAIN, "%s%s", value[cpu], star ? " *" : "");
	}
	sketch_to(k, KEY_WIDTH + cpus(k) * COLUMN);
	if (numbers)
		sketch_add(k, ROLE_QUIET, "%lld", (long long)sum);
	if (changed)
		sheet_at(k->s);
	for (u32 cpu = 0; cpu < cpus(k); cpu++)
		sketch_marks(k, at[cpu], k->map->k.value_size);
}

void draw_columns(struct sketch *k, const void *key,
		  void *value_of(struct sketch *k, const void *key, u32 cpu))
{
	char value[64][256];
	void *at[64];
	bool narrow = cpus(k) <= 64;

	if (!narrow || !sketch_line(k))
		return;
	for (u32 cpu = 0; cpu < cpus(k); cpu++) {
		at[cpu] = value_of(k, key, cpu);
		value_words(k, at[cpu], value[cpu], sizeof(value[cpu]));
		narrow &= strlen(value[cpu]) < COLUMN - 2;
	}
	if (narrow)
		side_by_side(k, key, value, at);
	else
		below_each_other(k, key, value);
}

static void *value_on(struct sketch *k, const void *key, u32 cpu)
{
	return map_look(k->sim, k->map, key, cpu);
}

/* --- the row --- */

static void one_element(struct sketch *k, u32 index, bool percpu)
{
	if (percpu) {
		draw_columns(k, &index, value_on);
		return;
	}
	if (!sketch_line(k))
		return;
	sketch_add(k, ROLE_QUIET, "+%-6llu ", 272ull + (u64)index * k->map->k.elem_size);
	sketch_element(k, &index, value_on(k, &index, 0));
}

/* [@from, @to) are all zero. */
static void zeroes(struct sketch *k, u32 from, u32 to)
{
	if (from == to || !sketch_line(k))
		return;
	sketch_add(k, ROLE_QUIET,
		   to - from == 1 ? "        [%u] zero" : "        [%u] ... [%u] zero: %u elements", from,
		   to - 1, to - from);
}

/*
 * Elements that are something, or have just become nothing; of large arrays pictures know
 * too little for that.
 */
static u32 next_to_draw(struct sketch *k, u32 from)
{
	u32 next = map_row_next(k->sim, k->map, from), cpu = k->sim->clock->cpu;

	if (k->map->k.max_entries <= PICTURE_ELEMENTS)
		for (u32 i = from; i < next; i++)
			if (is_changed(k, &i, value_on(k, &i, cpu)))
				return i;
	return next;
}

void draw_row(struct sketch *k)
{
	bool percpu = map_ops(k->map)->traits & MAP_TRAIT_PERCPU;
	u32 zero_from = 0;

	if (percpu)
		draw_columns_head(k);
	else
		sketch_note(k,
			    "one row behind struct bpf_map: element i is at +272 + i * %u; a lookup is a "
			    "comparison and this sum",
			    k->map->k.elem_size);
	for (u32 i = 0; (i = next_to_draw(k, i)) < k->map->k.max_entries && !sketch_full(k); i++) {
		zeroes(k, zero_from, i);
		one_element(k, i, percpu);
		zero_from = i + 1;
	}
	zeroes(k, zero_from, k->map->k.max_entries);
}
