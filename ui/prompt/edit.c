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
	if (!btf_parse(btf ? &btf->types : NULL, map->btf_value_type_id, text, bytes, map->k.value_size, &why))
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

	if (!map) {
		screen_complain(sc, "set: '%.60s': no such map or key; expected map NAME[KEY]. `info maps` lists them.",
				place);
		return;
	}
	bytes = malloc((u64)map->k.key_size + map->k.value_size);
	if (!bytes)
		return;
	memcpy(bytes, key, map->k.key_size);
	e = (struct edit){EDIT_MAP, map->obj.id, map->k.key_size + map->k.value_size, bytes};
	if (map_bytes(sc, map, value, bytes + map->k.key_size))
		edit(sc, &e, args);
	free(bytes);
}

static void set_reg(struct screen *sc, const char *place, const char *value, const char *args)
{
	struct edit e = {EDIT_REG, 0, sizeof(u64), NULL};
	char *end;
	u64 n;

	if (!number(sc, value, &n))
		return;
	e.data = &n;
	if (strcmp(place, "pc") == 0) {
		e = (struct edit){EDIT_PC, n, 0, NULL};
	} else {
		e.at = strtoul(place + 1, &end, 10);
		if (*place != 'r' || end == place + 1 || *end) {
			screen_complain(sc, "set: '%.40s' cannot be set; expected r0 to r9, pc, map NAME[KEY], *ADDRESS",
					place);
			return;
		}
	}
	edit(sc, &e, args);
}

static void set_memory(struct screen *sc, const char *place, const char *value, const char *args)
{
	u64 addr, n;
	struct edit e = {EDIT_MEMORY, 0, sizeof(n), &n};

	if (!number(sc, place, &addr) || !number(sc, value, &n))
		return;
	e.at = addr;
	edit(sc, &e, args);
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
	char place[160];

	while (n && args[n - 1] == ' ')
		n--;
	if (!n || n >= sizeof(place)) {
		screen_complain(sc, "set: expected PLACE = VALUE, for example set r3 = 5, set map counts[6] = 1, "
				    "set *(r10-8) = 0");
		return;
	}
	memcpy(place, args, n);
	place[n] = 0;
	value += strspn(value, " ");
	if (strncmp(place, "map ", 4) == 0 || (strchr(place, '[') && *place != '*'))
		set_map(sc, strncmp(place, "map ", 4) == 0 ? place + 4 : place, value, args);
	else if (*place == '*')
		set_memory(sc, place + 1, value, args);
	else
		set_reg(sc, place + (*place == '$'), value, args);
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
		screen_say(sc, "Checkpoint %lld at step %llu; `restart %s%s%lld` comes back to it.", (long long)number,
			   (unsigned long long)debug_now(&sc->debug), args, *args ? " or " : "", (long long)number);
}

void do_restart(struct screen *sc, const char *args)
{
	struct why why;

	if (!*args) {
		screen_complain(sc, "restart: expected the number or name of a checkpoint; `info checkpoints` lists "
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
