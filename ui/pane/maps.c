/* Maps: their contents by key, decoded with BTF, as they are at this moment; changes are marked. */
#include "../map_show.h"
#include "../map_summary.h"
#include "map_draw.h"

#define ELEMENTS_SHOWN 200

struct listing {
	const struct view *v;
	struct sheet *sheet;
	const struct map *map;
	bool skip_zero;
	u32 shown, elements;
};

#define KEY_MAX 24 /* behind longer ones the value gets a line of its own */

/* What the other CPUs have under the key, where it is something. */
static void other_cpus(struct listing *l, const void *key)
{
	struct sim *sim = debug_sim(l->v->d);

	for (u32 cpu = 0; cpu < sim->clock->ncpus; cpu++) {
		const void *value = map_look(sim, (struct map *)l->map, key, cpu);
		char buf[256];
		struct text text;

		if (cpu == sim->clock->cpu || map_value_is_zero(l->map, value))
			continue;
		text_init(&text, buf, sizeof(buf));
		map_value_text(l->map, value, &text);
		sheet_add(l->sheet, ROLE_QUIET, " · CPU %u: %s", cpu, buf);
	}
}

/* @was: NULL: it is new, or has not changed. */
static void element_value(struct listing *l, const void *key, const void *value, bool changed,
			  const struct picture_element *was)
{
	bool percpu = map_ops(l->map)->traits & MAP_TRAIT_PERCPU;
	struct sim *sim = debug_sim(l->v->d);
	char buf[512];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	if (percpu)
		map_value_text(l->map, value, &text);
	else
		map_element_text(sim, (struct map *)l->map, key, value, &text);
	if (percpu)
		sheet_add(l->sheet, ROLE_QUIET, "CPU %u: ", sim->clock->cpu);
	if (changed && was)
		sheet_add(l->sheet, ROLE_QUIET, "%s → ", was->text);
	sheet_add(l->sheet, changed ? ROLE_CHANGED : ROLE_PLAIN, "%s%s", buf, changed ? " *" : "");
	if (changed && !was)
		sheet_add(l->sheet, ROLE_CHANGED, " new");
	if (percpu)
		other_cpus(l, key);
	if (value)
		sheet_map_marks(l->v, l->sheet, l->map,
				map_look(sim, (struct map *)l->map, key, sim->clock->cpu),
				l->map->k.value_size);
}

static bool one_element(void *ctx, const void *key, const void *value)
{
	struct listing *l = ctx;
	const struct debug *d = l->v->d;
	const struct picture_element *was = d->last.any ? picture_find(&d->last.before, l->map, key) : NULL;
	bool fresh = d->last.any && !d->last.before.more && !was;
	bool changed = fresh || (was && picture_value_differs(was, l->map, value));
	char k[256];
	struct text kt;

	l->elements++;
	if (l->skip_zero && !changed && map_place_is_empty(debug_sim(d), (struct map *)l->map, key, value))
		return true;
	if (l->shown == ELEMENTS_SHOWN)
		return false;
	l->shown++;
	text_init(&kt, k, sizeof(k));
	map_key_text(l->map, key, &kt);
	sheet_line(l->sheet, l->map->obj.id);
	sheet_add(l->sheet, ROLE_PLAIN, "  [%s]", k);
	if (kt.len > KEY_MAX)
		sheet_line(l->sheet, l->map->obj.id);
	if (changed)
		sheet_at(l->sheet);
	sheet_to(l->sheet, 9);
	element_value(l, key, value, changed, was);
	return true;
}

static bool one_value(void *ctx, const void *value)
{
	struct listing *l = ctx;
	char buf[256];
	struct text text;

	sheet_line(l->sheet, l->map->obj.id);
	text_init(&text, buf, sizeof(buf));
	map_value_text(l->map, value, &text);
	sheet_add(l->sheet, ROLE_PLAIN, "  %s", buf);
	return ++l->shown < ELEMENTS_SHOWN;
}

/* Rings, queues, filters: how full they are, and what would come out next. */
static void without_keys(struct listing *l)
{
	char buf[256];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	map_summary_text(debug_sim(l->v->d), (struct map *)l->map, &text);
	sheet_wrap(l->sheet, ROLE_PLAIN, buf);
	map_each_value((struct map *)l->map, one_value, l);
}

/* Of large arrays only what is not zero is looked at. */
static void each_element(struct listing *l)
{
	struct sim *sim = debug_sim(l->v->d);
	struct map *map = (struct map *)l->map;

	if (map_ops(map)->form != MAP_FORM_ROW || map->k.max_entries <= PICTURE_ELEMENTS) {
		map_each(sim, map, one_element, l);
		return;
	}
	for (u32 i = 0; (i = map_row_next(sim, map, i)) < map->k.max_entries; i++)
		if (!one_element(l, &i, map_look(sim, map, &i, sim->clock->cpu)))
			break;
	l->elements = map->k.max_entries;
}

static void one_map(const struct view *v, struct sheet *s, struct map *map)
{
	struct listing l = {.v = v, .sheet = s, .map = map, .skip_zero = map_has_places(map)};

	sheet_line(s, map->obj.id);
	sheet_add(s, ROLE_TITLE, "%s", map->obj.name[0] ? map->obj.name : words("(no name)"));
	sheet_add(s, ROLE_QUIET, " · %s", map_ops(map)->name);
	if (map->k.key_size)
		sheet_add(s, ROLE_QUIET, " %u→%u bytes", map->k.key_size, map->k.value_size);
	if (!map_has_keys(map)) {
		without_keys(&l);
		return;
	}
	each_element(&l);
	if (!l.elements) {
		sheet_line(s, map->obj.id);
		sheet_add(s, ROLE_QUIET, "  (empty, at most %u)", map->k.max_entries);
	} else if (l.shown == ELEMENTS_SHOWN) {
		sheet_line(s, map->obj.id);
		sheet_add(s, ROLE_QUIET, "  ... and more");
	} else if (l.elements > l.shown) {
		sheet_line(s, map->obj.id);
		sheet_add(s, ROLE_QUIET, l.skip_zero ? "  (%u more, empty)" : "  ... and %u more",
			  l.elements - l.shown);
	}
}

static void draw(const struct view *v, struct sheet *s)
{
	struct sim *sim = debug_sim(v->d);

	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		one_map(v, s, container_of(obj, struct map, obj));
	if (!s->lines)
		sheet_nothing(s, "No map exists yet: MAP_CREATE makes one.");
}

static bool changed(const struct view *v)
{
	static struct picture now;
	const struct picture *was = &v->d->last.before;

	if (!v->d->last.any)
		return false;
	picture_take(&now, &v->d->session);
	if (now.elements != was->elements)
		return true;
	for (u32 i = 0; i < now.elements; i++)
		if (now.element[i].key != was->element[i].key ||
		    now.element[i].value != was->element[i].value)
			return true;
	return false;
}

const struct pane pane_maps = {
	.name = "maps",
	.title = "maps by key",
	.help = "What the maps hold at this moment: [key] value. The bytes are decoded with the types that "
		"the object "
		"file declared (BTF). * changed by the last step. Programs change values in place, user "
		"space sees "
		"that at once.",
	.draw = draw,
	.changed = changed,
};
