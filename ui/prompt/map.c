/*
 * `bpf ...`: a system call word for word (raw_call.h).
 * `map ...`: what user space does with maps, in bpftool's words (map_command.h). The calls are inputs at
 * the present moment: in the past of the timeline they begin another future. `list` and `show` only look:
 * they change nothing.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../map_command.h"
#include "../map_show.h"
#include "../map_summary.h"
#include "../raw_call.h"
#include "change_words.h"
#include "prompt.h"

static void list_verbs(struct screen *sc)
{
	const char *name, *usage, *doc;

	screen_say(sc, "What user space does with maps, named as in bpftool:\n");
	for (u32 i = 0; map_verb(i, &name, &usage, &doc); i++)
		screen_say(sc, "  map %-8s %-46s %s\n", name, usage, doc);
	screen_say(
		sc,
		"MAP: its name, `id N`, `pinned PATH`. KEY, VALUE: 6, {proto: 6}, hex 06 00 00 00, 6 0 0 0,\n"
		"10.0.0.1; a value that is an fd: `name PROG`, `id N`, `fd N`; for each CPU one: 1 | 2 | 3 | "
		"4.\n");
}

static void tell_map(struct screen *sc, struct map *map)
{
	struct sim *sim = debug_sim(&sc->debug);
	char shape[192], summary[256];
	struct text text, sum;

	text_init(&text, shape, sizeof(shape));
	text_init(&sum, summary, sizeof(summary));
	map_shape_text(map, &text);
	map_summary_text(sim, map, &sum);
	screen_say(sc, "%u: %s: %s, max_entries %u, flags 0x%x, %u reference%s%s\n   %s\n", map->obj.id,
		   map->obj.name, shape, map->k.max_entries, map->k.map_flags, map->obj.refs,
		   map->obj.refs == 1 ? "" : "s", map->frozen ? ", frozen" : "", summary);
}

static struct map *find_map(struct sim *sim, const char *name)
{
	u32 id = strncmp(name, "id ", 3) == 0 ? atoi(name + 3) : 0;

	if (strncmp(name, "name ", 5) == 0)
		name += 5;
	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		if (id ? obj->id == id : strncmp(obj->name, name, 15) == 0 && *name)
			return container_of(obj, struct map, obj);
	return NULL;
}

static void list(struct screen *sc)
{
	struct sim *sim = debug_sim(&sc->debug);

	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		tell_map(sc, container_of(obj, struct map, obj));
	if (!obj_next(sim, OBJ_MAP, 0))
		screen_say(sc, "No map exists at this moment.");
}

/* The pane "map" draws it from now on. */
static void show(struct screen *sc, const char *name)
{
	struct map *map = find_map(debug_sim(&sc->debug), name);
	char summary[256];
	struct text text;

	if (!*name) {
		list(sc);
		return;
	}
	if (!map) {
		screen_complain(
			sc, "map show: there is no map '%.40s' at this moment; `map list` lists them.", name);
		return;
	}
	sc->view.map = map->obj.id;
	do_look(sc, "map");
	text_init(&text, summary, sizeof(summary));
	map_summary_text(debug_sim(&sc->debug), map, &text);
	screen_say(sc, "Map %u %s (%s): %s.", map->obj.id, map->obj.name, map_ops(map)->name, summary);
}

static const char *behind(const char *args, const char *verb)
{
	size_t n = strlen(verb);

	if (strncmp(args, verb, n) != 0 || (args[n] && args[n] != ' '))
		return NULL;
	return args + n + strspn(args + n, " ");
}

typedef int make_calls(struct walk *w, const char *line, FILE *out, struct why *why);

static void change_by(struct screen *sc, const char *command, const char *args, make_calls *make)
{
	struct why why = {0};
	char *answer = NULL, failed[sizeof(why.text) + 8];
	size_t len;
	FILE *out;
	int err;

	if (!begin_change(sc, command, args))
		return;
	out = open_memstream(&answer, &len);
	err = out ? make(&sc->debug.walk, args, out, &why) : -ENOMEM;
	if (out)
		fclose(out);
	if (answer)
		screen_say(sc, "%s", answer);
	free(answer);
	snprintf(failed, sizeof(failed), "%s: %s", command, why.text);
	end_change(sc, CHANGE_SHOW_LAST, err < 0 ? failed : NULL);
}

void do_map(struct screen *sc, const char *args)
{
	const char *which = behind(args, "show");

	if (!*args)
		list_verbs(sc);
	else if (behind(args, "list"))
		list(sc);
	else if (which)
		show(sc, which);
	else
		change_by(sc, "map", args, map_command);
}

void do_bpf(struct screen *sc, const char *args)
{
	change_by(sc, "bpf", args, raw_call);
}
