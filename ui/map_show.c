/* Contents of maps: see map_show.h. */
#include <stdlib.h>

#include "map_show.h"

#define KEY_MAX 512  /* longer keys are not listed */

static const void *next_key(struct sim *sim, struct map *map, const void *key, u8 *buf)
{
	const struct map_ops *ops = map_ops(map);

	if (!ops->next_key || map->k.key_size > KEY_MAX || ops->next_key(sim, map, key, buf))
		return NULL;
	return buf;
}

/* Its count and state are written when somebody reads it. */
static const void *table_value(struct sim *sim, struct map *map, const void *key)
{
	static u8 value[4096];

	return map->k.value_size <= sizeof(value) && !map_ops(map)->sys_lookup(sim, map, key, value) ? value
												     : NULL;
}

/* What user space reads: the id of an object, or the bytes of the value. */
static const void *value_at(struct sim *sim, struct map *map, const void *key)
{
	const struct map_ops *ops = map_ops(map);
	const struct obj *obj = ops->get_obj ? ops->get_obj(sim, map, key) : NULL;

	if (ops->get_obj)
		return obj ? &obj->id : NULL;
	if (ops->form == MAP_FORM_FUNCTIONS)
		return table_value(sim, map, key);
	return map_look(sim, map, key, sim->clock->cpu);
}

void map_each(struct sim *sim, struct map *map, bool (*each)(void *ctx, const void *key, const void *value),
	      void *ctx)
{
	u8 buf[2][KEY_MAX];
	const void *key = NULL;

	for (int turn = 0; (key = next_key(sim, map, key, buf[turn])); turn = !turn)
		if (!each(ctx, key, value_at(sim, map, key)))
			break;
}

bool map_value_is_zero(const struct map *map, const void *value)
{
	const u8 *bytes = value;

	for (u32 i = 0; bytes && i < map->k.value_size; i++)
		if (bytes[i])
			return false;
	return true;
}

/* Without BTF: a number when the size fits one, else bytes. */
static void plain_text(const u8 *bytes, u32 size, struct text *out)
{
	u64 value = 0;

	if (size == 1 || size == 2 || size == 4 || size == 8) {
		memcpy(&value, bytes, size);
		text_add(out, "%llu", (unsigned long long)value);
	} else {
		btf_show(NULL, 0, bytes, size, out);
	}
}

static void typed_text(const struct map *map, u32 type_id, const void *bytes, u32 size, struct text *out)
{
	const struct btf *btf = btf_of(map->btf);

	if (btf && type_id)
		btf_show(&btf->types, type_id, bytes, size, out);
	else
		plain_text(bytes, size, out);
}

void map_key_text(const struct map *map, const void *key, struct text *out)
{
	typed_text(map, map->btf_key_type_id, key, map->k.key_size, out);
}

void map_value_text(const struct map *map, const void *value, struct text *out)
{
	if (value)
		typed_text(map, map->btf_value_type_id, value, map->k.value_size, out);
}

static void type_name(const struct map *map, u32 type_id, struct text *out)
{
	const struct btf *btf = btf_of(map->btf);

	if (!btf || !type_id)
		return;
	text_add(out, " (");
	btf_decl_text(&btf->types, type_id, "", out);
	text_add(out, ")");
}

void map_shape_text(const struct map *map, struct text *out)
{
	if (map->k.key_size)
		text_add(out, "%s, key %u bytes", map_ops(map)->name, map->k.key_size);
	else
		text_add(out, "%s, no keys", map_ops(map)->name);
	type_name(map, map->btf_key_type_id, out);
	if (map->k.value_size)
		text_add(out, ", value %u bytes", map->k.value_size);
	else
		text_add(out, ", records of any size");
	type_name(map, map->btf_value_type_id, out);
}

/* Values are rounded up to 8 bytes, and what is behind them is zero. */
static bool is_zero(const u8 *at, u32 size)
{
	u64 word;

	for (u32 i = 0; i < size; i += sizeof(word)) {
		memcpy(&word, at + i, sizeof(word));
		if (word)
			return false;
	}
	return true;
}

u32 map_row_next(const struct sim *sim, const struct map *map, u32 from)
{
	u32 cpus = map_ops(map)->traits & MAP_TRAIT_PERCPU ? sim->clock->ncpus : 1, size = map->k.elem_size;
	u64 row = (u64)map->k.max_entries * size;

	for (; from < map->k.max_entries; from++)
		for (u32 cpu = 0; cpu < cpus; cpu++)
			if (!is_zero(map->k.value + cpu * row + (u64)from * size, size))
				return from;
	return from;
}
