/*
 * What a helper returns: the state of r0 after the call (the end of check_helper_call of
 * kernel/bpf/verifier.c).
 */
#include "btf_access.h"
#include "call.h"

#define MAX_ERRNO 4095

static int return_map_value(struct env *env, u32 type, const struct call_meta *meta, struct reg *r0)
{
	if (!meta->map)
		return reject(env, BUG_MISCONFIGURED);
	r0->map = meta->map;
	r0->map_uid = meta->map_uid;
	r0->type = PTR_TO_MAP_VALUE | type_flag(type);
	if (!(type & PTR_MAYBE_NULL) && meta->map->spin_lock_off >= 0)
		r0->id = ++env->w->id_gen;
	return 0;
}

/* A kernel variable: memory, or an object if it is a struct. */
static int return_variable(struct env *env, u32 type, const struct call_meta *meta, struct reg *r0)
{
	const struct btf_types *types = env->sim->host->vmlinux;
	u32 id = btf_skip_mods(types, meta->ret_btf_id);
	s64 size = btf_size(types, id);

	if (btf_is_composite(btf_kind(btf_type_by_id(types, id)))) {
		r0->type = PTR_TO_BTF_ID | (type_flag(type) & ~MEM_RDONLY);
		r0->btf_id = meta->ret_btf_id;
		return 0;
	}
	if (size < 0)
		return reject(env, RET_SIZE_UNKNOWN, btf_name(types, id), (long)size);
	r0->type = PTR_TO_MEM | type_flag(type);
	r0->mem_size = size;
	return 0;
}

static int return_object(struct env *env, const struct helper *helper, const struct call_meta *meta,
			 struct reg *r0)
{
	r0->type = PTR_TO_BTF_ID | type_flag(helper->ret);
	r0->btf_id = meta->kptr ? meta->kptr->btf_id : kernel_struct(env, helper->ret_btf);
	if (!r0->btf_id)
		return reject(env, RET_TYPE_INVALID, (u32)base_type(helper->ret), helper->name, helper->id);
	return 0;
}

static int return_pointer(struct env *env, const struct helper *helper, const struct call_meta *meta,
			  struct reg *r0)
{
	reg_set_known_zero(r0);
	switch (base_type(helper->ret)) {
	case RET_PTR_TO_MAP_VALUE:
		return return_map_value(env, helper->ret, meta, r0);
	case RET_PTR_TO_SOCKET:
		r0->type = PTR_TO_SOCKET | type_flag(helper->ret);
		return 0;
	case RET_PTR_TO_SOCK_COMMON:
		r0->type = PTR_TO_SOCK_COMMON | type_flag(helper->ret);
		return 0;
	case RET_PTR_TO_TCP_SOCK:
		r0->type = PTR_TO_TCP_SOCK | type_flag(helper->ret);
		return 0;
	case RET_PTR_TO_ALLOC_MEM:
		r0->type = PTR_TO_MEM | type_flag(helper->ret);
		r0->mem_size = meta->mem_size;
		return 0;
	case RET_PTR_TO_MEM_OR_BTF_ID:
		return return_variable(env, helper->ret, meta, r0);
	}
	return return_object(env, helper, meta, r0);
}

/* Lookups in maps of sockets hand out references as well. */
static bool acquires(const struct helper *helper, const struct map *map)
{
	bool sockets =
		map && (map->k.map_type == BPF_MAP_TYPE_SOCKMAP || map->k.map_type == BPF_MAP_TYPE_SOCKHASH);

	return (helper->flags & HELPER_ACQUIRES) || (helper->id == BPF_FUNC_map_lookup_elem && sockets);
}

static int set_reference(struct env *env, const struct helper *helper, const struct call_meta *meta,
			 struct reg *r0)
{
	int id;

	if (helper->flags & (HELPER_CASTS | HELPER_DYNPTR_REF)) {
		r0->ref_obj_id = meta->ref_obj_id;
		return 0;
	}
	if (!acquires(helper, meta->map))
		return 0;
	id = acquire_reference(env, env->w->insn);
	if (id < 0)
		return id;
	r0->id = id;
	r0->ref_obj_id = id;
	return 0;
}

/* These return a length up to what they were given, or a negative errno. */
static void refine(const struct helper *helper, const struct call_meta *meta, struct reg *r0)
{
	switch (helper->id) {
	case BPF_FUNC_get_stack:
	case BPF_FUNC_get_task_stack:
	case BPF_FUNC_probe_read_str:
	case BPF_FUNC_probe_read_kernel_str:
	case BPF_FUNC_probe_read_user_str:
		r0->r64.smax = meta->max_value;
		r0->r32.smax = (s32)meta->max_value;
		r0->r64.smin = -MAX_ERRNO;
		r0->r32.smin = -MAX_ERRNO;
		reg_sync(r0);
	}
}

int set_return(struct env *env, const struct helper *helper, const struct call_meta *meta, struct reg *r0)
{
	int err = 0;

	r0->subreg_def = SUBREG_DEF_NONE;
	if (helper->ret == RET_INTEGER)
		forget_value(env, r0);
	else if (helper->ret == RET_VOID)
		r0->type = NOT_INIT;
	else
		err = return_pointer(env, helper, meta, r0);
	if (err)
		return err;
	if (r0->type & PTR_MAYBE_NULL)
		r0->id = ++env->w->id_gen;
	err = set_reference(env, helper, meta, r0);
	if (!err)
		refine(helper, meta, r0);
	return err;
}
