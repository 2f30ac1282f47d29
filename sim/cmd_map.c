/*
 * bpf(2) on maps that there are: look up, update, delete, walk by key, freeze, info. MAP_CREATE: cmd_map_create.c.
 *
 * Mirrors map_lookup_elem and its neighbours in kernel/bpf/syscall.c, in their order of
 * checks: which errno a call with two mistakes gets is part of the interface.
 *
 * Simplified: one NUMA node; no network card takes maps.
 */
#include "cmd_map.h"
#include "maps/map_btf.h"
#include "world/netdev.h"

/* --- one element --- */

struct map *map_by_fd(struct sim *sim, const struct call *call, int fd, u32 need, int *err)
{
	struct obj *obj = fd_obj(sim, call->task, fd, OBJ_MAP, err);
	const struct file *file = fd_file(call->task, fd);
	struct map *map;

	if (!obj)
		return NULL;
	map = container_of(obj, struct map, obj);
	*err = 0;
	if ((need & MAP_CALL_READ) && !file->may_read)
		*err = sim_fail(&sim->why, -EPERM, "fd %d may only write its map", fd);
	else if ((need & MAP_CALL_WRITE) && map->frozen)
		*err = sim_fail(&sim->why, -EPERM, "the map is frozen: system calls may only read it");
	else if ((need & MAP_CALL_WRITE) && !file->may_write)
		*err = sim_fail(&sim->why, -EPERM, "fd %d may only read its map", fd);
	return *err ? NULL : map;
}

void *call_buffer(struct sim *sim, u64 size, int *err)
{
	void *p = sim_alloc(sim, size);

	if (!p)
		*err = sim_fail(&sim->why, -ENOMEM, "no memory for %llu bytes of this call",
				(unsigned long long)size);
	return p;
}

/* A buffer with @size bytes of user memory. */
static void *copy_in_buffer(struct sim *sim, const struct call *call, u64 uaddr, u64 size, int *err)
{
	void *p = call_buffer(sim, size, err);

	if (!p)
		return NULL;
	*err = copy_in(sim, call->task, p, uaddr, size);
	if (!*err)
		return p;
	sim_free(sim, p);
	return NULL;
}

static int access_begin(struct sim *sim, struct call *call, u32 need, struct map_access *a)
{
	int err;

	*a = (struct map_access){.map = map_by_fd(sim, call, call->attr.map_fd, need, &err)};
	if (!a->map)
		return err;
	if (!map_has_elements(a->map))
		return map_no_elements(sim, a->map);
	a->value_size = map_user_value_size(sim, a->map);
	return 0;
}

static void access_end(struct sim *sim, struct map_access *a)
{
	sim_free(sim, a->value);
	sim_free(sim, a->key);
}

static int access_key(struct sim *sim, struct call *call, struct map_access *a)
{
	int err;

	if (!a->map->k.key_size && call->attr.key)
		return sim_fail(&sim->why, -EINVAL, "a map of type %s has no keys", map_ops(a->map)->name);
	if (!a->map->k.key_size)
		return 0;
	a->key = copy_in_buffer(sim, call, call->attr.key, a->map->k.key_size, &err);
	return a->key ? 0 : err;
}

/* The id of the object that is the value. */
static int read_id(struct sim *sim, struct map *map, const void *key, void *value)
{
	const struct obj *obj = map_ops(map)->get_obj(sim, map, key);

	if (!obj)
		return sim_fail(&sim->why, -ENOENT, "nothing is there in the map under this key");
	memcpy(value, &obj->id, sizeof(obj->id));
	return 0;
}

/*
 * The kernel copies per-CPU values rounded up to 8 bytes, in and out: user space finds again what it has
 * written behind a value. Values with kernel pointers are copied without these.
 */
static void copy_cpu_value(const struct map *map, void *dst, const void *src)
{
	if (map->nkptrs)
		map_copy_value(map, dst, src);
	else
		memcpy(dst, src, round_up_u64(map->k.value_size, 8));
}

/* The values of all CPUs, each rounded up to 8 bytes. */
static int read_all_cpus(struct sim *sim, struct map *map, const void *key, u8 *value)
{
	u64 step = round_up_u64(map->k.value_size, 8);

	if (!map_lookup_sys(sim, map, key))
		return sim_fail(&sim->why, -ENOENT, "there is no such key in the map");
	for (u32 cpu = 0; cpu < sim->clock->ncpus; cpu++) {
		copy_cpu_value(map, value + cpu * step, map_look(sim, map, key, cpu));
		map_hide_fields(map, value + cpu * step);
	}
	return 0;
}

int map_read_value(struct sim *sim, struct map *map, const void *key, void *value)
{
	const struct map_ops *ops = map_ops(map);
	const void *at;

	if (ops->sys_lookup)
		return ops->sys_lookup(sim, map, key, value);
	if (ops->get_obj)
		return read_id(sim, map, key, value);
	if (ops->peek)
		return ops->peek(sim, map, value);
	if (ops->lookup_on)
		return read_all_cpus(sim, map, key, value);
	at = map_lookup_sys(sim, map, key);
	if (!at)
		return sim_fail(&sim->why, -ENOENT, "there is no such key in the map");
	map_copy_value(map, value, at);
	map_hide_fields(map, value);
	return 0;
}

/* Is the caller's value in the map? */
static int peek_at_value(struct sim *sim, const struct call *call, struct map_access *a)
{
	int err = copy_in(sim, call->task, a->value, call->attr.value, a->value_size);

	return err ? err : map_ops(a->map)->peek(sim, a->map, a->value);
}

/* Reads the value of the key into a new buffer; @take: and deletes the element. */
static int access_read(struct sim *sim, const struct call *call, struct map_access *a, bool take)
{
	int err;

	a->value = call_buffer(sim, a->value_size, &err);
	if (!a->value)
		return err;
	if (!take && (map_ops(a->map)->traits & MAP_TRAIT_PEEK_IN))
		return peek_at_value(sim, call, a);
	if (take && !(map_ops(a->map)->traits & MAP_TRAIT_TAKE))
		return sim_fail(&sim->why, -ENOTSUPP,
				"a map of type %s cannot look up and delete in one call",
				map_ops(a->map)->name);
	if (take && map_ops(a->map)->pop)
		return map_ops(a->map)->pop(sim, a->map, a->value);
	err = map_read_value(sim, a->map, a->key, a->value);
	return err || !take ? err : map_remove(sim, a->map, a->key);
}

static s64 read_elem(struct sim *sim, struct call *call, bool take)
{
	struct map_access a;
	s64 err;

	if (call->attr.flags & ~(u64)BPF_F_LOCK)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%llx: a lookup knows BPF_F_LOCK only",
				(unsigned long long)call->attr.flags);
	err = access_begin(sim, call, take ? MAP_CALL_READ | MAP_CALL_WRITE : MAP_CALL_READ, &a);
	if (err)
		return err;
	err = map_check_lock(sim, a.map, call->attr.flags);
	if (!err)
		err = access_key(sim, call, &a);
	if (!err && (!take || (map_ops(a.map)->traits & MAP_TRAIT_TAKE)))
		err = map_resolve_key(sim, call, &a);
	if (!err)
		err = map_get_lock(sim, call, &a);
	if (!err)
		err = access_read(sim, call, &a, take);
	if (!err && !(map_ops(a.map)->traits & MAP_TRAIT_PEEK_IN))
		err = copy_out(sim, call->task, call->attr.value, a.value, a.value_size);
	access_end(sim, &a);
	return err;
}

s64 cmd_map_lookup_elem(struct sim *sim, struct call *call)
{
	return read_elem(sim, call, false);
}

s64 cmd_map_lookup_and_delete_elem(struct sim *sim, struct call *call)
{
	return read_elem(sim, call, true);
}

static int write_all_cpus(struct sim *sim, struct map_access *a, u64 flags)
{
	u64 step = round_up_u64(a->map->k.value_size, 8);
	int err = map_update(sim, a->map, a->key, a->value, flags);

	for (u32 cpu = 0; cpu < sim->clock->ncpus && !err; cpu++)
		copy_cpu_value(a->map, map_look(sim, a->map, a->key, cpu), (u8 *)a->value + cpu * step);
	return err;
}

static int access_write(struct sim *sim, struct call *call, struct map_access *a)
{
	const struct map_ops *ops = map_ops(a->map);

	if (ops->traits & MAP_TRAIT_VMLINUX_VALUE)
		return map_write_functions(sim, call, a);
	if (ops->set_obj)
		return map_write_object(sim, call, a);
	if (ops->put)
		return map_write_pair(sim, call, a);
	if (ops->push)
		return ops->push(sim, a->map, a->value, call->attr.flags);
	if (ops->lookup_on)
		return write_all_cpus(sim, a, call->attr.flags);
	return map_update(sim, a->map, a->key, a->value, call->attr.flags);
}

int map_update_one(struct sim *sim, const struct call *batch, struct map *map, void *key, void *value)
{
	struct map_access a = {.map = map, .key = key, .value = value, .value_size = map_user_value_size(sim, map)};
	struct call call = *batch;

	call.attr = (union bpf_attr){
		.map_fd = batch->attr.batch.map_fd,
		.flags = batch->attr.batch.elem_flags,
	};
	return access_write(sim, &call, &a);
}

s64 cmd_map_update_elem(struct sim *sim, struct call *call)
{
	struct map_access a;
	s64 err = access_begin(sim, call, MAP_CALL_WRITE, &a);
	int copied = 0;

	if (err)
		return err;
	err = map_check_lock(sim, a.map, call->attr.flags);
	if (!err)
		err = access_key(sim, call, &a);
	if (!err)
		a.value = copy_in_buffer(sim, call, call->attr.value, a.value_size, &copied);
	if (!err)
		err = copied;
	if (!err)
		err = map_resolve_key(sim, call, &a);
	if (!err)
		err = map_get_lock(sim, call, &a);
	if (!err)
		err = access_write(sim, call, &a);
	access_end(sim, &a);
	return err;
}

s64 cmd_map_delete_elem(struct sim *sim, struct call *call)
{
	struct map_access a;
	int err = access_begin(sim, call, MAP_CALL_WRITE, &a);

	if (err)
		return err;
	err = access_key(sim, call, &a);
	if (!err)
		err = map_resolve_key(sim, call, &a);
	if (!err)
		err = map_remove(sim, a.map, a.key);
	access_end(sim, &a);
	return err;
}

s64 cmd_map_get_next_key(struct sim *sim, struct call *call)
{
	struct map_access a;
	int err = access_begin(sim, call, MAP_CALL_READ, &a);

	if (!err && !map_ops(a.map)->next_key)
		err = sim_fail(&sim->why, -EINVAL, "a map of type %s has no keys", map_ops(a.map)->name);
	if (!err && call->attr.key)
		err = access_key(sim, call, &a);
	if (err)
		return err;
	a.value = call_buffer(sim, a.map->k.key_size, &err);
	if (a.value)
		err = map_ops(a.map)->next_key(sim, a.map, a.key, a.value);
	if (!err)
		err = copy_out(sim, call->task, call->attr.next_key, a.value, a.map->k.key_size);
	access_end(sim, &a);
	return err;
}

/* --- the map as a whole --- */

s64 cmd_map_freeze(struct sim *sim, struct call *call)
{
	int err;
	struct map *map = map_by_fd(sim, call, call->attr.map_fd, 0, &err);

	if (!map)
		return err;
	if (map_ops(map)->traits & MAP_TRAIT_VMLINUX_VALUE)
		return sim_fail(&sim->why, -ENOTSUPP, "a table of functions cannot be frozen");
	if (map->timer_off >= 0)
		return sim_fail(&sim->why, -ENOTSUPP, "a map with timers in its values cannot be frozen");
	if (map->nkptrs)
		return sim_fail(&sim->why, -ENOTSUPP,
				"a map with pointers to kernel objects in its values cannot be frozen");
	if (map->writers)
		return sim_fail(&sim->why, -EBUSY, "the map is mapped for writing %u times", map->writers);
	if (map->frozen)
		return sim_fail(&sim->why, -EBUSY, "the map is frozen already");
	if (!bpf_capable(sim, call->task))
		return sim_fail(&sim->why, -EPERM, "freezing a map needs CAP_BPF");
	map->frozen = true;
	return 0;
}

static void fill_info(const struct map *map, struct bpf_map_info *info)
{
	*info = (struct bpf_map_info){
		.type = map->k.map_type,
		.id = map->obj.id,
		.key_size = map->k.key_size,
		.value_size = map->k.value_size,
		.max_entries = map->k.max_entries,
		.map_flags = map->k.map_flags,
		.map_extra = map->k.map_extra,
		.btf_id = map->btf ? map->btf->id : 0,
		.btf_key_type_id = map->btf_key_type_id,
		.btf_value_type_id = map->btf_value_type_id,
		.btf_vmlinux_value_type_id = map->btf_vmlinux_value_type_id,
	};
	memcpy(info->name, map->obj.name, sizeof(info->name));
}

s64 map_get_info(struct sim *sim, struct call *call, struct obj *obj)
{
	u64 uinfo = call->attr.info.info, ulen = call->uattr + offsetof(union bpf_attr, info.info_len);
	u32 len = call->attr.info.info_len;
	struct bpf_map_info info;
	int err = check_tail_zero(sim, call->task, uinfo, sizeof(info), len);

	if (err)
		return err;
	len = min_u64(len, sizeof(info));
	fill_info(container_of(obj, struct map, obj), &info);
	err = copy_out(sim, call->task, uinfo, &info, len);
	return err ? err : copy_out(sim, call->task, ulen, &len, sizeof(len));
}
