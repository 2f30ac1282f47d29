/* Maps against a model: see map_model.h. The other kinds of maps: map_model_*.c. */
#include <stdio.h>
#include <stdlib.h>

#include "host.h"
#include "map_model_kinds.h"
#include "sim/file_socket.h"
#include "sim/maps/array.h"
#include "sim/world/perf_event.h"
#include "sim/world/world.h"

/* What stands for programs, cgroups and perf events: map_model_objects.c. */
static void free_object(struct sim *sim, struct obj *obj)
{
	sim_free(sim, perf_event_of(obj));
}

static const struct obj_ops object_ops = {.name = "object", .free = free_object};
static const struct obj_ops *const kinds[OBJ_KINDS] = {
	[OBJ_MAP] = &map_obj_ops, [OBJ_SOCK] = &socket_obj_ops, [OBJ_PERF] = &object_ops};

/* The list of maps has room for one from now on: it does not count as left over. */
static void make_room(struct map_bench *b)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	int err;
	struct map *map = map_bench_new(b, &attr, &err);

	if (!map || obj_publish(&b->sim, &map->obj) < 0)
		exit(2);
	obj_put_user(&b->sim, &map->obj);
}

void map_bench_init(struct map_bench *b)
{
	*b = (struct map_bench){.host = host_new()};
	b->sim.host = b->host;
	b->sim.obj_ops = kinds;
	b->sim.arena = arena_init(b->host->arena_mem, ARENA_SIZE);
	b->sim.clock = sim_alloc(&b->sim, sizeof(*b->sim.clock));
	b->sim.clock->ncpus = 1;
	b->sim.objects = objects_new(&b->sim);
	b->sim.world = world_new(&b->sim);
	b->task = (struct task){.pid = 1, .caps = UINT64_MAX};
	make_room(b);
}

void map_bench_fini(struct map_bench *b)
{
	host_delete(b->host);
}

struct map *map_bench_new(struct map_bench *b, const union bpf_attr *attr, int *err)
{
	struct map *map = NULL;

	/* those need BTF of key and value, which the checks look at and the maps do not */
	bool typed = map_types[attr->map_type]->key_owner || map_types[attr->map_type]->run_storage;

	*err = typed ? 0 : map_types[attr->map_type]->check(&b->sim, attr, &b->task);
	if (!*err)
		*err = map_new(&b->sim, attr, &b->task, &map);
	return map;
}

u32 model_roll(struct model *m, u32 n)
{
	m->random = m->random * 6364136223846793005ull + 1442695040888963407ull;
	return (m->random >> 33) % n;
}

/* Keys come from a range twice as large as the map, values from all bytes. */
void model_key(struct model *m, u8 *key)
{
	u32 n = model_roll(m, 2 * m->max);

	for (u32 i = 0; i < m->key_size; i++)
		key[i] = i < 4 ? n >> 8 * i : n * i;
}

void model_value(struct model *m, u8 *value)
{
	for (u32 i = 0; i < m->value_size; i++)
		value[i] = model_roll(m, 256);
}

struct pair *model_find(struct model *m, const u8 *key)
{
	for (u32 i = 0; i < m->count; i++)
		if (!memcmp(m->pair[i].key, key, m->key_size))
			return &m->pair[i];
	return NULL;
}

int model_update(struct model *m, const u8 *key, const u8 *value, u64 flags)
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
	if (!p && m->count == m->max && !m->forgets)
		return -E2BIG;
	if (!p) {
		p = &m->pair[m->count++];
		memcpy(p->key, key, m->key_size);
	}
	memcpy(p->value, value, m->value_size);
	return 0;
}

int model_remove(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);

	if (m->is_array)
		return -EINVAL;
	if (!p)
		return -ENOENT;
	*p = m->pair[--m->count];
	return 0;
}

bool model_differ(const char *what, u64 got, u64 want)
{
	if (got == want)
		return false;
	fprintf(stderr, "%s: the map says %lld, the model %lld\n", what, (long long)got, (long long)want);
	return true;
}

static void forget(struct model *m, struct pair *p)
{
	if (p)
		*p = m->pair[--m->count];
}

static bool same_lookup(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	u8 *value = map_lookup(&m->b->sim, m->map, key);
	struct region region;

	if (!value && m->forgets)
		forget(m, p);
	else if (model_differ("lookup", !!value, !!p))
		return false;
	if (!value)
		return true;
	if (model_differ("locate", map_locate(&m->b->sim, (u64)value + m->value_size - 1, &region), true) ||
	    model_differ("region base", region.base, (u64)value) ||
	    model_differ("region size", region.size, m->value_size))
		return false;
	return !model_differ("value", memcmp(value, p->value, m->value_size), 0);
}

/* What an LRU map says when the key has gone without notice, or no element of this CPU can go. */
static bool may_be_gone(struct model *m, const u8 *key, const u8 *value, u64 flags, int err)
{
	struct pair *p = model_find(m, key);

	if (err == -ENOMEM)
		return m->map->k.map_flags & BPF_F_NO_COMMON_LRU;
	if (!p || (flags == BPF_EXIST ? err != -ENOENT : flags != BPF_NOEXIST || err))
		return false;
	forget(m, p);
	return !err ? !model_update(m, key, value, flags) : true;
}

static bool same_update(struct model *m, const u8 *key)
{
	u8 value[SIZE_MAX_BYTES];
	u64 flags = model_roll(m, 8) ? model_roll(m, 3) : 3 + model_roll(m, 2);
	int err;

	model_value(m, value);
	if (flags & BPF_F_LOCK)
		flags = 1ull << 40;
	err = map_update(&m->b->sim, m->map, key, value, flags);
	if (m->forgets && may_be_gone(m, key, value, flags, err))
		return true;
	return !model_differ("update", err, model_update(m, key, value, flags)) &&
	       (err || !model_differ("there after an update", !!map_look(&m->b->sim, m->map, key, 0), true));
}

static bool same_remove(struct model *m, const u8 *key)
{
	int err = map_remove(&m->b->sim, m->map, key);

	if (m->forgets && err == -ENOENT) {
		forget(m, model_find(m, key));
		return true;
	}
	return !model_differ("remove", err, model_remove(m, key));
}

bool model_walk(struct model *m)
{
	u8 key[SIZE_MAX_BYTES], next[SIZE_MAX_BYTES];
	bool seen[MODEL_MAX] = {false};
	u32 n = 0;

	while (!map_ops(m->map)->next_key(&m->b->sim, m->map, n ? key : NULL, next)) {
		struct pair *p = model_find(m, next);

		if (model_differ("walk: key known", !!p, true) ||
		    model_differ("walk: key seen before", seen[p - m->pair], false))
			return false;
		seen[p - m->pair] = true;
		memcpy(key, next, m->key_size);
		n++;
	}
	for (u32 i = m->count; m->forgets && i-- > 0;)
		if (!seen[i])
			forget(m, &m->pair[i]);
	return !model_differ("walk: keys", n, m->count) && !model_differ("walk: too many", n > m->max, false);
}

static bool step_table(struct model *m)
{
	u8 key[SIZE_MAX_BYTES];
	u32 dice = model_roll(m, 100);

	model_key(m, key);
	if (dice < 40)
		return same_update(m, key);
	if (dice < 60)
		return same_remove(m, key);
	return dice < 99 ? same_lookup(m, key) : model_walk(m);
}

static model_step *const steps[] = {
	[BPF_MAP_TYPE_HASH] = step_table,
	[BPF_MAP_TYPE_ARRAY] = step_table,
	[BPF_MAP_TYPE_PERCPU_HASH] = step_table,
	[BPF_MAP_TYPE_PERCPU_ARRAY] = step_table,
	[BPF_MAP_TYPE_LRU_HASH] = step_table,
	[BPF_MAP_TYPE_LRU_PERCPU_HASH] = step_table,
	[BPF_MAP_TYPE_LPM_TRIE] = step_prefixes,
	[BPF_MAP_TYPE_STACK_TRACE] = step_stacks,
	[BPF_MAP_TYPE_PROG_ARRAY] = step_maps,
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = step_maps,
	[BPF_MAP_TYPE_CGROUP_ARRAY] = step_maps,
	[BPF_MAP_TYPE_ARRAY_OF_MAPS] = step_maps,
	[BPF_MAP_TYPE_HASH_OF_MAPS] = step_maps,
	[BPF_MAP_TYPE_DEVMAP] = step_devices,
	[BPF_MAP_TYPE_DEVMAP_HASH] = step_devices,
	[BPF_MAP_TYPE_CPUMAP] = step_cpus,
	[BPF_MAP_TYPE_XSKMAP] = step_sockets,
	[BPF_MAP_TYPE_SOCKMAP] = step_sockets,
	[BPF_MAP_TYPE_SOCKHASH] = step_sockets,
	[BPF_MAP_TYPE_SK_STORAGE] = step_owned,
	[BPF_MAP_TYPE_INODE_STORAGE] = step_owned,
	[BPF_MAP_TYPE_TASK_STORAGE] = step_owned,
	[BPF_MAP_TYPE_CGROUP_STORAGE] = step_cgroups,
	[BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE] = step_cgroups,
	[BPF_MAP_TYPE_QUEUE] = step_values,
	[BPF_MAP_TYPE_STACK] = step_values,
	[BPF_MAP_TYPE_BLOOM_FILTER] = step_filter,
	[BPF_MAP_TYPE_RINGBUF] = step_ring,
	[BPF_MAP_TYPE_USER_RINGBUF] = step_user_ring,
};

/* Keys of storages are addresses of owners; they have no limit of their own. */
static void model_init(struct model *m, struct map_bench *b, struct map *map, u64 seed)
{
	*m = (struct model){
		.b = b,
		.map = map,
		.is_array = map_ops(map)->next_key == array_next_key,
		.forgets = map->k.map_type == BPF_MAP_TYPE_LRU_HASH ||
			   map->k.map_type == BPF_MAP_TYPE_LRU_PERCPU_HASH,
		.key_size = map_ops(map)->key_owner ? sizeof(u64) : map->k.key_size,
		.value_size = map->k.value_size,
		.max = map->k.max_entries ? map->k.max_entries : MODEL_MAX,
		.random = seed,
	};
	for (u32 i = 0; m->is_array && i < m->max; i++)
		memcpy(m->pair[m->count++].key, &i, 4);
}

static bool run_steps(struct model *m, u64 ops)
{
	struct clock *clock = m->b->sim.clock;
	bool same = true, percpu = map_ops(m->map)->traits & MAP_TRAIT_PERCPU;

	for (u64 i = 0; same && i < ops; i++) {
		clock->cpu = percpu ? 0 : model_roll(m, clock->ncpus);
		same = steps[m->map->k.map_type](m);
	}
	clock->cpu = 0;
	return same;
}

/* Things that are put into maps of objects must not be left over either. */
static bool run_model(struct map_bench *b, struct model *m, const union bpf_attr *attr, u64 seed, u64 ops)
{
	struct map *map;
	bool same;
	int err;

	map = map_bench_new(b, attr, &err);
	if (!map || obj_publish(&b->sim, &map->obj) < 0) {
		fprintf(stderr, "no map: %s\n", b->sim.why.text);
		exit(2);
	}
	model_init(m, b, map, seed);
	model_things_new(m);
	same = run_steps(m, ops);
	obj_put_user(&b->sim, &map->obj);
	return model_things_put(m) && same;
}

bool map_model_run(struct map_bench *b, const union bpf_attr *attr, u64 seed, u64 ops)
{
	u32 ncpus = b->sim.clock->ncpus;
	u64 live = arena_live_bytes(b->sim.arena);
	struct model *m = malloc(sizeof(*m));
	bool same;

	if (!m)
		exit(2);
	b->sim.clock->ncpus = 4;
	same = run_model(b, m, attr, seed, ops);
	b->sim.clock->ncpus = ncpus;
	free(m);
	if (!same)
		fprintf(stderr, "map type %u, key %u, value %u, %u entries, flags 0x%x, seed %llu\n",
			attr->map_type, attr->key_size, attr->value_size, attr->max_entries, attr->map_flags,
			(unsigned long long)seed);
	return same && !model_differ("bytes left over", arena_live_bytes(b->sim.arena), live);
}
