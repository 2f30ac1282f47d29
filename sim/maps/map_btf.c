/*
 * BTF of keys and values at MAP_CREATE: sizes must fit, and fields of the value that belong to the kernel
 * are found by the name of their type. Pointers to kernel objects: map_kptr.c.
 *
 * Mirrors map_check_btf of kernel/bpf/syscall.c, array_map_check_btf, and btf_find_field of btf.c.
 */
#include "map_btf.h"

/* The type behind typedefs, qualifiers and variables. */
static const struct btf_type *plain_type(const struct btf_types *types, u32 id)
{
	const struct btf_type *t = btf_type_by_id(types, btf_skip_mods(types, id));

	if (t && btf_kind(t) == BTF_KIND_VAR)
		t = btf_type_by_id(types, btf_skip_mods(types, t->type));
	return t;
}

static bool has_size(const struct btf_types *types, u32 id, u32 size)
{
	return btf_size(types, id) == size;
}

/* --- fields of the kernel in a value --- */

struct kernel_type {
	const char *name;
	u32 size, align;
};

static const struct kernel_type spin_lock = {"bpf_spin_lock", sizeof(struct bpf_spin_lock), 4};
static const struct kernel_type timer = {"bpf_timer", sizeof(struct bpf_timer), 8};

/*
 * One more member or variable of type @id at byte @off. *found is the offset of the one so far, or -ENOENT.
 * -EINVAL: it is not aligned, -E2BIG: it is the second.
 */
static int look_at(const struct btf_types *types, const struct kernel_type *want, u32 id, u32 off, s32 *found)
{
	const struct btf_type *t = btf_type_by_id(types, id);

	if (strcmp(btf_name(types, id), want->name))
		return 0;
	if (off % want->align)
		return -EINVAL;
	if (!t || btf_kind(t) != BTF_KIND_STRUCT || t->size != want->size)
		return 0;
	if (*found >= 0)
		return -E2BIG;
	*found = off;
	return 0;
}

static s32 find_member(const struct btf_types *types, const struct btf_type *t,
		       const struct kernel_type *want)
{
	const struct btf_member *m = btf_members(t);
	s32 found = -ENOENT;

	for (u32 i = 0; i < btf_vlen(t); i++) {
		u32 bit = btf_member_bit_off(t, &m[i]);
		int err = 0;

		/* A bitfield of this type is refused, one of another type is none of our business. */
		if (bit % 8 && !strcmp(btf_name(types, m[i].type), want->name))
			err = -EINVAL;
		if (!err)
			err = look_at(types, want, m[i].type, bit / 8, &found);
		if (err)
			return err;
	}
	return found;
}

static s32 find_var(const struct btf_types *types, const struct btf_type *t, const struct kernel_type *want)
{
	const struct btf_var_secinfo *v = btf_var_secinfos(t);
	s32 found = -ENOENT;

	for (u32 i = 0; i < btf_vlen(t); i++) {
		const struct btf_type *var = btf_type_by_id(types, v[i].type);
		int err = var && v[i].size == want->size
				  ? look_at(types, want, var->type, v[i].offset, &found)
				  : 0;

		if (err)
			return err;
	}
	return found;
}

/* Its offset in a value of type @t, or -errno. */
static s32 find_field(const struct btf_types *types, const struct btf_type *t, const struct kernel_type *want)
{
	if (btf_kind(t) == BTF_KIND_STRUCT)
		return find_member(types, t, want);
	return btf_kind(t) == BTF_KIND_DATASEC ? find_var(types, t, want) : -EINVAL;
}

static int find_fields(struct sim *sim, struct map *map, const struct btf_types *types,
		       const struct btf_type *value)
{
	u32 traits = map_ops(map)->traits;
	bool found;

	map->spin_lock_off = find_field(types, value, &spin_lock);
	found = map->spin_lock_off >= 0;
	if (found && (map->k.map_flags & BPF_F_RDONLY_PROG))
		return sim_fail(&sim->why, -EACCES, "a bpf_spin_lock in values that programs may not write");
	if (found && !(traits & MAP_TRAIT_SPIN_LOCK))
		return sim_fail(&sim->why, -ENOTSUPP, "a bpf_spin_lock in values of type %s",
				map_ops(map)->name);
	map->timer_off = find_field(types, value, &timer);
	found = map->timer_off >= 0;
	if (found && (map->k.map_flags & BPF_F_RDONLY_PROG))
		return sim_fail(&sim->why, -EACCES, "a bpf_timer in values that programs may not write");
	if (found && !(traits & MAP_TRAIT_TIMER))
		return sim_fail(&sim->why, -EOPNOTSUPP, "a bpf_timer in values of type %s",
				map_ops(map)->name);
	return 0;
}

/* --- keys of arrays --- */

static int check_index_type(struct sim *sim, const struct btf_type *key)
{
	u32 data = btf_kind(key) == BTF_KIND_INT ? btf_int_data(key) : 0;

	if (BTF_INT_BITS(data) == 32 && !BTF_INT_OFFSET(data))
		return 0;
	return sim_fail(&sim->why, -EINVAL, "the BTF of an array's key must be an integer of 32 bits");
}

/* .data, .rodata and .bss: a section as the one value, without a key. */
static int check_section(struct sim *sim, const struct map *map, const struct btf_type *value)
{
	if (map->k.max_entries == 1 && btf_kind(value) == BTF_KIND_DATASEC)
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"no BTF of the key: only an array of 1 element that is a section goes without");
}

static int check_types(struct sim *sim, struct map *map, const struct btf_types *types, u32 key_id,
		       u32 value_id)
{
	u32 traits = map_ops(map)->traits;
	bool refused = traits & MAP_TRAIT_NO_BTF;
	bool is_array = (traits & MAP_TRAIT_ARRAY) && !refused;
	const struct btf_type *value = plain_type(types, value_id);
	int err;

	if (key_id && !has_size(types, key_id, map->k.key_size))
		return sim_fail(&sim->why, -EINVAL, "BTF type %u is not %u bytes, as a key is", key_id,
				map->k.key_size);
	if (!key_id && !is_array && !refused && !(traits & MAP_TRAIT_KEY_STRUCT))
		return sim_fail(&sim->why, -EINVAL, "btf_value_type_id %u, but no btf_key_type_id", value_id);
	if (!has_size(types, value_id, map->k.value_size))
		return sim_fail(&sim->why, -EINVAL, "BTF type %u is not %u bytes, as a value is", value_id,
				map->k.value_size);
	err = find_fields(sim, map, types, value);
	if (!err)
		err = map_find_kptrs(sim, map, types, value);
	if (err)
		return err;
	if (refused)
		return sim_fail(&sim->why, -ENOTSUPP, "a map of type %s has no BTF", map_ops(map)->name);
	if ((traits & MAP_TRAIT_KEY_STRUCT) &&
	    (!key_id || btf_kind(plain_type(types, key_id)) != BTF_KIND_STRUCT))
		return sim_fail(&sim->why, -EINVAL, "the BTF of a key of type %s must be a struct",
				map_ops(map)->name);
	if (!is_array)
		return 0;
	return key_id ? check_index_type(sim, plain_type(types, key_id)) : check_section(sim, map, value);
}

int map_set_btf(struct sim *sim, struct map *map, struct btf *btf, u32 key_id, u32 value_id)
{
	int err;

	obj_get(sim, &btf->obj);
	map->btf = &btf->obj;
	if (!value_id)
		return 0;
	err = check_types(sim, map, &btf->types, key_id, value_id);
	if (err)
		return err;
	map->btf_key_type_id = key_id;
	map->btf_value_type_id = value_id;
	return 0;
}
