/* What the simulated machine holds at a moment, as text: the loader's fd table, the maps. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "map_read.h"
#include "map_show.h"
#include "map_summary.h"
#include "walk_text.h"

#define ELEMENTS_SHOWN 64
#define ELEMENTS_READ 65536  /* two calls each: beyond that it takes long, and much memory to remember */
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
static void tell_pair(FILE *out, const char *key, const char *value)
{
	size_t len = strlen(value);

	fprintf(out, "    %12s  ", key);
	while (len > VALUE_COLUMNS) {
		size_t n = VALUE_COLUMNS;

		while (n > VALUE_COLUMNS / 2 && value[n - 1] != ' ')
			n--;
		fprintf(out, "%.*s\n    %12s  ", (int)n - (value[n - 1] == ' '), value, "");
		value += n;
		len -= n;
	}
	fprintf(out, "%s\n", value);
}

/* The elements of a map: counted, and the first ones told. */
struct listing {
	struct sim *sim;
	struct map *map;
	bool skip_zero;
	u64 most;  /* to be counted */
	u64 elements, nonzero, told;
	FILE *out;
};

static bool tell_element(void *ctx, const void *key, const void *value)
{
	struct listing *l = ctx;
	bool zero = map_place_is_empty(l->sim, l->map, key, value);
	char buf[2][4096];
	struct text k, v;

	l->elements++;
	l->nonzero += !zero;
	if ((l->skip_zero && zero) || l->told == ELEMENTS_SHOWN)
		return l->elements < l->most;
	l->told++;
	text_init(&k, buf[0], sizeof(buf[0]));
	text_init(&v, buf[1], sizeof(buf[1]));
	map_key_text(l->map, key, &k);
	map_element_text(l->sim, l->map, key, value, &v);
	tell_pair(l->out, buf[0], buf[1]);
	return l->elements < l->most;
}

static void tell_head(struct map *map, const struct listing *l)
{
	char name[64], shape[192], summary[192];
	struct text n, s, sum;

	text_init(&n, name, sizeof(name));
	text_init(&s, shape, sizeof(shape));
	walk_object_text(&map->obj, &n);
	map_shape_text(map, &s);
	text_init(&sum, summary, sizeof(summary));
	map_summary_text(l->sim, map, &sum);
	printf("\n  %s%s%s  %s%s%s\n", cli_paint(PAINT_HEAD), name, cli_paint(PAINT_END), shape,
	       map_has_keys(map) ? "; " : "\n    ", summary);
}

static bool tell_value(void *ctx, const void *value)
{
	struct listing *l = ctx;
	char buf[4096];
	struct text text;

	if (l->told++ == ELEMENTS_SHOWN)
		return false;
	text_init(&text, buf, sizeof(buf));
	map_value_text(l->map, value, &text);
	tell_pair(stdout, l->told == 1 ? "next out" : "", buf);
	return true;
}

static void tell_left_out(const struct listing *l)
{
	u64 meant = l->skip_zero ? l->nonzero : l->elements;

	if (meant > l->told)
		printf("    ... and %llu more\n", (unsigned long long)(meant - l->told));
	if (l->skip_zero && l->elements > l->nonzero)
		printf("    %12s  (%llu empty one%s left out)\n", "",
		       (unsigned long long)(l->elements - l->nonzero),
		       l->elements - l->nonzero == 1 ? " is" : "s are");
}

/* @read: by the calls of user space; else looked at from outside. */
static void tell_map(struct session *s, struct map *map, bool read)
{
	struct listing l = {
		.sim = s->sim,
		.map = map,
		.skip_zero = map_has_places(map),
		.most = read ? ELEMENTS_READ : UINT64_MAX,
	};
	char *lines = NULL;
	size_t size;
	int err = 0;

	if (!map_has_keys(map)) {
		tell_head(map, &l);
		map_each_value(map, tell_value, &l);
		return;
	}
	l.out = open_memstream(&lines, &size);
	if (!l.out)
		return;
	if (read)
		err = map_read(s, map, tell_element, &l);
	else
		map_each(s->sim, map, tell_element, &l);
	fclose(l.out);
	tell_head(map, &l);
	fputs(lines, stdout);
	free(lines);
	tell_left_out(&l);
	if (err)
		printf("    (user space cannot list it: %s)\n", s->sim->why.text);
	else if (l.elements == l.most)
		printf("    (user space stopped reading after %u elements)\n", ELEMENTS_READ);
	else if (!l.elements)
		printf("    (empty: neither a program nor a process has put anything in)\n");
}

static void tell_maps(struct session *s, bool read)
{
	for (struct obj *obj = obj_next(s->sim, OBJ_MAP, 0); obj; obj = obj_next(s->sim, OBJ_MAP, obj->id))
		tell_map(s, container_of(obj, struct map, obj), read);
}

void walk_text_maps(struct walk *w)
{
	tell_maps(w->session, false);
}

void walk_text_read_maps(struct walk *w)
{
	tell_maps(w->session, true);
}
