/*
 * Models of maps that point at things: maps, programs, cgroups, perf events, sockets, devices, CPUs. What is under a key is known
 * by its place among four things; those that the map keeps alive have as many references more as there are keys.
 */
#include <stdlib.h>
#include <sys/socket.h>

#include "map_model_kinds.h"
#include "sim/file_socket.h"
#include "sim/world/cgroup.h"
#include "sim/world/perf_event.h"
#include "sim/world/socket.h"

/* --- things --- */

static struct obj *new_map(struct model *m)
{
	union bpf_attr small = {.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 4, .max_entries = 1};
	int err;
	struct map *map = map_bench_new(m->b, &small, &err);

	return map ? &map->obj : NULL;
}

/* Of a task in a cgroup that has no programs. */
static struct obj *new_socket(struct model *m)
{
	static struct cgroup group;
	static struct k_task_struct task = {.cgroups = (u64)&group.css_set};
	bool xdp = m->map->k.map_type == BPF_MAP_TYPE_XSKMAP;
	struct socket *socket;

	m->b->task.k = &task;
	if (socket_new(&m->b->sim, &m->b->task, xdp ? AF_XDP : AF_UNIX, xdp ? SOCK_RAW : SOCK_DGRAM, 0, &socket))
		return NULL;
	return &socket->obj;
}

/* Programs, cgroups, perf events: maps look into the latter only. */
static struct obj *new_object(struct model *m)
{
	struct perf_event *event = sim_alloc(&m->b->sim, sizeof(*event));

	if (!event)
		return NULL;
	obj_init(&event->obj, OBJ_PERF, NULL);
	return &event->obj;
}

static struct obj *new_thing(struct model *m)
{
	u8 kind = map_ops(m->map)->value_kind;
	struct obj *obj = kind == OBJ_MAP ? new_map(m) : kind == OBJ_SOCK ? new_socket(m) : new_object(m);

	if (!obj)
		exit(2);
	return obj;
}

void model_things_new(struct model *m)
{
	const struct map_ops *ops = map_ops(m->map);

	m->holds = ops->value_kind != OBJ_SOCK;
	for (u32 i = 0; (ops->set_obj || ops->put) && i < MODEL_THINGS; i++)
		m->thing[i] = new_thing(m);
	/* the first one is what the others must be like */
	if (ops->traits & MAP_TRAIT_INNER && map_set_inner(&m->b->sim, m->map, container_of(m->thing[0], struct map, obj)))
		exit(2);
}

bool model_things_put(struct model *m)
{
	bool same = true;

	for (u32 i = 0; i < MODEL_THINGS; i++) {
		if (!m->thing[i])
			continue;
		same &= !model_differ("references left over", m->thing[i]->refs, 1);
		obj_put_user(&m->b->sim, m->thing[i]);
	}
	return same;
}

static bool same_references(struct model *m)
{
	for (u32 i = 0; i < MODEL_THINGS; i++) {
		u32 refs = 1;

		for (u32 k = 0; m->holds && k < m->count; k++)
			refs += m->pair[k].value[0] == i + 1;
		if (model_differ("references", m->thing[i]->refs, refs))
			return false;
	}
	return true;
}

/* --- maps of maps; arrays of programs, cgroups, perf events --- */

static bool same_set(struct model *m, const u8 *key)
{
	const struct map_ops *ops = map_ops(m->map);
	u8 which = model_roll(m, MODEL_THINGS), value[SIZE_MAX_BYTES] = {which + 1};
	u64 flags = model_roll(m, 6) ? BPF_ANY : model_roll(m, 4);
	int want = m->is_array && flags != BPF_ANY ? -EINVAL : model_update(m, key, value, flags);
	int err = ops->may_set ? ops->may_set(&m->b->sim, m->map, key, flags) : 0;

	if (!err)
		err = ops->set_obj(&m->b->sim, m->map, key, m->thing[which], flags);
	return !model_differ("set", err, want);
}

static bool same_get(struct model *m, const u8 *key)
{
	const struct map_ops *ops = map_ops(m->map);
	struct pair *p = model_find(m, key);
	struct obj *obj = (ops->held ? ops->held : ops->get_obj)(&m->b->sim, m->map, key);
	u8 want = p ? p->value[0] : 0;

	return !model_differ("get", (u64)obj, want ? (u64)m->thing[want - 1] : 0);
}

static int expected_unset(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	bool was_set = p && p->value[0];

	if (!m->is_array)
		return model_remove(m, key);
	if (p)
		memset(p->value, 0, sizeof(p->value));
	return p ? was_set ? 0 : -ENOENT : -E2BIG;
}

/* The last fd and pin are gone: a program array lets its programs go. */
static bool users_gone(struct model *m)
{
	if (map_ops(m->map)->no_users) {
		map_ops(m->map)->no_users(&m->b->sim, m->map);
		for (u32 i = 0; i < m->count; i++)
			memset(m->pair[i].value, 0, sizeof(m->pair[i].value));
	}
	return same_references(m);
}

bool step_maps(struct model *m)
{
	u8 key[SIZE_MAX_BYTES];

	model_key(m, key);
	switch (model_roll(m, 8)) {
	case 0:
	case 1:
	case 2:
		return same_set(m, key);
	case 3:
	case 4:
		return !model_differ("remove", map_remove(&m->b->sim, m->map, key), expected_unset(m, key));
	case 5:
		return model_roll(m, 100) ? same_references(m) : users_gone(m);
	default:
		return model_roll(m, 50) ? same_get(m, key) : model_walk(m);
	}
}

/* --- sockets --- */

/* What the three types say before they put socket number @which in: 0, or -errno. */
static int expected_socket(struct model *m, const u8 *key, u8 which, u64 flags)
{
	bool xsk = m->map->k.map_type == BPF_MAP_TYPE_XSKMAP;
	struct pair *p = model_find(m, key);
	u8 there = p ? p->value[0] : 0;

	if (flags > BPF_EXIST)
		return -EINVAL;
	if (m->is_array && !p)
		return -E2BIG;
	if (flags == BPF_NOEXIST && there && !(xsk && there == which + 1))
		return -EEXIST;
	if (flags == BPF_EXIST && !there)
		return -ENOENT;
	return !p && m->count == m->max ? -E2BIG : 0;
}

static bool same_socket(struct model *m, const u8 *key)
{
	const struct map_ops *ops = map_ops(m->map);
	u8 which = model_roll(m, MODEL_THINGS), value[SIZE_MAX_BYTES] = {which + 1};
	u64 flags = model_roll(m, 4) ? BPF_ANY : model_roll(m, 4);
	int want = expected_socket(m, key, which, flags);
	int err = ops->may_set ? ops->may_set(&m->b->sim, m->map, key, flags) : 0;

	if (!err)
		err = ops->set_obj(&m->b->sim, m->map, key, m->thing[which], flags);
	return !model_differ("set", err, want) && (want || !model_differ("set", model_update(m, key, value, BPF_ANY), 0));
}

static bool same_socket_gone(struct model *m, const u8 *key)
{
	bool xsk = m->map->k.map_type == BPF_MAP_TYPE_XSKMAP;
	struct pair *p = model_find(m, key);
	int want = !m->is_array ? model_remove(m, key) : p && (xsk || p->value[0]) ? 0 : -EINVAL;

	if (m->is_array && p)
		memset(p->value, 0, sizeof(p->value));
	return !model_differ("remove", map_remove(&m->b->sim, m->map, key), want);
}

/* A socket is closed, and leaves all its places; another one takes its number. */
static void close_socket(struct model *m)
{
	u32 which = model_roll(m, MODEL_THINGS);

	obj_put_user(&m->b->sim, m->thing[which]);
	m->thing[which] = new_socket(m);
	for (u32 i = m->count; i-- > 0;) {
		if (m->pair[i].value[0] != which + 1)
			continue;
		if (m->is_array)
			memset(m->pair[i].value, 0, sizeof(m->pair[i].value));
		else
			m->pair[i] = m->pair[--m->count];
	}
}

static bool same_found(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	u8 want = p ? p->value[0] : 0;

	return !model_differ("found", (u64)map_lookup(&m->b->sim, m->map, key),
			     want ? (u64)socket_of(m->thing[want - 1])->sk : 0);
}

bool step_sockets(struct model *m)
{
	u8 key[SIZE_MAX_BYTES];

	model_key(m, key);
	switch (model_roll(m, 8)) {
	case 0:
	case 1:
	case 2:
		return same_socket(m, key);
	case 3:
		return same_socket_gone(m, key);
	case 4:
		if (!model_roll(m, 20))
			close_socket(m);
		return same_references(m);
	default:
		return model_roll(m, 50) ? same_found(m, key) : model_walk(m);
	}
}

/* --- devices: which of lo (1), eth0 (2), none (0), one that is not there (77) is where, with which program --- */

static int expected_device(struct model *m, const u8 *key, u32 ifindex, u64 flags)
{
	struct pair *p = model_find(m, key);

	if (flags > BPF_EXIST || (!m->is_array && !ifindex))
		return -EINVAL;
	if (m->is_array && !p)
		return -E2BIG;
	if (p && flags == BPF_NOEXIST)
		return -EEXIST;
	if (ifindex > 2)
		return -EINVAL;
	return !p && m->count == m->max ? -E2BIG : 0; /* BPF_EXIST is not looked at */
}

/* The pair: the thing (or 0) first, for same_references; the number behind it. */
static void put_pair(struct model *m, const u8 *key, u8 thing, u32 number)
{
	u8 value[SIZE_MAX_BYTES] = {number ? thing : 0};

	memcpy(value + 4, &number, sizeof(number));
	model_update(m, key, value, BPF_ANY);
	memcpy(model_find(m, key)->value, value, 8); /* also where the map's values have 4 bytes */
}

static bool same_device(struct model *m, const u8 *key)
{
	static const u32 devices[] = {1, 2, 1, 2, 0, 77};
	u32 value[2] = {devices[model_roll(m, ARRAY_SIZE(devices))]};
	u64 flags = model_roll(m, 6) ? BPF_ANY : model_roll(m, 4);
	u32 which = value[0] && m->value_size == 8 ? model_roll(m, MODEL_THINGS + 1) : 0;
	int want = expected_device(m, key, value[0], flags);
	int err = map_ops(m->map)->may_put(&m->b->sim, m->map, key, value, flags);

	if (!err)
		err = map_ops(m->map)->put(&m->b->sim, m->map, key, value, which ? m->thing[which - 1] : NULL);
	if (!want)
		put_pair(m, key, which, value[0]);
	return !model_differ("put", err, want);
}

static bool same_place_gone(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	int want = !m->is_array ? model_remove(m, key) : p ? 0 : -EINVAL;

	if (m->is_array && p)
		memset(p->value, 0, sizeof(p->value));
	return !model_differ("remove", map_remove(&m->b->sim, m->map, key), want);
}

static bool same_number(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	const u32 *value = map_lookup(&m->b->sim, m->map, key);

	return !model_differ("number", value ? *value : 0, p ? *(u32 *)(p->value + 4) : 0);
}

static bool step_places(struct model *m, bool (*put)(struct model *m, const u8 *key))
{
	u8 key[SIZE_MAX_BYTES];

	model_key(m, key);
	switch (model_roll(m, 8)) {
	case 0:
	case 1:
	case 2:
		return put(m, key);
	case 3:
	case 4:
		return same_place_gone(m, key);
	case 5:
		return same_references(m);
	default:
		return model_roll(m, 50) ? same_number(m, key) : model_walk(m);
	}
}

bool step_devices(struct model *m)
{
	return step_places(m, same_device);
}

/* --- CPUs: the length of the queue, and a program --- */

#define QUEUE_MAX 16384u

static int expected_cpu(struct model *m, const u8 *key, u32 length, u64 flags)
{
	u32 cpu;

	memcpy(&cpu, key, sizeof(cpu));
	if (flags > BPF_EXIST)
		return -EINVAL;
	if (cpu >= m->max)
		return -E2BIG;
	if (flags == BPF_NOEXIST)
		return -EEXIST;
	return length > QUEUE_MAX ? -EOVERFLOW : cpu >= m->b->sim.clock->ncpus ? -ENODEV : 0;
}

static bool same_cpu(struct model *m, const u8 *key)
{
	u32 value[2] = {model_roll(m, 8) ? model_roll(m, 3) * 100 : QUEUE_MAX + model_roll(m, 2)};
	u64 flags = model_roll(m, 6) ? BPF_ANY : model_roll(m, 4);
	u32 which = m->value_size == 8 ? model_roll(m, MODEL_THINGS + 1) : 0;
	int want = expected_cpu(m, key, value[0], flags);
	int err = map_ops(m->map)->may_put(&m->b->sim, m->map, key, value, flags);

	if (!err)
		err = map_ops(m->map)->put(&m->b->sim, m->map, key, value, which ? m->thing[which - 1] : NULL);
	if (!want)
		put_pair(m, key, which, value[0]);
	return !model_differ("put", err, want);
}

bool step_cpus(struct model *m)
{
	return step_places(m, same_cpu);
}
