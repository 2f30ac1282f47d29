/*
 * What a function's BTF says about its arguments (btf_prepare_func_args, btf_check_subprog_arg_match of
 * kernel/bpf/btf.c).
 *
 * For a global function it is the contract: callers must keep it, and the walk of the function begins with
 * it. For the others it is a hint only.
 */
#include "access.h"
#include "call.h"

/* --- the context's type --- */

/* The struct that each type of program gets; typedefs count by both names. */
static const char *const ctx_structs[][2] = {
	[BPF_PROG_TYPE_SOCKET_FILTER] = {"__sk_buff"},
	[BPF_PROG_TYPE_SCHED_CLS] = {"__sk_buff"},
	[BPF_PROG_TYPE_SCHED_ACT] = {"__sk_buff"},
	[BPF_PROG_TYPE_XDP] = {"xdp_md"},
	[BPF_PROG_TYPE_CGROUP_SKB] = {"__sk_buff"},
	[BPF_PROG_TYPE_CGROUP_SOCK] = {"bpf_sock"},
	[BPF_PROG_TYPE_CGROUP_SOCK_ADDR] = {"bpf_sock_addr"},
	[BPF_PROG_TYPE_LWT_IN] = {"__sk_buff"},
	[BPF_PROG_TYPE_LWT_OUT] = {"__sk_buff"},
	[BPF_PROG_TYPE_LWT_XMIT] = {"__sk_buff"},
	[BPF_PROG_TYPE_LWT_SEG6LOCAL] = {"__sk_buff"},
	[BPF_PROG_TYPE_SOCK_OPS] = {"bpf_sock_ops"},
	[BPF_PROG_TYPE_SK_SKB] = {"__sk_buff"},
	[BPF_PROG_TYPE_SK_MSG] = {"sk_msg_md"},
	[BPF_PROG_TYPE_FLOW_DISSECTOR] = {"__sk_buff"},
	[BPF_PROG_TYPE_KPROBE] = {"bpf_user_pt_regs_t", "pt_regs"},
	[BPF_PROG_TYPE_TRACEPOINT] = {"__u64"},
	[BPF_PROG_TYPE_PERF_EVENT] = {"bpf_perf_event_data"},
	[BPF_PROG_TYPE_RAW_TRACEPOINT] = {"bpf_raw_tracepoint_args"},
	[BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE] = {"bpf_raw_tracepoint_args"},
	[BPF_PROG_TYPE_CGROUP_DEVICE] = {"bpf_cgroup_dev_ctx"},
	[BPF_PROG_TYPE_CGROUP_SYSCTL] = {"bpf_sysctl"},
	[BPF_PROG_TYPE_CGROUP_SOCKOPT] = {"bpf_sockopt"},
	[BPF_PROG_TYPE_SK_REUSEPORT] = {"sk_reuseport_md"},
	[BPF_PROG_TYPE_SK_LOOKUP] = {"bpf_sk_lookup"},
};

bool is_ctx_pointer(const struct btf_types *types, const struct btf_type *pointer, u32 prog_type)
{
	u32 id = btf_skip_mods(types, pointer->type);
	const struct btf_type *t = btf_type_by_id(types, id);

	if (!btf_is_composite(btf_kind(t)) || prog_type >= ARRAY_SIZE(ctx_structs))
		return false;
	for (u32 i = 0; i < ARRAY_SIZE(ctx_structs[0]) && ctx_structs[prog_type][i]; i++)
		if (!strcmp(btf_name(types, id), ctx_structs[prog_type][i]))
			return true;
	return false;
}

/* --- functions --- */

/* A function of the program, by its BTF. */
struct func {
	const struct btf_types *types;
	u32 id;
	const char *name;
	const struct btf_type *proto;
	bool global;
};

static struct func func_of(const struct env *env, u32 subprog)
{
	const struct prog *prog = env->v->prog;
	const struct btf_types *types = &btf_of(prog->btf)->types;
	u32 id = prog->func_info[subprog].type_id;

	return (struct func){
		.types = types,
		.id = id,
		.name = btf_name(types, id),
		.proto = btf_type_by_id(types, btf_type_by_id(types, id)->type),
		.global = subprog_is_global(env, subprog),
	};
}

/* The bytes that argument @i, a pointer, points to; or -EINVAL, with the line in the log. */
static s64 pointed_size(struct env *env, const struct func *f, u32 i, const struct btf_type *pointer)
{
	u32 id = btf_skip_mods(f->types, pointer->type);
	s64 size = btf_size(f->types, id);

	if (size < 0)
		return reject(env, ARG_SIZE_UNKNOWN, i, kind_text(btf_type_by_id(f->types, id)),
			      btf_name(f->types, id), (long)size);
	return size;
}

/* --- do registers fit --- */

static int check_pointer(struct env *env, const struct func *f, u32 i, const struct btf_type *t, bool call)
{
	u32 regno = i + 1;
	const struct reg *reg = &cur_regs(env)[regno];
	int err = check_arg_offset(env, regno, ARG_DONTCARE);
	s64 size;

	if (err)
		return err;
	if (is_ctx_pointer(f->types, t, resolved_prog_type(env))) {
		if (reg->type != PTR_TO_CTX)
			return reject_reg(env, regno, ARG_NOT_CTX, i, kind_text(t));
		return 0;
	}
	if (!f->global || !call)
		return reject_reg(env, regno, ARG_UNSUPPORTED, i, "", f->name, f->id);
	size = pointed_size(env, f, i, t);
	if (size < 0)
		return size;
	return check_mem_argument(env, regno, size) ? -EINVAL : 0;
}

static int check_argument(struct env *env, const struct func *f, u32 i, bool call)
{
	const struct btf_type *t = plain(f->types, btf_params(f->proto)[i].type);

	if (is_scalar(t))
		return cur_regs(env)[i + 1].type == SCALAR_VALUE
			       ? 0
			       : reject_reg(env, i + 1, ARG_NOT_SCALAR, i + 1);
	if (btf_kind(t) != BTF_KIND_PTR)
		return reject(env, ARG_UNRECOGNIZED, i, kind_text(t));
	return check_pointer(env, f, i, t, call);
}

int check_func_args(struct env *env, u32 subprog, bool call)
{
	struct verifier_subprog *sub = &env->v->subprog[subprog];
	struct func f;
	int err = 0;

	if (!env->v->prog->func_info_cnt || sub->args_unreliable)
		return -EINVAL;
	f = func_of(env, subprog);
	if (btf_vlen(f.proto) > ARGS)
		err = reject(env, TOO_MANY_ARGS, f.name, btf_vlen(f.proto), ARGS);
	for (u32 i = 0; i < btf_vlen(f.proto) && !err; i++)
		err = check_argument(env, &f, i, call);
	if (!err)
		return 0;
	sub->args_unreliable = true;
	env->w->rejection.reason = REASON_NONE; /* a hint that does not help */
	return err;
}

/* --- what a function's walk begins with --- */

static int set_pointer_argument(struct env *env, const struct func *f, u32 i, const struct btf_type *t,
				u32 prog_type)
{
	struct reg *reg = &cur_regs(env)[i + 1];
	s64 size;

	if (is_ctx_pointer(f->types, t, prog_type)) {
		reg->type = PTR_TO_CTX;
		reg_set_known_zero(reg);
		return 0;
	}
	size = pointed_size(env, f, i, t);
	if (size < 0)
		return size;
	reg->type = PTR_TO_MEM | PTR_MAYBE_NULL;
	reg_set_known_zero(reg);
	reg->mem_size = size;
	env->w->id_gen++; /* the kernel counts twice here */
	return 0;
}

static int set_argument(struct env *env, const struct func *f, u32 i)
{
	const struct btf_type *t = plain(f->types, btf_params(f->proto)[i].type);

	if (is_scalar(t)) {
		forget_value(env, &cur_regs(env)[i + 1]);
		return 0;
	}
	if (btf_kind(t) != BTF_KIND_PTR)
		return reject(env, GLOBAL_ARG_TYPE, i, kind_text(t), f->name);
	return set_pointer_argument(env, f, i, t, resolved_prog_type(env));
}

/* Global functions, and all of an extension: whatever the BTF allows. */
static int init_from_btf(struct env *env, u32 subprog)
{
	struct func f;
	int err = 0;

	if (!subprog_is_global(env, subprog))
		return reject(env, BUG_NOT_GLOBAL);
	f = func_of(env, subprog);
	if (env->v->log.level & LOG_STEPS)
		say(env, "Validating %s() func#%d...\n", f.name, subprog);
	if (env->v->subprog[subprog].args_unreliable)
		return reject(env, BUG_UNRELIABLE, f.name);
	if (btf_vlen(f.proto) > ARGS)
		return reject(env, GLOBAL_TOO_MANY_ARGS, f.name, btf_vlen(f.proto), ARGS);
	if (!is_scalar(plain(f.types, f.proto->type)))
		return reject(env, GLOBAL_RETURN_TYPE, f.name);
	for (u32 i = 0; i < btf_vlen(f.proto) && !err; i++)
		err = set_argument(env, &f, i);
	for (u32 i = BPF_REG_1; i <= BPF_REG_5 && !err; i++)
		if (base_type(cur_regs(env)[i].type) == PTR_TO_MEM)
			cur_regs(env)[i].id = ++env->w->id_gen;
	return err;
}

int init_arguments(struct env *env, u32 subprog, struct reg *regs)
{
	int err;

	if (subprog || env->v->prog->type == BPF_PROG_TYPE_EXT)
		return init_from_btf(env, subprog);
	regs[BPF_REG_1].type = PTR_TO_CTX;
	reg_set_known_zero(&regs[BPF_REG_1]);
	err = check_func_args(env, subprog, false);
	return err == -EFAULT ? err : 0;
}
