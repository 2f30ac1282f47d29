/*
 * One map as the kernel keeps it: buckets and chains, a trie, lists, rings, tables of references. Which one:
 * `map show NAME`, or the line under the cursor of the pane "maps"; else the one that the last step touched.
 */
#include <stdarg.h>

#include "map_draw.h"

static void (*const draw_form[MAP_FORMS])(struct sketch *k) = {
	[MAP_FORM_ROW] = draw_row,         [MAP_FORM_CHAINS] = draw_chains, [MAP_FORM_TRIE] = draw_trie,
	[MAP_FORM_RECORDS] = draw_records, [MAP_FORM_VALUES] = draw_values, [MAP_FORM_BITS] = draw_bits,
	[MAP_FORM_OBJECTS] = draw_objects, [MAP_FORM_PERF] = draw_perf,     [MAP_FORM_DEVICES] = draw_devices,
	[MAP_FORM_CPUS] = draw_cpus,       [MAP_FORM_OWNERS] = draw_owners, [MAP_FORM_STACKS] = draw_stacks,
	[MAP_FORM_FUNCTIONS] = draw_functions,
};

/* --- what the drawings share --- */

bool sketch_full(const struct sketch *k)
{
	return k->s->lines - k->from >= SKETCH_LINES;
}

bool sketch_line(struct sketch *k)
{
	if (sketch_full(k))
		return false;
	sheet_line(k->s, k->map->obj.id);
	k->col = 0;
	return true;
}

void sketch_to(struct sketch *k, int col)
{
	k->col = k->col < col ? col : k->col ? k->col + 1 : 0;
	sheet_to(k->s, col);
}

static int width(const char *text)
{
	int n = 0;

	while (*text)
		n += char_width(utf8_decode(&text));
	return n;
}

void sketch_add(struct sketch *k, enum role role, const char *fmt, ...)
{
	char buf[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), words(fmt), args);
	va_end(args);
	k->col += width(buf);
	sheet_add(k->s, role, "%s", buf);
}

void sketch_words(struct sketch *k, enum role role, const char *text)
{
	while (*text) {
		int n = strcspn(text + 1, " ") + 1;

		if (k->col > k->indent && k->col + n >= k->s->area.cols && !sketch_full(k)) {
			sketch_line(k);
			sketch_to(k, k->indent);
			n -= *text == ' ';
			text += *text == ' ';
		}
		sketch_add(k, role, "%.*s", n, text);
		text += n;
	}
}

void sketch_note(struct sketch *k, const char *fmt, ...)
{
	char buf[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), words(fmt), args);
	va_end(args);
	sheet_wrap(k->s, ROLE_QUIET, buf);
}

void sketch_key(struct sketch *k, const void *key)
{
	char buf[256];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	text_say(&text, "[");
	map_key_text(k->map, key, &text);
	text_say(&text, "]");
	sketch_words(k, ROLE_PLAIN, buf);
}

/* What the last step did with the bytes at @at. */
static const char *done_now(const struct debug *d, const struct map *map, u64 at, u32 size)
{
	for (u32 i = 0; d->last.any && i < d->last.events; i++) {
		const struct event *e = &d->last.event[i];

		if (e->obj != map->obj.id || e->arg[1] < at || e->arg[1] >= at + size)
			continue;
		if (e->kind == EV_MAP_LOOKUP)
			return words("found now");
		if (e->kind == EV_MAP_UPDATE)
			return words("written now");
	}
	return NULL;
}

void sheet_map_marks(const struct view *v, struct sheet *s, const struct map *map, const void *at, u32 size)
{
	const struct vm *vm = debug_sim(v->d)->vm;
	const char *done = done_now(v->d, map, (u64)at, size);

	if (done) {
		sheet_at(s);
		sheet_add(s, ROLE_CHANGED, "  %s", done);
	}
	for (u32 r = 0; vm->state == VM_RUNNING && r < 10; r++)
		if (vm->reg[r] - (u64)at < size) {
			sheet_at(s);
			sheet_add(s, ROLE_POINTER, "  ◂ r%u", r);
		}
}

void sketch_marks(struct sketch *k, const void *at, u32 size)
{
	sheet_map_marks(k->v, k->s, k->map, at, size);
}

void sketch_value(struct sketch *k, const void *value)
{
	char buf[512];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	map_value_text(k->map, value, &text);
	sketch_words(k, ROLE_PLAIN, buf);
	sketch_marks(k, value, k->map->k.value_size);
}

void sketch_element(struct sketch *k, const void *key, const void *value)
{
	sketch_key(k, key);
	sketch_value_of(k, key, value);
}

void sketch_value_of(struct sketch *k, const void *key, const void *value)
{
	const struct happened *last = &k->v->d->last;
	const struct picture_element *was = last->any ? picture_find(&last->before, k->map, key) : NULL;
	bool fresh = last->any && !last->before.more && !was && value;
	bool changed = fresh || (was && picture_value_differs(was, k->map, value));
	char buf[512];
	struct text text;

	if (changed)
		sheet_at(k->s);
	if (!value)
		return;
	text_init(&text, buf, sizeof(buf));
	text_say(&text, " ");
	map_value_text(k->map, value, &text);
	text_say(&text, fresh ? " * new" : changed ? " *" : "");
	if (changed && was)
		sketch_add(k, ROLE_QUIET, " %s →", was->text);
	sketch_words(k, changed ? ROLE_CHANGED : ROLE_PLAIN, buf);
	sketch_marks(k, value, k->map->k.value_size);
}

/* Does a cell of @width from @at on hold something of the @used places from @first on? */
static bool cell_used(u64 at, u64 width, u64 first, u64 used, u64 size)
{
	return used && ((at + size - first) % size < used || (first + size - at) % size < width);
}

static void ring_ends(struct sketch *k, u32 cells, u64 size, u64 from, u64 to, const char *names)
{
	u32 a = 1 + from % size * cells / size, b = 1 + to % size * cells / size;

	if (!sketch_line(k))
		return;
	sketch_to(k, a < b ? a : b);
	sketch_add(k, ROLE_TITLE, "%c", a <= b ? names[0] : names[1]);
	if (a != b) {
		sketch_to(k, a < b ? b : a);
		sketch_add(k, ROLE_TITLE, "%c", a < b ? names[1] : names[0]);
	} else {
		sketch_add(k, ROLE_TITLE, from == to ? "=%c" : "%c", names[1]);
	}
}

void sketch_ring(struct sketch *k, u64 size, u64 from, u64 to, const char *names)
{
	u32 cells = k->s->area.cols > 24 ? k->s->area.cols - 4 : 20;

	if (!sketch_line(k))
		return;
	cells = cells > size ? size : cells;
	sketch_add(k, ROLE_BORDER, "├");
	for (u32 i = 0; i < cells; i++) {
		u64 at = i * size / cells, next = (i + 1) * size / cells;
		bool full = cell_used(at, next - at, from % size, to - from, size);

		sketch_add(k, full ? ROLE_CHANGED : ROLE_QUIET, full ? "█" : "·");
	}
	sketch_add(k, ROLE_BORDER, "┤");
	ring_ends(k, cells, size, from, to, names);
}

/* --- which map --- */

static struct map *touched_now(const struct debug *d, struct sim *sim)
{
	for (u32 i = d->last.any ? d->last.events : 0; i-- > 0;) {
		const struct event *e = &d->last.event[i];
		struct obj *obj = e->kind == EV_MAP_LOOKUP || e->kind == EV_MAP_UPDATE ||
						  e->kind == EV_MAP_DELETE || e->kind == EV_RECORD
					  ? obj_by_id(sim, OBJ_MAP, e->obj)
					  : NULL;

		if (obj)
			return container_of(obj, struct map, obj);
	}
	return NULL;
}

/* The first one that is no section of the object file (".rodata"), else the first. */
static struct map *first_map(struct sim *sim)
{
	struct obj *first = obj_next(sim, OBJ_MAP, 0), *obj = first;

	while (obj && strchr(obj->name, '.'))
		obj = obj_next(sim, OBJ_MAP, obj->id);
	obj = obj ? obj : first;
	return obj ? container_of(obj, struct map, obj) : NULL;
}

static struct map *chosen(const struct view *v)
{
	struct sim *sim = debug_sim(v->d);
	struct obj *picked = v->map ? obj_by_id(sim, OBJ_MAP, v->map) : NULL;
	struct map *touched = touched_now(v->d, sim);

	if (picked)
		return container_of(picked, struct map, obj);
	return touched ? touched : first_map(sim);
}

/* --- the pane --- */

static void subtitle(const struct view *v, struct text *out)
{
	const struct map *map = chosen(v);

	if (map)
		text_say(out, "map %u %s", map->obj.id, map->obj.name);
}

static void head(struct sketch *k)
{
	char buf[256];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	map_shape_text(k->map, &text);
	text_say(&text, ", max_entries %u%s", k->map->k.max_entries, k->map->frozen ? words(", frozen") : "");
	sheet_wrap(k->s, ROLE_TITLE, buf);
}

static void draw(const struct view *v, struct sheet *s)
{
	struct map *map = chosen(v);
	struct sketch k = {v, s, debug_sim(v->d), map, s->lines, 0, 4};

	if (!map) {
		sheet_nothing(s, "No map exists yet: MAP_CREATE makes one.");
		return;
	}
	head(&k);
	if (draw_form[map_ops(map)->form])
		draw_form[map_ops(map)->form](&k);
	else
		sketch_note(&k, "Nothing of it can be seen from here: %s.", map_ops(map)->doc);
	if (sketch_full(&k))
		sketch_note(&k, "... and more");
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	const struct map *map = chosen(v);
	const struct map_ops *ops = map ? map_ops(map) : NULL;

	(void)item;
	if (!ops)
		return;
	text_say(out, "%s: %s.\n", ops->name, ops->doc);
	if (ops->when)
		text_say(out, "When: %s\n", ops->when);
	if (ops->kept)
		text_say(out, "How it is kept: %s\n", ops->kept);
	if (ops->cost)
		text_say(out, "Cost: %s", ops->cost);
}

const struct pane pane_map = {
	.name = "map",
	.title = "one map inside",
	.help = "One map as the kernel keeps it, drawn from its memory at this moment: buckets with their "
		"chains, "
		"the trie, LRU lists, rings with their positions, tables of references. * changed by the "
		"last "
		"step, ◂ r0: that register points there. Another map: `map show NAME`, or j and k in the "
		"pane of "
		"all maps. e: what this type is for and what it costs.",
	.subtitle = subtitle,
	.draw = draw,
	.explain = explain,
};
