/* What the simulated machine holds at a moment, as text: the loader's fd table, the maps. */
#include <stdio.h>

#include "cli.h"
#include "map_show.h"
#include "walk_text.h"

#define ELEMENTS_SHOWN 64
#define VALUE_COLUMNS 100

static void tell_fd(const struct sim *sim, int fd, const struct obj *obj)
{
	char line[128];
	struct text text;

	if (!obj) {
		printf("  %4d  tty\n", fd);
		return;
	}
	text_init(&text, line, sizeof(line));
	walk_object_text(obj, &text);
	printf("  %4d  %-10s %s  %-30s %4u\n", fd, sim->obj_ops[obj->kind]->file, cli_glyph(GLYPH_ARROW),
	       line, obj->refs);
}

void walk_text_fds(struct walk *w)
{
	struct sim *sim = w->session->sim;
	struct task *task = task_by_pid(sim, w->session->pid);

	printf("\n  %4s  %-10s    %-30s %4s\n", "fd", "file", "object", "refs");
	for (int fd = 0; task && fd < TASK_MAX_FDS; fd++) {
		const struct file *file = fd_file(task, fd);

		if (file)
			tell_fd(sim, fd, file->obj);
	}
}

/* The key, and the value in as many lines as it needs. */
static void tell_pair(const char *key, const char *value)
{
	size_t len = strlen(value);

	printf("    %12s  ", key);
	while (len > VALUE_COLUMNS) {
		size_t n = VALUE_COLUMNS;

		while (n > VALUE_COLUMNS / 2 && value[n - 1] != ' ')
			n--;
		printf("%.*s\n    %12s  ", (int)n - (value[n - 1] == ' '), value, "");
		value += n;
		len -= n;
	}
	printf("%s\n", value);
}

struct listing {
	const struct map *map;
	bool skip_zero;
	u64 told;
};

static bool tell_element(void *ctx, const void *key, const void *value)
{
	struct listing *l = ctx;
	char buf[2][4096];
	struct text k, v;

	if (l->skip_zero && map_value_is_zero(l->map, value))
		return true;
	if (l->told == ELEMENTS_SHOWN)
		return false;
	l->told++;
	text_init(&k, buf[0], sizeof(buf[0]));
	text_init(&v, buf[1], sizeof(buf[1]));
	map_key_text(l->map, key, &k);
	map_value_text(l->map, value, &v);
	tell_pair(buf[0], buf[1]);
	return true;
}

static void tell_map(struct walk *w, struct map *map)
{
	bool array = map_ops(map)->traits & MAP_TRAIT_ARRAY;
	struct listing l = {.map = map, .skip_zero = array && map->k.max_entries > 1};
	u64 elements, nonzero, meant;
	char name[64], shape[192];
	struct text n, s;

	text_init(&n, name, sizeof(name));
	text_init(&s, shape, sizeof(shape));
	walk_object_text(&map->obj, &n);
	map_shape_text(map, &s);
	map_count(w->session->sim, map, &elements, &nonzero);
	meant = l.skip_zero ? nonzero : elements;
	printf("\n  %s%s%s  %s; ", cli_paint(PAINT_HEAD), name, cli_paint(PAINT_END), shape);
	if (array)
		printf("%u elements\n", map->k.max_entries);
	else
		printf("%llu of at most %u elements\n", (unsigned long long)elements, map->k.max_entries);
	map_each(w->session->sim, map, tell_element, &l);
	if (meant > l.told)
		printf("    ... and %llu more\n", (unsigned long long)(meant - l.told));
	if (l.skip_zero && elements > nonzero)
		printf("    %12s  (%llu elements that are all zero are left out)\n", "",
		       (unsigned long long)(elements - nonzero));
	if (!elements)
		printf("    (empty: neither a program nor a process has put anything in)\n");
}

void walk_text_maps(struct walk *w)
{
	struct sim *sim = w->session->sim;

	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		tell_map(w, container_of(obj, struct map, obj));
}
