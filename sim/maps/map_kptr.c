/*
 * Pointers to kernel objects in map values: members whose type is a pointer with the tag "kptr" or
 * "kptr_ref" to a struct that the kernel's BTF has as well (btf_parse_kptrs of kernel/bpf/btf.c).
 *
 * As in the kernel, a value with a pointer that is not allowed (a tag that does not exist, an object that
 * cannot be kept), or with any member that is not aligned to 8 bytes, makes a map without such fields: they
 * are plain bytes then.
 */
#include "../world/test_object.h"
#include "map_btf.h"

/* Objects that a map may own, and the function that releases one (register_btf_id_dtor_kfuncs). */
static const struct {
	const char *name, *release;
} owned[] = {
	{"prog_test_ref_kfunc", "bpf_kfunc_call_test_release"},
	{"prog_test_member", "bpf_kfunc_call_memb_release"},
};

/* The function that releases a @name, 0 = there is none. */
static u32 releaser(const struct btf_types *kernel, const char *name)
{
	for (u32 i = 0; i < ARRAY_SIZE(owned); i++)
		if (!strcmp(owned[i].name, name))
			return btf_find(kernel, owned[i].release, BTF_KIND_FUNC);
	return 0;
}

/*
 * The struct behind a pointer with a tag: its id, 0 = it is an ordinary member, -EINVAL = a
 * tag that means nothing.
 */
static s64 tagged_struct(const struct btf_types *types, u32 id, bool *referenced)
{
	const struct btf_type *t = btf_type_by_id(types, id), *next;
	const char *name;

	if (!t || btf_kind(t) != BTF_KIND_PTR)
		return 0;
	name = btf_name(types, t->type);
	t = btf_type_by_id(types, t->type);
	if (!t || btf_kind(t) != BTF_KIND_TYPE_TAG)
		return 0;
	next = btf_type_by_id(types, t->type);
	*referenced = !strcmp(name, "kptr_ref");
	if ((next && btf_kind(next) == BTF_KIND_TYPE_TAG) || (!*referenced && strcmp(name, "kptr")))
		return -EINVAL;
	id = btf_skip_mods(types, t->type);
	t = btf_type_by_id(types, id);
	return t && btf_kind(t) == BTF_KIND_STRUCT ? (s64)id : -EINVAL;
}

/* One more member or variable of type @id at byte @off. False: with it the map cannot have any. */
static bool look_at(const struct sim *sim, struct map *map, const struct btf_types *types, u32 id, u32 off)
{
	const struct btf_types *kernel = sim->host->vmlinux;
	struct btf_kptr kptr = {.off = off};
	s64 target = tagged_struct(types, id, &kptr.referenced);
	const char *name = target > 0 ? btf_name(types, (u32)target) : NULL;

	if (target <= 0)
		return !target;
	if (off % sizeof(u64) || map->nkptrs == MAP_MAX_KPTRS || !kernel)
		return false;
	kptr.btf_id = btf_find(kernel, name, BTF_KIND_STRUCT);
	kptr.dtor_btf_id = kptr.referenced ? releaser(kernel, name) : 0;
	if (!kptr.btf_id || (kptr.referenced && !kptr.dtor_btf_id))
		return false;
	map->kptr[map->nkptrs++] = kptr;
	return true;
}

static bool look_at_members(const struct sim *sim, struct map *map, const struct btf_types *types,
			    const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);

	for (u32 i = 0; i < btf_vlen(t); i++) {
		u32 bit = btf_member_bit_off(t, &m[i]);

		/* 6.1 wants this of all members, whatever they are. */
		if (bit % 64 || !look_at(sim, map, types, m[i].type, bit / 8))
			return false;
	}
	return true;
}

static bool look_at_variables(const struct sim *sim, struct map *map, const struct btf_types *types,
			      const struct btf_type *t)
{
	const struct btf_var_secinfo *v = btf_var_secinfos(t);

	for (u32 i = 0; i < btf_vlen(t); i++) {
		const struct btf_type *var = btf_type_by_id(types, v[i].type);

		if (var && v[i].size == sizeof(u64) && !look_at(sim, map, types, var->type, v[i].offset))
			return false;
	}
	return true;
}

/* May such a map have them? Asked by the caller's rights and the map's attributes. */
static int check_allowed(struct sim *sim, const struct map *map)
{
	const struct task *task = task_by_pid(sim, sim->clock->pid);

	if (!task || !task_capable(task, CAP_BPF_BIT))
		return sim_fail(&sim->why, -EPERM, "values with pointers to kernel objects need CAP_BPF");
	if (map->k.map_flags & (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG))
		return sim_fail(&sim->why, -EACCES,
				"pointers to kernel objects in values that programs may not read and write");
	if (!(map_ops(map)->traits & MAP_TRAIT_KPTR))
		return sim_fail(&sim->why, -EOPNOTSUPP, "pointers to kernel objects in values of type %s",
				map_ops(map)->name);
	return 0;
}

int map_find_kptrs(struct sim *sim, struct map *map, const struct btf_types *types,
		   const struct btf_type *value)
{
	bool all_right = false;

	if (btf_kind(value) == BTF_KIND_STRUCT)
		all_right = look_at_members(sim, map, types, value);
	else if (btf_kind(value) == BTF_KIND_DATASEC)
		all_right = look_at_variables(sim, map, types, value);
	if (!all_right)
		map->nkptrs = 0;
	return map->nkptrs ? check_allowed(sim, map) : 0;
}

void map_free_kptrs(struct sim *sim, const struct map *map, void *value)
{
	for (u32 i = 0; i < map->nkptrs; i++) {
		u8 *place = (u8 *)value + map->kptr[i].off;
		u64 addr;

		memcpy(&addr, place, sizeof(addr));
		memset(place, 0, sizeof(addr));
		if (map->kptr[i].referenced)
			test_object_put(sim, addr);
	}
}
