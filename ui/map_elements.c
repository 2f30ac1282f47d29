/* The verbs of `map` about elements: see map_command.h. */
#include "map_ask.h"
#include "map_meaning.h"
#include "map_show.h"

#define DUMP_MAX 4096 /* elements: each is two calls */

/* --- words --- */

static void print_value(struct ask *a, const void *value)
{
	char buf[MAP_TEXT_MAX];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	map_meaning_text(a->call.w->session->sim, a->call.map, value, &text);
	fprintf(a->out, "%s", buf);
}

/* A value that is an id, with what it is the id of. */
static bool print_object(struct ask *a)
{
	struct map_call *c = &a->call;
	u8 kind = map_ops(c->map)->value_kind;
	struct obj *obj;
	char buf[128];
	struct text text;
	u32 id;

	if (!(map_ops(c->map)->traits & MAP_TRAIT_FD_VALUE))
		return false;
	memcpy(&id, c->value, sizeof(id));
	obj = kind ? obj_by_id(c->w->session->sim, kind, id) : NULL;
	text_init(&text, buf, sizeof(buf));
	if (obj)
		walk_object_text(obj, &text);
	fprintf(a->out, "id %u%s%s", id, obj ? " = " : "", buf);
	return true;
}

/* What user space has got: for maps with a value for each CPU, all of them. */
static void print_answer(struct ask *a)
{
	struct map_call *c = &a->call;
	u64 step = round_up_u64(c->map->k.value_size, 8);

	if (print_object(a))
		return;
	if (!(map_ops(c->map)->traits & MAP_TRAIT_PERCPU)) {
		print_value(a, c->value);
		return;
	}
	for (u64 at = 0; at < c->value_size; at += step) {
		fprintf(a->out, "%sCPU %llu: ", at ? " · " : "", (unsigned long long)(at / step));
		print_value(a, c->value + at);
	}
}

static void print_element(struct ask *a)
{
	char buf[MAP_TEXT_MAX];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	map_key_text(a->call.map, a->call.key, &text);
	fprintf(a->out, "%s[%s] = ", a->call.map->obj.name, buf);
	print_answer(a);
	fprintf(a->out, "\n");
}

s64 map_needs(struct ask *a, const char *what)
{
	return sim_fail(&a->call.why, -EINVAL, "expected %s", what);
}

/* --- elements --- */

s64 map_do_lookup(struct ask *a)
{
	s64 err = a->key ? map_call_key(&a->call, a->key) : map_needs(a, "key KEY");

	if (!err)
		err = map_call_elem(&a->call, BPF_MAP_LOOKUP_ELEM, 0);
	if (!err)
		print_element(a);
	return err;
}

s64 map_do_update(struct ask *a)
{
	struct map_call *c = &a->call;
	bool keyed = c->map->k.key_size;
	s64 err = keyed && !a->key ? map_needs(a, "key KEY value VALUE") : 0;

	if (!err && !a->value)
		err = map_needs(a, "value VALUE");
	if (!err && a->key)
		err = map_call_key(c, a->key);
	if (!err)
		err = map_call_value(c, a->value);
	return err ? err : map_call_elem(c, BPF_MAP_UPDATE_ELEM, a->flags);
}

s64 map_do_delete(struct ask *a)
{
	s64 err = a->key ? map_call_key(&a->call, a->key) : map_needs(a, "key KEY");

	return err ? err : map_call_elem(&a->call, BPF_MAP_DELETE_ELEM, 0);
}

s64 map_do_getnext(struct ask *a)
{
	s64 err = a->key ? map_call_key(&a->call, a->key) : 0;
	char buf[MAP_TEXT_MAX];
	struct text text;

	if (!err)
		err = map_call_elem(&a->call, BPF_MAP_GET_NEXT_KEY, 0);
	if (err)
		return err;
	text_init(&text, buf, sizeof(buf));
	map_key_text(a->call.map, a->call.key, &text);
	fprintf(a->out, "%s: next key %s\n", a->call.map->obj.name, buf);
	return 0;
}

s64 map_do_dump(struct ask *a)
{
	struct map_call *c = &a->call;
	u32 keys = 0, n = 0;
	s64 err;

	/* A key need not have an element: places of an array of programs that are empty. */
	while (!(err = map_call_elem(c, BPF_MAP_GET_NEXT_KEY, 0)) && keys++ < DUMP_MAX) {
		if (map_call_elem(c, BPF_MAP_LOOKUP_ELEM, 0))
			continue;
		print_element(a);
		n++;
	}
	if (err && err != -ENOENT)
		return err;
	fprintf(a->out, err ? "Found %u element%s\n" : "... stopped after %u element%s\n", n,
		n == 1 ? "" : "s");
	return 0;
}

/* --- without keys --- */

s64 map_do_push(struct ask *a)
{
	struct map_call *c = &a->call;

	if (!a->value)
		return map_needs(a, "value VALUE");
	if (map_ops(c->map)->form == MAP_FORM_RECORDS)
		return map_call_send(c, a->value);
	return map_do_update(a);
}

static s64 take(struct ask *a, int cmd)
{
	s64 err = a->call.map->k.key_size && !a->key ? map_needs(a, "key KEY: elements of this map have keys")
						     : 0;

	if (!err && a->key)
		err = map_call_key(&a->call, a->key);
	if (!err && a->value)
		err = map_call_value(&a->call, a->value);

	if (!err)
		err = map_call_elem(&a->call, cmd, 0);
	if (err)
		return err;
	fprintf(a->out, "%s: ", a->call.map->obj.name);
	print_answer(a);
	fprintf(a->out, "\n");
	return 0;
}

s64 map_do_pop(struct ask *a)
{
	return take(a, BPF_MAP_LOOKUP_AND_DELETE_ELEM);
}

s64 map_do_peek(struct ask *a)
{
	return take(a, BPF_MAP_LOOKUP_ELEM);
}
