/*
 * The context of TRACING and LSM programs: the arguments of the function that they are attached to, 8 bytes each, behind them what it
 * returns. BTF says what each one is (btf_ctx_access of kernel/bpf/btf.c).
 */
#include "btf_ctx.h"
#include "call.h"

#define SLOT 8u
#define MAX_ARGS 12u             /* MAX_BPF_FUNC_ARGS */
#define UNKNOWN_FUNC_ARGS 5u     /* MAX_BPF_FUNC_REG_ARGS: what a function without BTF has */

/* What an iterator hands to its programs, where that is more than BTF says (bpf_iter_reg.ctx_arg_info). */
#define OBJECT (PTR_TO_BTF_ID | PTR_MAYBE_NULL)

static const struct {
	const char *func;
	u32 off;
	u32 type;
	const char *object;              /* OBJECT: the struct that it points to */
} iterator_args[] = {
	{"bpf_iter_bpf_link", 8, OBJECT, "bpf_link"},
	{"bpf_iter_bpf_map", 8, OBJECT, "bpf_map"},
	{"bpf_iter_bpf_map_elem", 16, PTR_TO_BUF | PTR_MAYBE_NULL | MEM_RDONLY, NULL},
	{"bpf_iter_bpf_map_elem", 24, PTR_TO_BUF | PTR_MAYBE_NULL, NULL},
	{"bpf_iter_bpf_prog", 8, OBJECT, "bpf_prog"},
	{"bpf_iter_bpf_sk_storage_map", 16, OBJECT, "sock"},
	{"bpf_iter_bpf_sk_storage_map", 24, PTR_TO_BUF | PTR_MAYBE_NULL, NULL},
	{"bpf_iter_cgroup", 8, OBJECT, "cgroup"},
	{"bpf_iter_ipv6_route", 8, OBJECT, "fib6_info"},
	{"bpf_iter_ksym", 8, OBJECT, "kallsym_iter"},
	{"bpf_iter_netlink", 8, OBJECT, "netlink_sock"},
	{"bpf_iter_sockmap", 16, PTR_TO_BUF | PTR_MAYBE_NULL | MEM_RDONLY, NULL},
	{"bpf_iter_sockmap", 24, OBJECT, "sock"},
	{"bpf_iter_task", 8, OBJECT, "task_struct"},
	{"bpf_iter_task_file", 8, OBJECT, "task_struct"},
	{"bpf_iter_task_file", 24, OBJECT, "file"},
	{"bpf_iter_task_vma", 8, OBJECT, "task_struct"},
	{"bpf_iter_task_vma", 16, OBJECT, "vm_area_struct"},
	{"bpf_iter_tcp", 8, OBJECT, "sock_common"},
	{"bpf_iter_udp", 8, OBJECT, "udp_sock"},
	{"bpf_iter_unix", 8, OBJECT, "unix_sock"},
};

/* The function that the program is attached to. */
struct target {
	const struct prog *prog;         /* whose it is; NULL: the kernel's */
	const struct btf_types *types;
	const char *name;
	const struct btf_type *proto;    /* NULL: it has no BTF */
	u32 first;                       /* parameters that programs do not see */
};

#define TRACE_PREFIX "btf_trace_" /* of a raw tracepoint's type */

/* A raw tracepoint is a typedef of a pointer to a function whose first parameter is not for programs. */
static const struct btf_type *proto_of(const struct btf_types *types, const struct btf_type *t, u32 *first)
{
	*first = 0;
	if (btf_kind(t) == BTF_KIND_FUNC)
		return btf_type_by_id(types, t->type);
	if (btf_kind(t) != BTF_KIND_TYPEDEF)
		return NULL;
	*first = 1;
	t = btf_type_by_id(types, t->type);
	t = t && btf_kind(t) == BTF_KIND_PTR ? btf_type_by_id(types, t->type) : NULL;
	return t && btf_kind(t) == BTF_KIND_FUNC_PROTO ? t : NULL;
}

/* Is the function called with something else than its BTF says? */
static bool is_unreliable(const struct prog *prog, u32 func_id)
{
	for (u32 i = 0; i < prog->func_info_cnt; i++)
		if (prog->func_info[i].type_id == func_id)
			return prog->subprogs[i].args_unreliable;
	return true;
}

const struct ops_table *ops_table_of(const struct env *env)
{
	const struct prog *prog = env->v->prog;
	const struct btf_types *types = env->sim->host->vmlinux;

	return types && prog->type == BPF_PROG_TYPE_STRUCT_OPS ? ops_table_by_name(btf_name(types, prog->attach_btf_id)) : NULL;
}

/* A function of a table of the kernel. */
static bool find_member(const struct prog *prog, const struct btf_type *table, struct target *target)
{
	if (prog->expected_attach_type >= btf_vlen(table))
		return false;
	target->name = btf_str(target->types, btf_members(table)[prog->expected_attach_type].name_off);
	target->proto = ops_proto(target->types, table, prog->expected_attach_type);
	target->first = 0;
	return target->proto;
}

static bool find_target(const struct env *env, struct target *target)
{
	const struct prog *prog = env->v->prog;
	const struct btf_type *t;

	target->prog = prog->attach_prog ? container_of(prog->attach_prog, struct prog, obj) : NULL;
	target->types = btf_types_of(env, target->prog ? btf_of(target->prog->btf) : NULL);
	t = target->types ? btf_type_by_id(target->types, prog->attach_btf_id) : NULL;
	if (!t)
		return false;
	if (ops_table_of(env))
		return find_member(prog, t, target);
	target->name = btf_str(target->types, t->name_off);
	target->proto = proto_of(target->types, t, &target->first);
	if (target->prog && is_unreliable(target->prog, prog->attach_btf_id))
		target->proto = NULL;
	if (btf_kind(t) == BTF_KIND_TYPEDEF && !strncmp(target->name, TRACE_PREFIX, strlen(TRACE_PREFIX)))
		target->name += strlen(TRACE_PREFIX);
	return true;
}

static u32 slots_of(const struct btf_types *types, u32 id)
{
	const struct btf_type *t = plain(types, id);

	if (!t || btf_kind(t) == BTF_KIND_PTR)
		return t ? 1 : 0;
	return (t->size + SLOT - 1) / SLOT;
}

/* Which parameter lies at @off: its index, the number of parameters for the returned value, more: none. */
static u32 argument_at(const struct target *target, u32 off)
{
	u32 n = target->proto ? btf_vlen(target->proto) : 0, end = 0;

	if (!target->proto)
		return off / SLOT;
	for (u32 i = 0; i < n; i++) {
		end += SLOT * slots_of(target->types, btf_params(target->proto)[i].type);
		if (off < end)
			return i;
	}
	end += SLOT * slots_of(target->types, target->proto->type);
	return off < end ? n : n + 1;
}

static bool no_such_argument(struct env *env, const struct target *target, u32 arg)
{
	reject(env, ARG_MISSING, target->name, arg + 1);
	return false;
}

/* The returned value: only programs that run after the function see it. */
static bool returned_type(struct env *env, const struct target *target, u32 arg, u32 *id)
{
	u32 attach = env->v->prog->expected_attach_type;
	const struct btf_type *t;

	*id = target->proto ? target->proto->type : 0;
	if (attach == BPF_TRACE_FEXIT || attach == BPF_LSM_MAC || attach == BPF_LSM_CGROUP)
		return true;
	if (attach != BPF_MODIFY_RETURN)
		return no_such_argument(env, target, arg);
	t = target->proto ? plain(target->types, *id) : NULL;
	if (!t)
		return false;
	if (btf_kind(t) == BTF_KIND_INT && t->size <= SLOT)
		return true;
	reject(env, FMOD_RET_TYPE, kind_text(t));
	return false;
}

static bool is_number(const struct btf_type *t)
{
	u32 kind = btf_kind(t);

	return (kind == BTF_KIND_INT && t->size <= SLOT) || kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64 ||
	       kind == BTF_KIND_STRUCT;
}

static bool iterator_argument(const struct env *env, const struct target *target, u32 off, struct btf_found *found)
{
	if (env->v->prog->expected_attach_type != BPF_TRACE_ITER)
		return false;
	for (u32 i = 0; i < ARRAY_SIZE(iterator_args); i++) {
		const char *object = iterator_args[i].object;

		if (iterator_args[i].off != off || strcmp(iterator_args[i].func, target->name))
			continue;
		*found = (struct btf_found){iterator_args[i].type, object ? btf_find(target->types, object, BTF_KIND_STRUCT) : 0};
		return true;
	}
	return false;
}

#define MEMBER_PREFIX "BPF_PROG_TYPE_"

/* The struct that the kernel has behind the context of programs of this type; 0: none is known. */
static u32 kernel_context(const struct env *env, const struct prog *prog)
{
	const struct btf_types *types = env->sim->host->vmlinux;
	const struct btf_type *pairs = btf_type_by_id(types, btf_find(types, "bpf_ctx_convert", BTF_KIND_STRUCT));
	const char *type = prog_rules_of(prog)->name;

	for (u32 i = 0; i < btf_vlen(pairs); i++) {
		const char *name = btf_str(types, btf_members(pairs)[i].name_off) + strlen(MEMBER_PREFIX);

		if (!strncmp(name, type, strlen(type)) && !strcmp(name + strlen(type), "_kern"))
			return btf_members(pairs)[i].type;
	}
	return 0;
}

/* A function of a program: its context is the kernel's struct for those who trace it, other pointers are nothing. */
static bool context_argument(const struct env *env, const struct target *target, const struct btf_type *pointer,
			     struct btf_found *found)
{
	if (!env->sim->host->vmlinux || !is_ctx_pointer(target->types, pointer, prog_acting_type(target->prog)))
		return false;
	*found = (struct btf_found){PTR_TO_BTF_ID, kernel_context(env, target->prog)};
	return found->id;
}

/* A pointer to a struct can be followed; one to something else is as good as a number. */
static bool pointer_argument(struct env *env, const struct target *target, u32 arg, const struct btf_type *pointer,
			     struct btf_found *found)
{
	const struct btf_types *types = target->types;
	u32 id = btf_skip_mods(types, pointer->type);
	const struct btf_type *t = btf_type_by_id(types, id);
	const struct ops_table *table = ops_table_of(env);

	if (!pointer->type || (t && btf_kind(t) == BTF_KIND_INT))
		return true;
	if (target->prog)
		return context_argument(env, target, pointer, found);
	if (!t || !btf_is_composite(btf_kind(t))) {
		reject(env, ARG_NOT_STRUCT, target->name, arg, kind_text(t));
		return false;
	}
	*found = (struct btf_found){PTR_TO_BTF_ID | btf_tag_flags(types, pointer->type), id};
	say(env, "func '%s' arg%d has btf_id %d type %s '%s'\n", target->name, arg, id, kind_text(t),
	    shown_name(types, t->name_off));
	if (table && table->full_socket && found->type == PTR_TO_BTF_ID && id == kernel_struct(env, "sock"))
		found->id = kernel_struct(env, "tcp_sock");
	return true;
}

static bool argument_of_type(struct env *env, const struct target *target, u32 arg, u32 id, struct btf_found *found)
{
	const struct btf_type *t = plain(target->types, id);

	if (!t || is_number(t))
		return t != NULL;
	if (btf_kind(t) == BTF_KIND_PTR)
		return pointer_argument(env, target, arg, t, found);
	reject(env, ARG_NOT_POINTER, target->name, arg, shown_name(target->types, t->name_off), kind_text(t));
	return false;
}

bool btf_ctx_argument(struct env *env, const struct access *a, struct btf_found *found)
{
	struct target target;
	u32 arg, nargs, id;

	*found = (struct btf_found){SCALAR_VALUE, 0};
	if (a->off < 0 || (u32)a->off >= SLOT * MAX_ARGS || a->kind != ACCESS_READ || a->off % (s32)a->size ||
	    !find_target(env, &target))
		return false;
	if (a->off % (s32)SLOT) {
		reject(env, ARG_OFFSET, target.name, a->off);
		return false;
	}
	arg = argument_at(&target, (u32)a->off);
	nargs = (target.proto ? btf_vlen(target.proto) : UNKNOWN_FUNC_ARGS) - target.first;
	if (arg > nargs)
		return no_such_argument(env, &target, arg);
	if (arg < nargs && !target.proto)
		return true;
	if (arg < nargs)
		id = btf_params(target.proto)[arg + target.first].type;
	else if (!returned_type(env, &target, arg, &id))
		return false;
	if (!target.proto || iterator_argument(env, &target, (u32)a->off, found))
		return true;
	return argument_of_type(env, &target, arg, id, found);
}
