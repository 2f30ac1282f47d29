/* Maps against a model: see map_model.h. */
#include <stdio.h>
#include <stdlib.h>

#include "host.h"
#include "map_model.h"

#define MODEL_MAX 256
#define SIZE_MAX_BYTES 64

struct model {
	struct map_bench *b;
	struct map *map;
	bool is_array;
	u32 key_size, value_size, max;
	u64 random;
	u32 count;
	struct pair {
		u8 key[SIZE_MAX_BYTES], value[SIZE_MAX_BYTES];
	} pair[MODEL_MAX];
};

static const struct obj_ops *const kinds[OBJ_KINDS] = {[OBJ_MAP] = &map_obj_ops};

void map_bench_init(struct map_bench *b)
{
	*b = (struct map_bench){.host = host_new()};
	b->sim.host = b->host;
	b->sim.obj_ops = kinds;
	b->sim.arena = arena_init(b->host->arena_mem, ARENA_SIZE);
	b->sim.clock = sim_alloc(&b->sim, sizeof(*b->sim.clock));
	b->sim.clock->ncpus = 1;
	b->sim.objects = objects_new(&b->sim);
	b->task = (struct task){.pid = 1, .caps = UINT64_MAX};
}

void map_bench_fini(struct map_bench *b)
{
	host_delete(b->host);
}

struct map *map_bench_new(struct map_bench *b, const union bpf_attr *attr, int *err)
{
	struct map *map = NULL;

	*err = map_types[attr->map_type]->check(&b->sim, attr, &b->task);
	if (!*err)
		*err = map_new(&b->sim, attr, &b->task, &map);
	return map;
}

static u32 roll(struct model *m, u32 n)
{
	m->random = m->random * 6364136223846793005ull + 1442695040888963407ull;
	return (m->random >> 33) % n;
}

/* Keys come from a range twice as large as the map, values from all bytes. */
static void make_key(struct model *m, u8 *key)
{
	u32 n = roll(m, 2 * m->max);

	for (u32 i = 0; i < m->key_size; i++)
		key[i] = i < 4 ? n >> 8 * i : n * i;
}

static void make_value(struct model *m, u8 *value)
{
	for (u32 i = 0; i < m->value_size; i++)
		value[i] = roll(m, 256);
}

static struct pair *model_find(struct model *m, const u8 *key)
{
	for (u32 i = 0; i < m->count; i++)
		if (!memcmp(m->pair[i].key, key, m->key_size))
			return &m->pair[i];
	return NULL;
}

static int model_update(struct model *m, const u8 *key, const u8 *value, u64 flags)
{
	struct pair *p = model_find(m, key);

	if (flags > BPF_EXIST)
		return -EINVAL;
	if (m->is_array && (!p || flags == BPF_NOEXIST))
		return p ? -EEXIST : -E2BIG;
	if (p && flags == BPF_NOEXIST)
		return -EEXIST;
	if (!p && flags == BPF_EXIST)
		return -ENOENT;
	if (!p && m->count == m->max)
		return -E2BIG;
	if (!p) {
		p = &m->pair[m->count++];
		memcpy(p->key, key, m->key_size);
	}
	memcpy(p->value, value, m->value_size);
	return 0;
}

static int model_remove(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);

	if (m->is_array)
		return -EINVAL;
	if (!p)
		return -ENOENT;
	*p = m->pair[--m->count];
	return 0;
}

static bool differ(const char *what, u64 got, u64 want)
{
	if (got == want)
		return false;
	fprintf(stderr, "%s: the map says %lld, the model %lld\n", what, (long long)got, (long long)want);
	return true;
}

static bool same_lookup(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	u8 *value = map_lookup(&m->b->sim, m->map, key);
	struct region region;

	if (differ("lookup", !!value, !!p))
		return false;
	if (!value)
		return true;
	if (differ("locate", map_locate(&m->b->sim, (u64)value + m->value_size - 1, &region), true) ||
	    differ("region base", region.base, (u64)value) ||
	    differ("region size", region.size, m->value_size))
		return false;
	return !differ("value", memcmp(value, p->value, m->value_size), 0);
}

static bool same_update(struct model *m, const u8 *key)
{
	u8 value[SIZE_MAX_BYTES];
	u64 flags = roll(m, 8) ? roll(m, 3) : 3 + roll(m, 2);

	make_value(m, value);
	if (flags & BPF_F_LOCK)
		flags = 1ull << 40;
	return !differ("update", map_update(&m->b->sim, m->map, key, value, flags),
		       model_update(m, key, value, flags));
}

static bool same_remove(struct model *m, const u8 *key)
{
	return !differ("remove", map_remove(&m->b->sim, m->map, key), model_remove(m, key));
}

/* Each key comes once, and no other. */
static bool same_walk(struct model *m)
{
	u8 key[SIZE_MAX_BYTES], next[SIZE_MAX_BYTES];
	bool seen[MODEL_MAX] = {false};
	u32 n = 0;

	while (!map_ops(m->map)->next_key(&m->b->sim, m->map, n ? key : NULL, next)) {
		struct pair *p = model_find(m, next);

		if (differ("walk: key known", !!p, true) ||
		    differ("walk: key seen before", seen[p - m->pair], false))
			return false;
		seen[p - m->pair] = true;
		memcpy(key, next, m->key_size);
		n++;
	}
	return !differ("walk: keys", n, m->count);
}

static bool same_step(struct model *m)
{
	u8 key[SIZE_MAX_BYTES];
	u32 dice = roll(m, 100);

	make_key(m, key);
	if (dice < 40)
		return same_update(m, key);
	if (dice < 60)
		return same_remove(m, key);
	return dice < 99 ? same_lookup(m, key) : same_walk(m);
}

static void model_init(struct model *m, struct map_bench *b, struct map *map, u64 seed)
{
	*m = (struct model){
		.b = b,
		.map = map,
		.is_array = map->k.map_type == BPF_MAP_TYPE_ARRAY,
		.key_size = map->k.key_size,
		.value_size = map->k.value_size,
		.max = map->k.max_entries,
		.random = seed,
	};
	for (u32 i = 0; m->is_array && i < m->max; i++)
		memcpy(m->pair[m->count++].key, &i, 4);
}

bool map_model_run(struct map_bench *b, const union bpf_attr *attr, u64 seed, u64 ops)
{
	u64 live = arena_live_bytes(b->sim.arena);
	struct model *m = malloc(sizeof(*m));
	bool same = true;
	struct map *map;
	int err;

	map = map_bench_new(b, attr, &err);
	if (!m || !map) {
		fprintf(stderr, "no map: %s\n", b->sim.why.text);
		exit(2);
	}
	model_init(m, b, map, seed);
	for (u64 i = 0; same && i < ops; i++)
		same = same_step(m);
	if (!same)
		fprintf(stderr, "map type %u, key %u, value %u, %u entries, flags 0x%x, seed %llu\n",
			attr->map_type, attr->key_size, attr->value_size, attr->max_entries, attr->map_flags,
			(unsigned long long)seed);
	obj_put_user(&b->sim, &map->obj);
	free(m);
	return same && !differ("bytes left over", arena_live_bytes(b->sim.arena), live);
}

bool map_model_shape(u32 index, union bpf_attr *attr)
{
	static const struct {
		u32 type, key_size, value_size, max_entries, flags;
	} shape[] = {
		{BPF_MAP_TYPE_HASH, 4, 8, 1, 0},
		{BPF_MAP_TYPE_HASH, 4, 4, 100, 0},
		{BPF_MAP_TYPE_HASH, 4, 8, 256, BPF_F_NO_PREALLOC},
		{BPF_MAP_TYPE_HASH, 8, 1, 64, BPF_F_ZERO_SEED},
		{BPF_MAP_TYPE_HASH, 13, 13, 33, 0},
		{BPF_MAP_TYPE_HASH, 16, 64, 200, BPF_F_NO_PREALLOC},
		{BPF_MAP_TYPE_HASH, 64, 40, 100, 0},
		{BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 100, 0},
		{BPF_MAP_TYPE_PERCPU_HASH, 13, 5, 64, BPF_F_NO_PREALLOC},
		{BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0},
		{BPF_MAP_TYPE_ARRAY, 4, 3, 100, 0},
		{BPF_MAP_TYPE_ARRAY, 4, 64, 256, BPF_F_MMAPABLE},
	};

	if (index >= ARRAY_SIZE(shape))
		return false;
	*attr = (union bpf_attr){
		.map_type = shape[index].type,
		.key_size = shape[index].key_size,
		.value_size = shape[index].value_size,
		.max_entries = shape[index].max_entries,
		.map_flags = shape[index].flags,
	};
	return true;
}
