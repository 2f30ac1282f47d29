/* Commands that edit the machine by hand, and those that take back what was done to the timeline. */
#include <stdio.h>
#include <stdlib.h>

#include "../expr.h"
#include "change_words.h"
#include "prompt.h"

/* --- set --- */

static void edit(struct screen *sc, const struct edit *edit, const char *args)
{
	char what[160];
	struct changed changed;
	struct why why;

	snprintf(what, sizeof(what), "set %.120s", args);
	if (change_edit(&sc->debug, edit, what, &changed, &why))
		screen_complain(sc, "set: %s", why.text);
	else
		tell_changed(sc, &changed);
}

static bool number(struct screen *sc, const char *text, u64 *value)
{
	struct why why;

	if (!expr_value(&sc->debug, text, value, &why))
		return true;
	screen_complain(sc, "set: %s", why.text);
	return false;
}

/* A value as its BTF describes it, else a number. */
static bool map_bytes(struct screen *sc, const struct map *map, const char *text, u8 *bytes)
{
	const struct btf *btf = btf_of(map->btf);
	struct why why;
	u64 value;

	memset(bytes, 0, map->k.value_size);
	if (!btf_parse(btf ? &btf->types : NULL, map->btf_value_type_id, text, bytes, map->k.value_size,
		       &why))
		return true;
	if (map->k.value_size > sizeof(value) || expr_value(&sc->debug, text, &value, &(struct why){0})) {
		screen_complain(sc, "set: a value of map %s: %s", map->obj.name, why.text);
		return false;
	}
	memcpy(bytes, &value, map->k.value_size);
	return true;
}

static void set_map(struct screen *sc, const char *place, const char *value, const char *args)
{
	u8 key[64], *bytes;
	struct map *map = expr_map(&sc->debug, place, key, sizeof(key), NULL);
	struct edit e;

	bytes = malloc((u64)map->k.key_size + map->k.value_size);
	if (!bytes)
		return;
	memcpy(bytes, key, map->k.key_size);
	e = (struct edit){EDIT_MAP, map->obj.id, map->k.key_size + map->k.value_size, bytes};
	if (map_bytes(sc, map, value, bytes + map->k.key_size))
		edit(sc, &e, args);
	free(bytes);
}

/* What lies in memory: a number, or as BTF describes it. */
static void set_memory(struct screen *sc, const struct expr_value *at, const char *value, const char *args)
{
	u8 *bytes = calloc(1, max_u64(at->size, sizeof(u64)));
	struct edit e = {EDIT_MEMORY, at->at, at->size, bytes};
	struct why why;
	u64 n;

	if (!bytes)
		return;
	mem_read(debug_sim(&sc->debug), bytes, at->at, at->size);
	if (at->size <= sizeof(n) && !expr_value(&sc->debug, value, &n, &why)) {
		memcpy(bytes, &n, at->size);
		edit(sc, &e, args);
	} else if (at->type && !btf_parse(at->types, at->type, value, bytes, at->size, &why)) {
		edit(sc, &e, args);
	} else {
		screen_complain(sc, "set: %s", why.text);
	}
	free(bytes);
}

static void set_place(struct screen *sc, const char *place, const char *value, const char *args)
{
	struct expr_value at;
	struct why why;
	u64 n = 0;

	if (expr_eval(&sc->debug, place, &at, &why)) {
		screen_complain(sc, "set: %s", why.text);
		return;
	}
	if (at.place == EXPR_MEMORY) {
		set_memory(sc, &at, value, args);
		return;
	}
	if (at.place == EXPR_NOWHERE) {
		screen_complain(sc,
				"set: '%.40s' is no place; expected r0 to r9, pc, map NAME[KEY], *ADDRESS, a "
				"variable",
				place);
		return;
	}
	if (!number(sc, value, &n))
		return;
	if (at.place == EXPR_PC)
		edit(sc, &(struct edit){EDIT_PC, n, 0, NULL}, args);
	else
		edit(sc, &(struct edit){EDIT_REG, at.at, sizeof(n), &n}, args);
}

/* The = that is neither of == <= >= != nor inside of brackets. */
static const char *find_equals(const char *args)
{
	int depth = 0;

	for (const char *at = args; *at; at++) {
		depth += (*at == '[' || *at == '(') - (*at == ']' || *at == ')');
		if (*at == '=' && !depth && at[1] != '=' && (at == args || !strchr("=<>!", at[-1])))
			return at;
	}
	return NULL;
}

void do_set(struct screen *sc, const char *args)
{
	const char *equals = find_equals(args), *value = equals ? equals + 1 : NULL;
	size_t n = equals ? equals - args : 0;
	char place[160], *map_place;
	u8 key[64];

	while (n && args[n - 1] == ' ')
		n--;
	if (!n || n >= sizeof(place)) {
		screen_complain(sc,
				"set: expected PLACE = VALUE, for example set r3 = 5, set map counts[6] = 1, "
				"set *(r10-8) = 0");
		return;
	}
	memcpy(place, args, n);
	place[n] = 0;
	value += strspn(value, " ");
	map_place = place + (strncmp(place, "map ", 4) == 0 ? 4 : 0);
	if (expr_map(&sc->debug, map_place, key, sizeof(key), NULL))
		set_map(sc, map_place, value, args);
	else
		set_place(sc, place, value, args);
}

/* --- back to another timeline --- */

void do_undo(struct screen *sc, const char *args)
{
	struct debug *d = &sc->debug;
	u64 end = debug_end(d);
	struct why why = {0};
	struct text what;
	char command[96];

	(void)args;
	text_init(&what, command, sizeof(command));
	if (change_undo(d, &what, &why)) {
		screen_complain(sc, "%s", why.text);
		return;
	}
	screen_follow(sc);
	screen_say(sc, "Taken back: %s. Step %llu of %llu%s.", command, (unsigned long long)debug_now(d),
		   (unsigned long long)debug_end(d),
		   debug_end(d) != end ? "; the timeline is what it was before" : "");
}

void do_checkpoint(struct screen *sc, const char *args)
{
	s64 number = change_checkpoint(&sc->debug, args);

	if (number < 0)
		screen_complain(sc, "checkpoint: no memory");
	else
		screen_say(sc, "Checkpoint %lld at step %llu; `restart %s%s%lld` comes back to it.",
			   (long long)number, (unsigned long long)debug_now(&sc->debug), args,
			   *args ? " or " : "", (long long)number);
}

void do_restart(struct screen *sc, const char *args)
{
	struct why why;

	if (!*args) {
		screen_complain(
			sc, "restart: expected the number or name of a checkpoint; `info checkpoints` lists "
			    "them, `run` goes to the beginning");
		return;
	}
	if (change_restart(&sc->debug, args, &why)) {
		screen_complain(sc, "%s", why.text);
		return;
	}
	screen_follow(sc);
	do_sentence(sc, "");
}
