/*
 * The context, and sockets: structs that programs see in another form than the kernel has them (check_ctx_access and
 * check_sock_access of kernel/bpf/verifier.c). What may be read and written is in the tables of progs/.
 */
#include "access.h"
#include "btf_access.h"
#include "btf_ctx.h"
#include "call.h"

u32 resolved_prog_type(const struct env *env)
{
	return prog_acting_type(env->v->prog);
}

static const char *member_name(const struct btf_types *types, const struct btf_type *table, u32 member)
{
	return member < btf_vlen(table) ? btf_str(types, btf_members(table)[member].name_off) : NULL;
}

struct prog_view view_of(const struct env *env)
{
	const struct prog *prog = env->v->prog;
	const struct btf_types *types = env->sim->host->vmlinux;
	bool of_kernel = prog->attach_btf_id && !prog->attach_prog && types;
	struct prog_view view = {
		.prog = prog,
		.bpf_capable = env->w->may.bpf_capable,
		.perfmon_capable = env->w->may.allow_ptr_leaks,
		.sys_admin = env->w->may.sys_admin,
		.attach_func = of_kernel ? btf_name(types, prog->attach_btf_id) : NULL,
		.attach_void = is_for_void_function(env),
	};

	if (of_kernel && prog->type == BPF_PROG_TYPE_STRUCT_OPS) {
		view.attach_table = view.attach_func;
		view.attach_func = member_name(types, btf_type_by_id(types, prog->attach_btf_id), prog->expected_attach_type);
	}
	return view;
}

/* --- the context --- */

/* What a load of a field of each kind gives; an argument of a traced function: what its BTF says. */
static const u32 loaded_types[CTX_KINDS] = {
	[CTX_SCALAR] = SCALAR_VALUE,
	[CTX_PACKET] = PTR_TO_PACKET,
	[CTX_PACKET_END] = PTR_TO_PACKET_END,
	[CTX_PACKET_META] = PTR_TO_PACKET_META,
	[CTX_SOCK_COMMON] = PTR_TO_SOCK_COMMON | PTR_MAYBE_NULL,
	[CTX_SOCKET] = PTR_TO_SOCKET,
	[CTX_SOCKET_OR_NULL] = PTR_TO_SOCKET | PTR_MAYBE_NULL,
	[CTX_FLOW_KEYS] = PTR_TO_FLOW_KEYS,
	[CTX_TP_BUFFER] = PTR_TO_TP_BUFFER,
};

/* Is there such a field, and what does a load of it give? */
static bool look_up(struct env *env, const struct access *a, struct btf_found *found)
{
	const struct prog_view view = view_of(env);
	const struct ctx_field *field = ctx_access(&view, a->off, a->size, a->kind == ACCESS_WRITE);

	if (!field)
		return false;
	if (field->kind == CTX_BTF_ARG)
		return btf_ctx_argument(env, a, found);
	*found = (struct btf_found){loaded_types[field->kind], 0};
	env->w->aux[a->insn].ctx_field_size = ctx_field_size(field);
	return true;
}

static void mark_context_value(struct env *env, const struct access *a, const struct btf_found *found)
{
	struct reg *reg = &cur_regs(env)[a->value_regno];

	if (found->type == SCALAR_VALUE) {
		mark_loaded(env, a);
		return;
	}
	reg_set_known_zero(reg);
	reg->type = found->type;
	reg->subreg_def = SUBREG_DEF_NONE; /* a pointer, however short the field is */
	if (found->type & PTR_MAYBE_NULL)
		reg->id = ++env->w->id_gen;
	if (base_type(found->type) == PTR_TO_BTF_ID)
		reg->btf_id = found->id;
}

int access_ctx(struct env *env, const struct access *a)
{
	struct btf_found found;
	int err;

	if (stores_pointer(env, a))
		return reject_reg(env, a->value_regno, LEAK_INTO_CTX, a->value_regno);
	err = check_unmoved(env, &cur_regs(env)[a->regno], a->regno, false);
	if (err)
		return err;
	if (!look_up(env, a, &found)) {
		err = reject_reg(env, a->regno, CTX_ACCESS, a->off, (s32)a->size);
		say_line(env, a->insn, "; ");
		return err;
	}
	env->v->prog->max_ctx_offset = max_u64(env->v->prog->max_ctx_offset, (u32)(a->off + (s32)a->size));
	if (a->kind == ACCESS_READ && a->value_regno >= 0)
		mark_context_value(env, a, &found);
	return 0;
}

/* --- sockets --- */

static const struct ctx_field *sock_table(u32 type)
{
	switch (type) {
	case PTR_TO_SOCK_COMMON:
		return sock_common_fields;
	case PTR_TO_SOCKET:
		return sock_fields;
	case PTR_TO_TCP_SOCK:
		return tcp_sock_fields;
	case PTR_TO_XDP_SOCK:
		return xdp_sock_fields;
	}
	return NULL;
}

int access_sock(struct env *env, const struct access *a)
{
	const struct reg *reg = &cur_regs(env)[a->regno];
	const struct ctx_field *fields = sock_table(reg->type), *field;
	char name[64];

	reg_type_text(reg->type, name);
	if (a->kind == ACCESS_WRITE)
		return reject_reg(env, a->regno, READ_ONLY_MEMORY, a->regno, name);
	if (reg->r64.smin < 0)
		return reject_reg(env, a->regno, NEGATIVE_OFFSET, a->regno);
	field = ctx_field_at(fields, env->v->prog->expected_attach_type, a->off, a->size, false);
	if (!field)
		return reject_reg(env, a->regno, SOCK_ACCESS, a->regno, name, a->off, (s32)a->size);
	env->w->aux[a->insn].ctx_field_size = ctx_field_size(field);
	mark_loaded(env, a);
	return 0;
}
