/*
 * The arguments of kernel functions, by their BTF (the kernel function half of btf_check_func_arg_match,
 * kernel/bpf/btf.c).
 */
#include "access.h"
#include "btf_access.h"
#include "kfunc.h"

#define NESTED_MAX 3u  /* structs in structs that count as plain numbers */

/* An argument under check. */
struct karg {
	u32 i;                       /* counted from 0 */
	u32 regno;
	u32 id;                      /* what the pointer points to, behind modifiers */
	const struct btf_type *to;   /* the same */
	const char *name;            /* of that type */
};

static const char *param_name(const struct kfunc *k, u32 i)
{
	const char *name = btf_str(k->types, btf_params(k->proto)[i].name_off);

	return name ? name : "";
}

/* --- numbers --- */

/* A size of this name is that of the memory which the function returns. */
static int note_buffer_size(struct env *env, struct kfunc *k, u32 regno)
{
	const struct reg *reg = &cur_regs(env)[regno];

	if (k->r0_size)
		return reject_reg(env, regno, KFUNC_TWO_SIZES);
	if (!tnum_is_const(reg->var_off))
		return reject_reg(env, regno, KFUNC_SIZE_NOT_CONST, regno);
	k->r0_size = reg->var_off.value;
	if (k->r0_size > UINT32_MAX)
		return reject_reg(env, regno, KFUNC_SIZE_TOO_LARGE, regno);
	return mark_precise(env, regno);
}

static int check_scalar(struct env *env, struct kfunc *k, u32 i)
{
	const char *name = param_name(k, i);
	bool number = cur_regs(env)[i + 1].type == SCALAR_VALUE;
	bool rdonly = !strcmp(name, "rdonly_buf_size");
	int err = 0;

	if (number && (rdonly || !strcmp(name, "rdwr_buf_size"))) {
		k->r0_rdonly |= rdonly;
		err = note_buffer_size(env, k, i + 1);
	}
	if (err)
		return err;
	return number ? 0 : reject_reg(env, i + 1, ARG_NOT_SCALAR, i + 1);
}

/* --- pointers to kernel objects --- */

/* The struct that stands for a socket pointer. */
static const char *socket_struct(u32 type)
{
	switch (base_type(type)) {
	case PTR_TO_SOCKET:
		return "sock";
	case PTR_TO_SOCK_COMMON:
		return "sock_common";
	case PTR_TO_TCP_SOCK:
		return "tcp_sock";
	}
	return NULL;
}

static bool is_object(const struct reg *reg)
{
	return reg->type == PTR_TO_CTX || reg->type == PTR_TO_BTF_ID || socket_struct(reg->type);
}

static int check_object(struct env *env, const struct kfunc *k, const struct karg *arg)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];
	u32 held = reg->type == PTR_TO_BTF_ID ? reg->btf_id : kernel_struct(env, socket_struct(reg->type));
	bool exactly = (k->flags & KF_TRUSTED_ARGS) || ((k->flags & KF_RELEASE) && reg->ref_obj_id);

	if (!btf_is_composite(btf_kind(arg->to)))
		return reject_reg(env, arg->regno, KFUNC_POINTER_TYPE, k->name, arg->i, kind_text(arg->to),
				  arg->name);
	held = btf_skip_mods(k->types, held);
	if (btf_struct_holds(env, NULL, held, reg->off, NULL, arg->id, exactly))
		return 0;
	return reject_reg(env, arg->regno, KFUNC_OTHER_OBJECT, k->name, arg->i, kind_text(arg->to), arg->name,
			  arg->regno, kind_text(btf_type_by_id(k->types, held)), btf_name(k->types, held));
}

/* The first argument of a kptr_get function: the place of a referenced kptr. */
static int check_kptr_place(struct env *env, const struct kfunc *k, const struct karg *arg)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];
	const struct btf_kptr *kptr;
	u64 off = reg->off + reg->var_off.value;
	u32 id;

	if (reg->type != PTR_TO_MAP_VALUE)
		return reject_reg(env, arg->regno, KFUNC_NOT_MAP_VALUE);
	if (!tnum_is_const(reg->var_off))
		return reject_reg(env, arg->regno, KFUNC_VARIABLE_PLACE);
	kptr = map_kptr_at(reg->map, off);
	if (!kptr || !kptr->referenced)
		return reject_reg(env, arg->regno, KFUNC_NO_KPTR, (unsigned long long)off);
	if (btf_kind(arg->to) != BTF_KIND_PTR)
		return reject_reg(env, arg->regno, KFUNC_DOUBLE_POINTER);
	id = btf_skip_mods(k->types, arg->to->type);
	if (!btf_is_composite(btf_kind(btf_type_by_id(k->types, id))))
		return reject_reg(env, arg->regno, KFUNC_POINTER_TYPE, k->name, arg->i,
				  kind_text(btf_type_by_id(k->types, id)), btf_name(k->types, id));
	if (id == kptr->btf_id)
		return 0;
	return reject_reg(env, arg->regno, KFUNC_OTHER_KPTR, k->name, arg->i,
			  kind_text(btf_type_by_id(k->types, id)), btf_name(k->types, id));
}

/* --- memory --- */

static bool is_plain_struct(struct env *env, const struct btf_types *types, const struct btf_type *t,
			    u32 depth)
{
	if (!btf_is_composite(btf_kind(t)))
		return false;
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const struct btf_type *member = plain(types, btf_members(t)[i].type);

		if (btf_is_composite(btf_kind(member))) {
			if (depth == NESTED_MAX) {
				reject(env, KFUNC_NESTED);
				return false;
			}
			if (!is_plain_struct(env, types, member, depth + 1))
				return false;
			continue;
		}
		if (btf_kind(member) == BTF_KIND_ARRAY && btf_array(member)->nelems)
			member = plain(types, btf_array(member)->type);
		if (!is_scalar(member))
			return false;
	}
	return true;
}

static int check_dynptr(struct env *env, const struct karg *arg)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];
	const char *kind = kind_text(arg->to);

	if (reg->type != PTR_TO_STACK)
		return reject_reg(env, arg->regno, KFUNC_DYNPTR_PLACE, arg->i, kind, arg->name);
	if (!dynptr_is_made(env, reg))
		return reject_reg(env, arg->regno, KFUNC_DYNPTR_NOT_MADE, arg->i, kind, arg->name);
	if (!dynptr_has_type(env, reg, ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_LOCAL))
		return reject_reg(env, arg->regno, KFUNC_DYNPTR_KIND, arg->i, kind, arg->name);
	return 0;
}

/* Is the next argument the size of this one? Its name says so: "buf__sz". */
static bool has_size(struct env *env, const struct kfunc *k, u32 i)
{
	static const char suffix[] = "__sz";
	const char *name;
	size_t len;

	if (i + 1 >= btf_vlen(k->proto) || !is_scalar(plain(k->types, btf_params(k->proto)[i + 1].type)) ||
	    cur_regs(env)[i + 2].type != SCALAR_VALUE)
		return false;
	name = param_name(k, i + 1);
	len = strlen(name);
	return len >= sizeof(suffix) - 1 && !strcmp(name + len - (sizeof(suffix) - 1), suffix);
}

#define WITH_SIZE 1 /* from check_memory: the next argument was checked as well */

static int check_memory(struct env *env, const struct kfunc *k, const struct karg *arg)
{
	bool sized = has_size(env, k, arg->i);
	bool dynptr = btf_is_composite(btf_kind(arg->to)) && !strcmp(arg->name, "bpf_dynptr_kern");
	bool any = sized && !btf_kind(arg->to);
	s64 size;

	if (!is_scalar(arg->to) && !is_plain_struct(env, k->types, arg->to, 0) && !dynptr && !any)
		return reject_reg(env, arg->regno, KFUNC_NOT_PLAIN, arg->i, kind_text(arg->to), arg->name,
				  sized ? "void, " : "");
	if (dynptr)
		return check_dynptr(env, arg);
	if (sized) {
		if (check_mem_size_argument(env, arg->regno + 1))
			return reject_reg(env, arg->regno, KFUNC_MEM_PAIR, arg->i, arg->i + 1);
		return WITH_SIZE;
	}
	size = btf_size(k->types, arg->id);
	if (size < 0)
		return reject_reg(env, arg->regno, ARG_SIZE_UNKNOWN, arg->i, kind_text(arg->to), arg->name,
				  (long)size);
	return check_mem_argument(env, arg->regno, size) ? -EINVAL : 0;
}

/* --- an argument --- */

static int note_reference(struct env *env, struct kfunc *k, u32 regno)
{
	u32 id = cur_regs(env)[regno].ref_obj_id;

	if (!id)
		return 0;
	if (k->ref_obj_id)
		return reject_reg(env, regno, BUG_TWO_REFERENCES, regno, id, k->ref_obj_id);
	k->ref_regno = regno;
	k->ref_obj_id = id;
	return 0;
}

static int check_use(struct env *env, struct kfunc *k, u32 regno)
{
	const struct reg *reg = &cur_regs(env)[regno];
	bool trusted = (k->flags & KF_TRUSTED_ARGS) && is_object(reg);
	bool released = (k->flags & KF_RELEASE) && reg->ref_obj_id;
	int err;

	if (trusted && reg->type != PTR_TO_CTX && !reg->ref_obj_id)
		return reject_reg(env, regno, KFUNC_UNREFERENCED, regno);
	err = check_arg_offset(env, regno, trusted || released ? OBJ_RELEASE : 0);
	return err ? err : note_reference(env, k, regno);
}

static int check_pointer(struct env *env, struct kfunc *k, u32 i, const struct btf_type *pointer)
{
	u32 id = btf_skip_mods(k->types, pointer->type);
	const struct karg arg = {i, i + 1, id, btf_type_by_id(k->types, id), btf_name(k->types, id)};
	const struct reg *reg = &cur_regs(env)[arg.regno];
	int err = check_use(env, k, arg.regno);

	if (err)
		return err;
	if (!i && (k->flags & KF_KPTR_GET))
		return check_kptr_place(env, k, &arg);
	if (is_ctx_pointer(k->types, pointer, resolved_prog_type(env)))
		return reg->type == PTR_TO_CTX
			       ? 0
			       : reject_reg(env, arg.regno, ARG_NOT_CTX, i, kind_text(pointer));
	if (reg->type == PTR_TO_BTF_ID || (socket_struct(reg->type) && !type_flag(reg->type)))
		return check_object(env, k, &arg);
	return check_memory(env, k, &arg);
}

static int check_arg(struct env *env, struct kfunc *k, u32 i)
{
	const struct btf_type *t = plain(k->types, btf_params(k->proto)[i].type);

	if (is_scalar(t))
		return check_scalar(env, k, i);
	if (btf_kind(t) != BTF_KIND_PTR)
		return reject(env, ARG_UNRECOGNIZED, i, kind_text(t));
	return check_pointer(env, k, i, t);
}

int check_kfunc_args(struct env *env, struct kfunc *k)
{
	if (btf_vlen(k->proto) > ARGS)
		return reject(env, TOO_MANY_ARGS, k->name, btf_vlen(k->proto), ARGS);
	for (u32 i = 0; i < btf_vlen(k->proto); i++) {
		int checked = check_arg(env, k, i);

		if (checked < 0)
			return checked;
		i += checked == WITH_SIZE;
	}
	if ((k->flags & KF_RELEASE) && !k->ref_obj_id)
		return reject(env, KFUNC_RELEASES_NOTHING, k->name);
	if ((k->flags & KF_SLEEPABLE) && !(env->v->prog->flags & BPF_F_SLEEPABLE))
		return reject(env, KFUNC_SLEEPS, k->name);
	return 0;
}
