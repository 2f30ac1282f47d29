/*
 * Map values, keys, and the struct behind a map pointer (check_map_access and its kin in
 * kernel/bpf/verifier.c).
 */
#include "access.h"
#include "btf_access.h"

/* --- rights --- */

int check_map_rights(struct env *env, u32 regno, s32 off, u32 size, enum access_kind kind)
{
	const struct map *map = cur_regs(env)[regno].map;

	if (kind == ACCESS_WRITE &&
	    ((map->k.map_flags & BPF_F_RDONLY_PROG) || (map_ops(map)->traits & MAP_TRAIT_PROG_READS)))
		return reject_reg(env, regno, MAP_WRITE_FORBIDDEN, map->k.value_size, off, (s32)size);
	if (kind == ACCESS_READ && (map->k.map_flags & BPF_F_WRONLY_PROG))
		return reject_reg(env, regno, MAP_READ_FORBIDDEN, map->k.value_size, off, (s32)size);
	return 0;
}

/* --- fields of the kernel in a value --- */

/* May the access touch a byte of [field, field + field_size)? */
static bool touches(const struct reg *reg, s32 off, u32 size, s64 field, u32 field_size)
{
	return reg->r64.smin + off < field + field_size && field < (s64)reg->r64.umax + off + size;
}

static int check_kptr_place(struct env *env, u32 regno, s32 off, u32 size, const struct btf_kptr *kptr,
			    enum access_by by)
{
	const struct reg *reg = &cur_regs(env)[regno];
	u64 at = off + reg->var_off.value;

	if (by != ACCESS_DIRECT)
		return reject_reg(env, regno, KPTR_BY_HELPER);
	if (!tnum_is_const(reg->var_off))
		return reject_reg(env, regno, KPTR_VARIABLE);
	if (kptr->off != at)
		return reject_reg(env, regno, KPTR_MISALIGNED, kptr->off, (unsigned long long)at);
	if (size != sizeof(u64))
		return reject_reg(env, regno, KPTR_SIZE);
	return 0;
}

int check_map_access(struct env *env, u32 regno, s32 off, u32 size, bool zero_size_ok, enum access_by by)
{
	const struct reg *reg = &cur_regs(env)[regno];
	const struct map *map = reg->map;
	int err = check_mem_region(env, regno, off, size, map->k.value_size, zero_size_ok);

	if (err)
		return err;
	if (map->spin_lock_off >= 0 &&
	    touches(reg, off, size, map->spin_lock_off, sizeof(struct bpf_spin_lock)))
		return reject_reg(env, regno, TOUCHES_SPIN_LOCK);
	if (map->timer_off >= 0 && touches(reg, off, size, map->timer_off, sizeof(struct bpf_timer)))
		return reject_reg(env, regno, TOUCHES_TIMER);
	for (u32 i = 0; i < map->nkptrs; i++)
		if (touches(reg, off, size, map->kptr[i].off, sizeof(u64)))
			return check_kptr_place(env, regno, off, size, &map->kptr[i], by);
	return 0;
}

/* --- pointers to kernel objects that are kept in values --- */

const struct btf_kptr *map_kptr_at(const struct map *map, u64 off)
{
	for (u32 i = 0; i < map->nkptrs; i++)
		if (map->kptr[i].off == off)
			return &map->kptr[i];
	return NULL;
}

static int wrong_kptr_type(struct env *env, u32 regno, const struct btf_kptr *kptr)
{
	const struct reg *reg = &cur_regs(env)[regno];
	const char *want = btf_name(env->sim->host->vmlinux, kptr->btf_id);
	const char *have = base_type(reg->type) == PTR_TO_BTF_ID ? btf_reg_name(env, reg) : "";
	char name[64];

	reg_type_text(reg->type, name);
	if (kptr->referenced)
		reject_reg(env, regno, KPTR_TYPE, regno, name, have, want);
	else
		reject_reg(env, regno, KPTR_TYPE_UNREF, regno, name, have, want, want);
	return -EACCES;
}

int check_kptr_value(struct env *env, const struct btf_kptr *kptr, u32 regno)
{
	const struct reg *reg = &cur_regs(env)[regno];
	u32 flags_ok = PTR_MAYBE_NULL | (kptr->referenced ? 0 : PTR_UNTRUSTED);

	if (base_type(reg->type) != PTR_TO_BTF_ID || (type_flag(reg->type) & ~flags_ok))
		return wrong_kptr_type(env, regno, kptr);
	if (reg->btf)
		return reject_reg(env, regno, KPTR_NOT_KERNEL, regno);
	if (check_unmoved(env, reg, regno, true))
		return -EACCES;
	if (!btf_struct_holds(env, NULL, reg->btf_id, reg->off, NULL, kptr->btf_id, kptr->referenced))
		return wrong_kptr_type(env, regno, kptr);
	return 0;
}

static int load_kptr(struct env *env, const struct access *a, const struct btf_kptr *kptr)
{
	struct btf_found found = {PTR_TO_BTF_ID | PTR_MAYBE_NULL, kptr->btf_id};

	mark_btf_loaded(env, (u32)a->value_regno, &found, NULL, PTR_UNTRUSTED);
	cur_regs(env)[a->value_regno].id = ++env->w->id_gen;
	return 0;
}

static int access_kptr(struct env *env, const struct access *a, const struct btf_kptr *kptr)
{
	const struct bpf_insn *insn = &env->insns[a->insn];
	u8 class = BPF_CLASS(insn->code);

	if (BPF_MODE(insn->code) != BPF_MEM)
		return reject(env, KPTR_MODE);
	if (class == BPF_LDX)
		return load_kptr(env, a, kptr);
	if (kptr->referenced)
		return reject(env, KPTR_STORE_REF);
	if (class == BPF_ST)
		return insn->imm ? reject(env, KPTR_STORE_CONST, kptr->off) : 0;
	if (!reg_is_null(&cur_regs(env)[a->value_regno]) && check_kptr_value(env, kptr, (u32)a->value_regno))
		return -EACCES;
	return 0;
}

/* --- values --- */

/* Nobody can write it any more: what is in there now is what the program will read. */
static bool is_constant(const struct map *map)
{
	return (map->k.map_flags & BPF_F_RDONLY_PROG) && map->frozen && !map->writers &&
	       (map_ops(map)->traits & MAP_TRAIT_DIRECT);
}

static int load_constant(struct env *env, const struct access *a, const struct map *map, u32 off)
{
	u64 value = 0;

	if (map->k.max_entries != 1)
		return sim_fail(&env->sim->why, -ENOTSUPP,
				"a constant is read from an array with more than one element");
	memcpy(&value, map->k.value + off, a->size);
	reg_set_const(&cur_regs(env)[a->value_regno], value);
	return 0;
}

int access_map_value(struct env *env, const struct access *a)
{
	const struct reg *reg = &cur_regs(env)[a->regno];
	const struct map *map = reg->map;
	bool fixed = tnum_is_const(reg->var_off);
	u64 at = a->off + reg->var_off.value;
	const struct btf_kptr *kptr;
	int err;

	if (stores_pointer(env, a))
		return reject_reg(env, a->value_regno, LEAK_INTO_MAP, a->value_regno);
	err = check_map_rights(env, a->regno, a->off, a->size, a->kind);
	if (!err)
		err = check_map_access(env, a->regno, a->off, a->size, false, ACCESS_DIRECT);
	if (err)
		return err;
	kptr = fixed ? map_kptr_at(map, at) : NULL;
	if (kptr)
		return access_kptr(env, a, kptr);
	if (a->kind == ACCESS_READ && a->value_regno >= 0 && fixed && is_constant(map))
		return load_constant(env, a, map, (u32)at);
	mark_loaded(env, a);
	return 0;
}

/* --- keys, in callbacks of bpf_for_each_map_elem --- */

int access_map_key(struct env *env, const struct access *a)
{
	int err;

	if (a->kind == ACCESS_WRITE)
		return reject_reg(env, a->regno, KEY_WRITE, a->regno);
	err = check_mem_region(env, a->regno, a->off, a->size, cur_regs(env)[a->regno].map->k.key_size,
			       false);
	if (!err)
		mark_loaded(env, a);
	return err;
}

/* --- the map itself: its struct may be read by those who may see addresses --- */

/* How the kernel calls the struct of a map type. */
static const char *const map_structs[] = {
	[BPF_MAP_TYPE_HASH] = "bpf_htab",
	[BPF_MAP_TYPE_ARRAY] = "bpf_array",
	[BPF_MAP_TYPE_PROG_ARRAY] = "bpf_array",
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = "bpf_array",
	[BPF_MAP_TYPE_PERCPU_HASH] = "bpf_htab",
	[BPF_MAP_TYPE_PERCPU_ARRAY] = "bpf_array",
	[BPF_MAP_TYPE_STACK_TRACE] = "bpf_stack_map",
	[BPF_MAP_TYPE_CGROUP_ARRAY] = "bpf_array",
	[BPF_MAP_TYPE_LRU_HASH] = "bpf_htab",
	[BPF_MAP_TYPE_LRU_PERCPU_HASH] = "bpf_htab",
	[BPF_MAP_TYPE_LPM_TRIE] = "lpm_trie",
	[BPF_MAP_TYPE_ARRAY_OF_MAPS] = "bpf_array",
	[BPF_MAP_TYPE_HASH_OF_MAPS] = "bpf_htab",
	[BPF_MAP_TYPE_DEVMAP] = "bpf_dtab",
	[BPF_MAP_TYPE_SOCKMAP] = "bpf_stab",
	[BPF_MAP_TYPE_CPUMAP] = "bpf_cpu_map",
	[BPF_MAP_TYPE_XSKMAP] = "xsk_map",
	[BPF_MAP_TYPE_SOCKHASH] = "bpf_shtab",
	[BPF_MAP_TYPE_CGROUP_STORAGE] = "bpf_cgroup_storage_map",
	[BPF_MAP_TYPE_REUSEPORT_SOCKARRAY] = "reuseport_array",
	[BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE] = "bpf_cgroup_storage_map",
	[BPF_MAP_TYPE_QUEUE] = "bpf_queue_stack",
	[BPF_MAP_TYPE_STACK] = "bpf_queue_stack",
	[BPF_MAP_TYPE_SK_STORAGE] = "bpf_local_storage_map",
	[BPF_MAP_TYPE_DEVMAP_HASH] = "bpf_dtab",
	[BPF_MAP_TYPE_STRUCT_OPS] = "bpf_struct_ops_map",
	[BPF_MAP_TYPE_RINGBUF] = "bpf_ringbuf_map",
	[BPF_MAP_TYPE_INODE_STORAGE] = "bpf_local_storage_map",
	[BPF_MAP_TYPE_TASK_STORAGE] = "bpf_local_storage_map",
	[BPF_MAP_TYPE_BLOOM_FILTER] = "bpf_bloom_filter",
	[BPF_MAP_TYPE_USER_RINGBUF] = "bpf_ringbuf_map",
};

static const char *map_struct(const struct map *map)
{
	u32 type = map->k.map_type;

	return type < ARRAY_SIZE(map_structs) ? map_structs[type] : NULL;
}

int access_map_ptr(struct env *env, const struct access *a)
{
	const struct btf_types *types = env->sim->host->vmlinux;
	const struct map *map = cur_regs(env)[a->regno].map;
	const char *name = map_struct(map);
	u32 id = types && name ? btf_find(types, name, BTF_KIND_STRUCT) : 0;
	struct btf_found found;
	int err;

	if (!types)
		return reject_reg(env, a->regno, MAP_PTR_NO_BTF);
	if (!id)
		return reject_reg(env, a->regno, MAP_PTR_TYPE, map->k.map_type);
	if (!env->w->may.allow_ptr_to_map_access)
		return reject_reg(env, a->regno, MAP_PTR_RIGHTS, name);
	if (a->off < 0)
		return reject_reg(env, a->regno, MAP_PTR_NEGATIVE, a->regno, name, a->off);
	if (a->kind != ACCESS_READ)
		return reject_reg(env, a->regno, MAP_PTR_WRITE, name);
	err = btf_find_access(env, types, id, a->off, a->size, &found);
	if (!err && a->value_regno >= 0)
		mark_btf_loaded(env, (u32)a->value_regno, &found, NULL, 0);
	return err;
}
