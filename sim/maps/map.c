/*
 * Maps, whatever their type: making and freeing, references, values with locks and timers in them. See map.h.
 *
 * Mirrors the part of kernel/bpf/syscall.c about struct bpf_map, and copy_map_value of include/linux/bpf.h.
 */
#include "map.h"

/* Flags that are about the first fd, not about the map. */
#define FD_FLAGS (BPF_F_RDONLY | BPF_F_WRONLY)

void *map_area(struct sim *sim, u64 size, enum arena_tag tag, struct map *map)
{
	if (size > MAP_AREA_MAX)
		return NULL;
	/* Large tables begin at a page, so that no element of 64 bytes lies across two cache lines. */
	if (size >= ARENA_PAGE)
		return arena_alloc_pages(sim->arena, size, tag, map);
	return arena_alloc(sim->arena, size, tag, map);
}

/*
 * Bytes between the block's first one and struct map: the row of a mappable array begins at the block's
 * second page.
 */
static u64 map_lead(u32 flags)
{
	return flags & BPF_F_MMAPABLE ? ARENA_PAGE - offsetof(struct map, k.value) : 0;
}

static_assert(offsetof(struct map, k.value) < ARENA_PAGE,
	      "struct map and the layout before the row fit one page");

static struct map *map_alloc(struct sim *sim, u64 size, u32 flags)
{
	u64 lead = map_lead(flags);
	u8 *block;

	if (size > MAP_AREA_MAX)
		return NULL;
	if (lead)
		block = arena_alloc_pages(sim->arena, round_up_u64(lead + size, ARENA_PAGE), TAG_MAP, NULL);
	else
		block = arena_alloc(sim->arena, size, TAG_MAP, NULL);
	if (!block)
		return NULL;
	arena_own(block, block + lead);
	return (struct map *)(block + lead);
}

static void map_dealloc(struct sim *sim, struct map *map)
{
	sim_free(sim, (u8 *)map - map_lead(map->k.map_flags));
}

int map_check_flags(struct sim *sim, const struct map_ops *ops, u32 flags)
{
	if (flags & ~ops->flags_ok)
		return sim_fail(&sim->why, -EINVAL, "map_flags 0x%x: maps of type %s do not know 0x%x", flags,
				ops->name, flags & ~ops->flags_ok);
	if ((flags & BPF_F_RDONLY_PROG) && (flags & BPF_F_WRONLY_PROG))
		return sim_fail(&sim->why, -EINVAL,
				"BPF_F_RDONLY_PROG and BPF_F_WRONLY_PROG exclude each other");
	return 0;
}

static void map_init(struct map *map, const union bpf_attr *attr, const struct task *task)
{
	obj_init(&map->obj, OBJ_MAP, NULL);
	map->users = 1;
	map->bypass_spec_v1 = task_capable(task, CAP_PERFMON_BIT);
	map->spin_lock_off = -EINVAL;
	map->timer_off = -EINVAL;
	map->k.ops_number = attr->map_type;
	map->k.map_type = attr->map_type;
	map->k.key_size = attr->key_size;
	map->k.value_size = attr->value_size;
	map->k.max_entries = attr->max_entries;
	map->k.map_extra = attr->map_extra;
	map->k.map_flags = attr->map_flags & ~(u32)FD_FLAGS;
}

int map_new(struct sim *sim, const union bpf_attr *attr, const struct task *task, struct map **out)
{
	const struct map_ops *ops = map_types[attr->map_type];
	s64 size = ops->struct_size(sim, attr, task);
	struct map *map;
	int err, name_len;

	if (size < 0)
		return size;
	map = map_alloc(sim, size, attr->map_flags);
	if (!map)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a map of %lld bytes", (long long)size);
	map_init(map, attr, task);
	err = ops->init(sim, map, attr);
	if (err) {
		map_dealloc(sim, map);
		return err;
	}
	name_len = obj_name_check(attr->map_name);
	if (name_len < 0) {
		obj_put_user(sim, &map->obj);
		return sim_fail(&sim->why, -EINVAL,
				"map_name: at most 15 letters, digits, '_' and '.', then a zero");
	}
	memcpy(map->obj.name, attr->map_name, name_len);
	*out = map;
	return 0;
}

static void map_acquire(struct sim *sim, struct obj *obj)
{
	(void)sim;
	container_of(obj, struct map, obj)->users++;
}

static void map_release(struct sim *sim, struct obj *obj)
{
	struct map *map = container_of(obj, struct map, obj);

	assert(map->users > 0);
	map->users--;
	if (!map->users && map->timer_off >= 0)
		timers_free_of(sim, map);
	if (!map->users && map_ops(map)->no_users)
		map_ops(map)->no_users(sim, map);
}

/* The template knows what an inner map is like; it holds a reference to its BTF and has no elements. */
int map_set_inner(struct sim *sim, struct map *outer, const struct map *inner)
{
	struct map *template;

	if (inner->k.inner_map_meta)
		return sim_fail(&sim->why, -EINVAL,
				"the inner map is a map of maps itself: one level is all there is");
	if ((map_ops(inner)->traits & MAP_TRAIT_NEVER_INNER) || inner->spin_lock_off >= 0)
		return sim_fail(&sim->why, -ENOTSUPP, "a map of type %s%s cannot be an inner map",
				map_ops(inner)->name, inner->spin_lock_off >= 0 ? " with a lock" : "");
	template = sim_alloc(sim, sizeof(*template));
	if (!template)
		return sim_fail(&sim->why, -ENOMEM, "no memory for the template of inner maps");
	memcpy(template, inner, sizeof(*template));
	template->family = NULL;
	if (template->btf)
		obj_get(sim, template->btf);
	outer->k.inner_map_meta = (u64)&template->k;
	return 0;
}

static void map_free_template(struct sim *sim, struct map *template)
{
	if (template->btf)
		obj_put(sim, template->btf);
	sim_free(sim, template);
}

static void map_free(struct sim *sim, struct obj *obj)
{
	struct map *map = container_of(obj, struct map, obj);

	if (map->timer_off >= 0) /* a program may have made one in an element that it had taken out */
		timers_free_of(sim, map);
	if (map_ops(map)->fini)
		map_ops(map)->fini(sim, map);
	if (map->k.inner_map_meta)
		map_free_template(sim, map_of((const struct bpf_map_layout *)map->k.inner_map_meta));
	if (map->btf)
		obj_put(sim, map->btf);
	map_dealloc(sim, map);
}

void map_forget(struct sim *sim, const void *owner)
{
	struct obj *obj = NULL;

	while ((obj = obj_next(sim, OBJ_MAP, obj ? obj->id : 0))) {
		struct map *map = container_of(obj, struct map, obj);

		if (map_ops(map)->forget)
			map_ops(map)->forget(sim, map, owner);
	}
}

void map_clone_sock(struct sim *sim, const void *from, const void *to)
{
	struct obj *obj = NULL;

	while ((obj = obj_next(sim, OBJ_MAP, obj ? obj->id : 0))) {
		struct map *map = container_of(obj, struct map, obj);

		if (map_ops(map)->clone)
			map_ops(map)->clone(sim, map, from, to);
	}
}

/* --- values --- */

static bool heard(const struct sim *sim, enum event_kind kind)
{
	return sim->event_mask & EVENT_BIT(kind);
}

int map_no_elements(struct sim *sim, const struct map *map)
{
	return sim_fail(&sim->why, -ENOTSUPP, "a map of type %s can be made here, but not used yet",
			map_ops(map)->name);
}

void *map_look(struct sim *sim, struct map *map, const void *key, u32 cpu)
{
	const struct map_ops *ops = map_ops(map);

	if (ops->look)
		return ops->look(sim, map, key, cpu);
	if (ops->lookup_on)
		return ops->lookup_on(sim, map, key, cpu);
	return ops->lookup ? ops->lookup(sim, map, key) : NULL;
}

static void *tell_lookup(struct sim *sim, const struct map *map, void *value)
{
	if (heard(sim, EV_MAP_LOOKUP))
		event_send(sim, EV_MAP_LOOKUP, map->obj.id, map->obj.id, (u64)value, 0, 0);
	return value;
}

void *map_lookup(struct sim *sim, struct map *map, const void *key)
{
	void *value = map_ops(map)->lookup ? map_ops(map)->lookup(sim, map, key) : NULL;

	return tell_lookup(sim, map, value);
}

void *map_lookup_sys(struct sim *sim, struct map *map, const void *key)
{
	return tell_lookup(sim, map, map_look(sim, map, key, sim->clock->cpu));
}

int map_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	const struct map_ops *ops = map_ops(map);
	bool tell = heard(sim, EV_MAP_UPDATE) && ops->lookup;
	bool is_new = tell && !map_look(sim, map, key, sim->clock->cpu);
	int err = ops->update ? ops->update(sim, map, key, value, flags) : map_no_elements(sim, map);

	if (tell && !err)
		event_send(sim, EV_MAP_UPDATE, map->obj.id, map->obj.id,
			   (u64)map_look(sim, map, key, sim->clock->cpu), is_new, 0);
	return err;
}

int map_remove(struct sim *sim, struct map *map, const void *key)
{
	int err;

	if (!map_has_elements(map))
		return map_no_elements(sim, map);
	if (!map_ops(map)->remove)
		return sim_fail(&sim->why, -EINVAL, "elements of a map of type %s cannot be deleted",
				map_ops(map)->name);
	err = map_ops(map)->remove(sim, map, key);
	if (!err)
		event_send(sim, EV_MAP_DELETE, map->obj.id, map->obj.id, 0, 0, 0);
	return err;
}

int map_check_update_flags(struct sim *sim, u64 flags)
{
	if ((flags & ~(u64)BPF_F_LOCK) <= BPF_EXIST)
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"flags 0x%llx: an update knows BPF_ANY, BPF_NOEXIST, BPF_EXIST, BPF_F_LOCK",
			(unsigned long long)flags);
}

int map_check_lock(struct sim *sim, const struct map *map, u64 flags)
{
	if (!(flags & BPF_F_LOCK) || map->spin_lock_off >= 0)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "BPF_F_LOCK: the map's value has no struct bpf_spin_lock");
}

u64 map_user_value_size(const struct sim *sim, const struct map *map)
{
	u32 traits = map_ops(map)->traits;

	if (traits & MAP_TRAIT_PERCPU)
		return round_up_u64(map->k.value_size, 8) * sim->clock->ncpus;
	return traits & MAP_TRAIT_FD_VALUE ? sizeof(u32) : map->k.value_size;
}

struct value_field {
	u32 off, size;
};

#define MAX_FIELDS (2 + MAP_MAX_KPTRS)

static void add_field(struct value_field *field, u32 n, u32 off, u32 size)
{
	for (; n && field[n - 1].off > off; n--)
		field[n] = field[n - 1];
	field[n] = (struct value_field){off, size};
}

/*
 * The fields of a value that belong to the kernel, by offset; @field has room for
 * MAX_FIELDS. Returns how many.
 */
static u32 kernel_fields(const struct map *map, struct value_field *field)
{
	u32 n = 0;

	if (map->spin_lock_off >= 0)
		add_field(field, n++, map->spin_lock_off, sizeof(struct bpf_spin_lock));
	if (map->timer_off >= 0)
		add_field(field, n++, map->timer_off, sizeof(struct bpf_timer));
	for (u32 i = 0; i < map->nkptrs; i++)
		add_field(field, n++, map->kptr[i].off, sizeof(u64));
	return n;
}

void map_copy_around(const struct map *map, void *dst, const void *src)
{
	struct value_field field[MAX_FIELDS];
	u32 n = kernel_fields(map, field), at = 0;

	for (u32 i = 0; i < n; i++) {
		memcpy((u8 *)dst + at, (const u8 *)src + at, field[i].off - at);
		at = field[i].off + field[i].size;
	}
	memcpy((u8 *)dst + at, (const u8 *)src + at, map->k.value_size - at);
}

void map_hide_fields(const struct map *map, void *value)
{
	struct value_field field[MAX_FIELDS];
	u32 n = kernel_fields(map, field);

	for (u32 i = 0; i < n; i++)
		memset((u8 *)value + field[i].off, 0, field[i].size);
}

/* --- where an address lies --- */

static u8 prog_access(const struct map *map)
{
	u8 access = REGION_READ | REGION_WRITE;

	if (map->k.map_flags & BPF_F_RDONLY_PROG)
		access = REGION_READ;
	if (map->k.map_flags & BPF_F_WRONLY_PROG)
		access = REGION_WRITE;
	if (map_ops(map)->traits & MAP_TRAIT_PROG_READS)
		access = REGION_READ;
	return access;
}

bool map_locate(const struct sim *sim, u64 addr, struct region *region)
{
	struct arena_block block;
	struct map *map;

	if (!arena_find(sim->arena, addr, &block) || (block.tag != TAG_MAP && block.tag != TAG_MAP_ELEM))
		return false;
	map = block.owner;
	*region = (struct region){.obj = &map->obj};
	if (map_ops(map)->locate && map_ops(map)->locate(map, &block, addr, region)) {
		region->kind = REGION_MAP_VALUE;
		region->access = prog_access(map);
		return true;
	}
	if (block.tag != TAG_MAP)
		return false;
	region->kind = REGION_MAP;
	region->base = (u64)&map->k;
	region->size = offsetof(struct bpf_map_layout, value);
	return true;
}

static void map_file_closed(struct sim *sim, struct obj *obj, const struct file *file)
{
	struct map *map = container_of(obj, struct map, obj);

	if (map_ops(map)->file_closed)
		map_ops(map)->file_closed(sim, map, file);
}

static void *map_mmap(struct sim *sim, struct obj *obj, u64 page, bool write, int *err)
{
	struct map *map = container_of(obj, struct map, obj);

	if (!map_ops(map)->mmap || map->spin_lock_off >= 0 || map->timer_off >= 0 || map->nkptrs)
		*err = sim_fail(&sim->why, -ENOTSUPP, "a map of type %s cannot be mapped", map_ops(map)->name);
	else if (write && map->frozen)
		*err = sim_fail(&sim->why, -EPERM, "the map is frozen: user space may only read it");
	else if (write && (map->k.map_flags & BPF_F_RDONLY_PROG))
		*err = sim_fail(&sim->why, -EACCES, "what programs may only read is not mapped for writing");
	else
		return map_ops(map)->mmap(sim, map, page, write, err);
	return NULL;
}

const struct obj_ops map_obj_ops = {
	.name = "map",
	.file = "bpf-map",
	.acquire = map_acquire,
	.release = map_release,
	.free = map_free,
	.file_closed = map_file_closed,
	.mmap = map_mmap,
};
