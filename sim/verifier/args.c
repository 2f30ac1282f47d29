/*
 * Arguments of helper calls: does each register hold what the contract asks for (check_func_arg,
 * check_reg_type and process_* of kernel/bpf/verifier.c).
 */
#include "access.h"
#include "btf_access.h"
#include "call.h"

/* --- types --- */

/* Which registers may be handed over for an argument; NOT_INIT (0) at the end. */
static const struct {
	u32 types[9];
	const char *btf;   /* a PTR_TO_BTF_ID must point to this struct */
} accepted[ARG_TYPES] = {
	[ARG_PTR_TO_MAP_KEY] = {.types = {PTR_TO_STACK, PTR_TO_PACKET, PTR_TO_PACKET_META, PTR_TO_MAP_KEY,
					  PTR_TO_MAP_VALUE}},
	[ARG_PTR_TO_MAP_VALUE] = {.types = {PTR_TO_STACK, PTR_TO_PACKET, PTR_TO_PACKET_META, PTR_TO_MAP_KEY,
					    PTR_TO_MAP_VALUE}},
	[ARG_CONST_SIZE] = {.types = {SCALAR_VALUE}},
	[ARG_CONST_SIZE_OR_ZERO] = {.types = {SCALAR_VALUE}},
	[ARG_CONST_ALLOC_SIZE_OR_ZERO] = {.types = {SCALAR_VALUE}},
	[ARG_CONST_MAP_PTR] = {.types = {CONST_PTR_TO_MAP}},
	[ARG_PTR_TO_CTX] = {.types = {PTR_TO_CTX}},
	[ARG_PTR_TO_SOCK_COMMON] = {.types = {PTR_TO_SOCK_COMMON, PTR_TO_SOCKET, PTR_TO_TCP_SOCK,
					      PTR_TO_XDP_SOCK}},
	[ARG_PTR_TO_BTF_ID_SOCK_COMMON] = {.types = {PTR_TO_SOCK_COMMON, PTR_TO_SOCKET, PTR_TO_TCP_SOCK,
						     PTR_TO_XDP_SOCK, PTR_TO_BTF_ID},
					   .btf = "sock_common"},
	[ARG_PTR_TO_SOCKET] = {.types = {PTR_TO_SOCKET}},
	[ARG_PTR_TO_BTF_ID] = {.types = {PTR_TO_BTF_ID}},
	[ARG_PTR_TO_SPIN_LOCK] = {.types = {PTR_TO_MAP_VALUE}},
	[ARG_PTR_TO_MEM] = {.types = {PTR_TO_STACK, PTR_TO_PACKET, PTR_TO_PACKET_META, PTR_TO_MAP_KEY,
				      PTR_TO_MAP_VALUE, PTR_TO_MEM, PTR_TO_MEM | MEM_ALLOC, PTR_TO_BUF}},
	[ARG_PTR_TO_ALLOC_MEM] = {.types = {PTR_TO_MEM | MEM_ALLOC}},
	[ARG_PTR_TO_PERCPU_BTF_ID] = {.types = {PTR_TO_BTF_ID | MEM_PERCPU}},
	[ARG_PTR_TO_FUNC] = {.types = {PTR_TO_FUNC}},
	[ARG_PTR_TO_STACK] = {.types = {PTR_TO_STACK}},
	[ARG_PTR_TO_CONST_STR] = {.types = {PTR_TO_MAP_VALUE}},
	[ARG_PTR_TO_TIMER] = {.types = {PTR_TO_MAP_VALUE}},
	[ARG_PTR_TO_KPTR] = {.types = {PTR_TO_MAP_VALUE}},
	[ARG_PTR_TO_DYNPTR] = {.types = {PTR_TO_STACK, PTR_TO_DYNPTR | DYNPTR_TYPE_LOCAL}},
};

static int reject_type(struct env *env, u32 regno, const u32 *types)
{
	char found[64], expected[64], list[512];
	struct text text;

	text_init(&text, list, sizeof(list));
	for (u32 i = 0; types[i] != NOT_INIT; i++)
		text_add(&text, "%s%s", i ? ", " : "", reg_type_text(types[i], expected));
	return reject_reg(env, regno, ARG_TYPE, regno, reg_type_text(cur_regs(env)[regno].type, found), list);
}

/* A pointer to a kernel object: to the right one? */
static int check_object(struct env *env, u32 regno, const struct helper_arg *arg, u32 type,
			struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[regno];
	const char *wanted = arg->btf ? arg->btf : accepted[base_type(type)].btf;
	bool exactly = (type & OBJ_RELEASE) && meta->func_id != BPF_FUNC_sk_release;

	if (meta->kptr)
		return check_kptr_value(env, meta->kptr, regno) ? -EACCES : 0;
	if (btf_struct_holds(env, reg->btf, reg->btf_id, reg->off, NULL, kernel_struct(env, wanted), exactly))
		return 0;
	return reject_reg(env, regno, ARG_OBJECT, regno, btf_reg_name(env, reg), wanted);
}

static int check_type(struct env *env, u32 regno, const struct helper_arg *arg, u32 type,
		      struct call_meta *meta)
{
	u32 ignored = (type & (MEM_RDONLY | PTR_MAYBE_NULL));
	const u32 *types = accepted[base_type(type)].types;
	u32 held = cur_regs(env)[regno].type;
	u32 i = 0;

	while (types[i] != NOT_INIT && types[i] != (held & ~ignored))
		i++;
	if (types[i] == NOT_INIT)
		return reject_type(env, regno, types);
	return held == PTR_TO_BTF_ID ? check_object(env, regno, arg, type, meta) : 0;
}

/* Memory may be entered anywhere; other pointers must be used as they are. */
static bool may_have_offset(u32 type)
{
	switch (type) {
	case PTR_TO_STACK:
	case PTR_TO_PACKET:
	case PTR_TO_PACKET_META:
	case PTR_TO_MAP_KEY:
	case PTR_TO_MAP_VALUE:
	case PTR_TO_MEM:
	case PTR_TO_MEM | MEM_RDONLY:
	case PTR_TO_MEM | MEM_ALLOC:
	case PTR_TO_BUF:
	case PTR_TO_BUF | MEM_RDONLY:
	case SCALAR_VALUE:
		return true;
	}
	return false;
}

int check_arg_offset(struct env *env, u32 regno, u32 arg_type)
{
	const struct reg *reg = &cur_regs(env)[regno];

	if (reg->type == PTR_TO_STACK && base_type(arg_type) == ARG_PTR_TO_DYNPTR &&
	    reg->off % (s32)SLOT_SIZE)
		return reject_reg(env, regno, DYNPTR_OFFSET);
	if (may_have_offset(reg->type) && base_type(arg_type) != ARG_PTR_TO_ALLOC_MEM)
		return 0;
	if (reg->type == PTR_TO_BTF_ID && (arg_type & OBJ_RELEASE) && reg->off)
		return reject_reg(env, regno, RELEASE_OFFSET, regno);
	return check_unmoved(env, reg, regno, reg->type == PTR_TO_BTF_ID);
}

/* --- references --- */

static int check_release(struct env *env, u32 regno, u32 type, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[regno];

	if (base_type(type) == ARG_PTR_TO_DYNPTR) {
		if (!dynptr_has_slots(env, reg) || !dynptr_id(env, reg))
			return reject_reg(env, regno, UNACQUIRED_DYNPTR, regno);
	} else if (!reg->ref_obj_id && !reg_is_null(reg)) {
		return reject_reg(env, regno, RELEASE_UNREFERENCED, regno);
	}
	if (meta->release_regno)
		return reject_reg(env, regno, BUG_TWO_RELEASES);
	meta->release_regno = regno;
	return 0;
}

static int note_reference(struct env *env, u32 regno, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[regno];

	if (!reg->ref_obj_id)
		return 0;
	if (meta->ref_obj_id)
		return reject_reg(env, regno, BUG_TWO_REFERENCES, regno, reg->ref_obj_id, meta->ref_obj_id);
	meta->ref_obj_id = reg->ref_obj_id;
	return 0;
}

/* --- what each argument type asks for beside the register's type --- */

static enum access_kind access_of(u32 type)
{
	return type & MEM_WRITE ? ACCESS_WRITE : ACCESS_READ;
}

static int arg_map_ptr(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];

	/* of two inner maps of the same kind only map_uid tells which lookup they came from */
	if (meta->map && (meta->map != reg->map || meta->map_uid != reg->map_uid))
		return reject_reg(env, arg->regno, TIMER_OTHER_MAP, meta->map_uid, reg->map_uid);
	meta->map = reg->map;
	meta->map_uid = reg->map_uid;
	return 0;
}

static int arg_map_key(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	if (!meta->map)
		return reject_reg(env, arg->regno, BUG_KEY_WITHOUT_MAP);
	return check_helper_mem(env, arg->regno, meta->map->k.key_size, ACCESS_READ, false, NULL);
}

static int arg_map_value(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	if ((arg->type & PTR_MAYBE_NULL) && reg_is_null(&cur_regs(env)[arg->regno]))
		return 0;
	if (!meta->map)
		return reject_reg(env, arg->regno, BUG_VALUE_WITHOUT_MAP);
	meta->raw_mode = arg->type & MEM_UNINIT;
	return check_helper_mem(env, arg->regno, meta->map->k.value_size, access_of(arg->type), false, meta);
}

static int arg_percpu(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];

	if (!reg->btf_id)
		return reject_reg(env, arg->regno, PERCPU_WITHOUT_TYPE, arg->regno);
	meta->ret_btf_id = reg->btf_id;
	return 0;
}

static int arg_func(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	meta->subprog = cur_regs(env)[arg->regno].subprog;
	return 0;
}

/* Memory of unknown size is looked at together with its size, the next argument. */
static int arg_mem(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	int err;

	meta->raw_mode = arg->type & MEM_UNINIT;
	if (!(arg->type & MEM_FIXED_SIZE))
		return 0;
	err = check_helper_mem(env, arg->regno, arg->contract->size, access_of(arg->type), false, meta);
	if (err || !(arg->type & MEM_ALIGNED))
		return err;
	return check_alignment(env, &cur_regs(env)[arg->regno], 0, arg->contract->size, true);
}

static int arg_size(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	bool zero_ok = base_type(arg->type) == ARG_CONST_SIZE_OR_ZERO;

	return check_mem_size(env, arg->regno, access_of(arg->contract[-1].type), zero_ok, meta);
}

static int arg_alloc_size(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];

	if (!tnum_is_const(reg->var_off))
		return reject_reg(env, arg->regno, SIZE_NOT_CONST, arg->regno);
	meta->mem_size = reg->var_off.value;
	return mark_precise(env, arg->regno);
}

static int arg_dynptr(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];

	if (base_type(reg->type) == PTR_TO_DYNPTR)
		return 0;
	if (arg->type & MEM_UNINIT) {
		if (!dynptr_may_be_made(env, reg))
			return reject_reg(env, arg->regno, DYNPTR_NOT_FRESH);
		meta->uninit_dynptr_regno = arg->regno;
		return 0;
	}
	if (!dynptr_is_made(env, reg))
		return reject_reg(env, arg->regno, DYNPTR_NOT_MADE, arg->i + 1);
	if (!dynptr_has_type(env, reg, arg->type)) {
		const char *kind = arg->type & DYNPTR_TYPE_RINGBUF ? "ringbuf" : "<unknown>";

		return reject_reg(env, arg->regno, DYNPTR_KIND,
				  arg->type & DYNPTR_TYPE_LOCAL ? "local" : kind, arg->i + 1);
	}
	return 0;
}

/* Nobody can write to the map any more: not programs, not user space. */
static bool map_is_constant(const struct map *map)
{
	return (map->k.map_flags & BPF_F_RDONLY_PROG) && map->frozen && !map->writers;
}

static int check_string(struct env *env, u32 regno)
{
	const struct reg *reg = &cur_regs(env)[regno];
	const struct map *map = reg->map;
	u32 off = reg->off + reg->var_off.value;

	if (map->k.max_entries != 1)
		return reject_reg(env, regno, STRING_ADDRESS);
	if (!memchr(map->k.value + off, 0, map->k.value_size - off))
		return reject_reg(env, regno, STRING_UNTERMINATED);
	return 0;
}

static int arg_const_str(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];
	const struct map *map = reg->map;
	int err;

	(void)meta;
	if (!map_is_constant(map))
		return reject_reg(env, arg->regno, STRING_WRITABLE, arg->regno);
	if (!tnum_is_const(reg->var_off))
		return reject_reg(env, arg->regno, STRING_NOT_CONST, arg->regno);
	if (!(map_ops(map)->traits & MAP_TRAIT_DIRECT))
		return reject_reg(env, arg->regno, STRING_MAP_TYPE);
	err = check_map_access(env, arg->regno, reg->off, map->k.value_size - reg->off, false,
			       ACCESS_BY_HELPER);
	return err ? err : check_string(env, arg->regno);
}

static int (*const checks[ARG_TYPES])(struct env *env, const struct arg *arg, struct call_meta *meta) = {
	[ARG_CONST_MAP_PTR] = arg_map_ptr,
	[ARG_PTR_TO_MAP_KEY] = arg_map_key,
	[ARG_PTR_TO_MAP_VALUE] = arg_map_value,
	[ARG_PTR_TO_PERCPU_BTF_ID] = arg_percpu,
	[ARG_PTR_TO_SPIN_LOCK] = arg_spin_lock,
	[ARG_PTR_TO_TIMER] = arg_timer,
	[ARG_PTR_TO_KPTR] = arg_kptr,
	[ARG_PTR_TO_FUNC] = arg_func,
	[ARG_PTR_TO_MEM] = arg_mem,
	[ARG_CONST_SIZE] = arg_size,
	[ARG_CONST_SIZE_OR_ZERO] = arg_size,
	[ARG_PTR_TO_DYNPTR] = arg_dynptr,
	[ARG_CONST_ALLOC_SIZE_OR_ZERO] = arg_alloc_size,
	[ARG_PTR_TO_CONST_STR] = arg_const_str,
};

/* --- an argument --- */

/* Some map types have other values than bytes, or read where others write. */
static int adapt_to_map(struct env *env, struct arg *arg, const struct call_meta *meta)
{
	u32 map_type;

	if (!meta->map)
		return reject_reg(env, arg->regno, BUG_TYPE_WITHOUT_MAP);
	map_type = meta->map->k.map_type;
	if (map_type == BPF_MAP_TYPE_SOCKMAP || map_type == BPF_MAP_TYPE_SOCKHASH) {
		if (arg->type != ARG_PTR_TO_MAP_VALUE)
			return reject_reg(env, arg->regno, BUG_SOCKMAP_ARG);
		arg->type = ARG_PTR_TO_BTF_ID_SOCK_COMMON;
	} else if (map_type == BPF_MAP_TYPE_BLOOM_FILTER && meta->func_id == BPF_FUNC_map_peek_elem) {
		arg->type = ARG_PTR_TO_MAP_VALUE;
	}
	return 0;
}

/* What has to be so before the type counts. */
static int check_use(struct env *env, const struct arg *arg, const struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];
	int err = use_reg(env, arg->regno, USE_SRC);

	if (err)
		return err;
	if (arg->type == ARG_ANYTHING) {
		if (is_secret(env, reg))
			return reject_reg(env, arg->regno, ARG_LEAK, arg->regno);
		return 0;
	}
	if ((base_type(reg->type) == PTR_TO_PACKET || base_type(reg->type) == PTR_TO_PACKET_META) &&
	    !may_access_packet(env, meta, ACCESS_READ))
		return reject_reg(env, arg->regno, PACKET_TO_HELPER);
	return 0;
}

int check_helper_arg(struct env *env, const struct helper *helper, u32 i, struct call_meta *meta)
{
	struct arg arg = {&helper->arg[i], i, BPF_REG_1 + i, helper->arg[i].type};
	int err;

	if (arg.type == ARG_DONTCARE)
		return 0;
	err = check_use(env, &arg, meta);
	if (err || arg.type == ARG_ANYTHING)
		return err;
	if (base_type(arg.type) == ARG_PTR_TO_MAP_VALUE)
		err = adapt_to_map(env, &arg, meta);
	if (!err && !(reg_is_null(&cur_regs(env)[arg.regno]) && (arg.type & PTR_MAYBE_NULL))) {
		err = check_type(env, arg.regno, arg.contract, arg.type, meta);
		if (!err)
			err = check_arg_offset(env, arg.regno, arg.type);
	}
	if (!err && (arg.type & OBJ_RELEASE))
		err = check_release(env, arg.regno, arg.type, meta);
	if (!err)
		err = note_reference(env, arg.regno, meta);
	if (err || !checks[base_type(arg.type)])
		return err;
	return checks[base_type(arg.type)](env, &arg, meta);
}
