/*
 * PROG_LOAD, stage TARGET: what a program of a trampoline says it is for, and whether it may be attached
 * there.
 *
 * Mirrors check_attach_btf_id and bpf_check_attach_target of kernel/bpf/verifier.c, bpf_lsm_verify_prog of
 * kernel/bpf/bpf_lsm.c and bpf_iter_prog_supported of kernel/bpf/bpf_iter.c, messages and order. Debian's
 * kernel is built without CONFIG_FUNCTION_ERROR_INJECTION: no function is marked for it, so programs that
 * trace functions never sleep, and only the security hooks' callers have results that programs may change.
 */
#include "btf_obj.h"
#include "prog.h"
#include "progs/struct_ops.h"
#include "verifier/func_model.h"

#define TYPE_BIT(type) (1ull << (type))
/* The types that trampolines call: they may sleep, and say what they are attached to when they are loaded. */
#define SLEEPABLE_TYPES                                                                                      \
	(TYPE_BIT(BPF_PROG_TYPE_TRACING) | TYPE_BIT(BPF_PROG_TYPE_LSM) | TYPE_BIT(BPF_PROG_TYPE_KPROBE))
#define TARGET_TYPES                                                                                         \
	(TYPE_BIT(BPF_PROG_TYPE_TRACING) | TYPE_BIT(BPF_PROG_TYPE_LSM) | TYPE_BIT(BPF_PROG_TYPE_EXT))

/* What attach_btf_id means. */
struct target {
	const struct prog *prog; /* whose function it is; NULL = the kernel's */
	const struct btf_types *types;
	u32 id;
	const struct btf_type *type;
	const char *name;
	bool unreliable; /* a program's function that is not called as its BTF says */
};

static bool is_prefix(const char *prefix, const char *name)
{
	return !strncmp(name, prefix, strlen(prefix));
}

static int check_sleepable(struct sim *sim, struct verifier *v)
{
	const struct prog *prog = v->prog;
	bool sleepable = prog->flags & BPF_F_SLEEPABLE;

	if (prog->type == BPF_PROG_TYPE_SYSCALL)
		return sleepable
			       ? 0
			       : verifier_reject(sim, v, -EINVAL, "Syscall programs can only be sleepable\n");
	if (sleepable && !(SLEEPABLE_TYPES & TYPE_BIT(prog->type)))
		return verifier_reject(sim, v, -EINVAL,
				       "Only fentry/fexit/fmod_ret, lsm, and kprobe/uprobe programs can be "
				       "sleepable\n");
	if (sleepable && prog->type == BPF_PROG_TYPE_LSM && prog->expected_attach_type == BPF_LSM_CGROUP)
		return verifier_reject(sim, v, -EINVAL, "BPF_LSM_CGROUP programs cannot be sleepable\n");
	return 0;
}

/* --- functions of other programs --- */

static int check_pair(struct sim *sim, struct verifier *v, const struct prog *prog, const struct prog *target)
{
	bool traces = target->expected_attach_type == BPF_TRACE_FENTRY ||
		      target->expected_attach_type == BPF_TRACE_FEXIT;

	if (target->type == prog->type)
		return verifier_reject(sim, v, -EINVAL, "Cannot recursively attach\n");
	if (prog->type == BPF_PROG_TYPE_EXT && target->type == BPF_PROG_TYPE_TRACING && traces)
		return verifier_reject(sim, v, -EINVAL, "Cannot extend fentry/fexit\n");
	return 0;
}

static int check_function_of(struct sim *sim, struct verifier *v, struct target *target)
{
	const struct prog *prog = v->prog, *other = target->prog;
	u32 i = 0;

	while (i < other->func_info_cnt && other->func_info[i].type_id != target->id)
		i++;
	if (i == other->func_info_cnt)
		return verifier_reject(sim, v, -EINVAL, "Subprog %s doesn't exist\n", target->name);
	target->unreliable = other->subprogs[i].args_unreliable;
	if (prog->type == BPF_PROG_TYPE_EXT && target->unreliable)
		return verifier_reject(sim, v, -EINVAL, "Cannot replace static functions\n");
	if (prog->type == BPF_PROG_TYPE_EXT && !prog->jit_requested)
		return verifier_reject(sim, v, -EINVAL, "Extension programs should be JITed\n");
	if (!other->jit_requested)
		return verifier_reject(sim, v, -EINVAL, "Can attach to only JITed progs\n");
	return check_pair(sim, v, prog, other);
}

static int find_target(struct sim *sim, struct verifier *v, struct target *target)
{
	const struct prog *prog = v->prog;

	*target = (struct target){.id = prog->attach_btf_id, .types = sim->host->vmlinux};
	if (prog->attach_prog) {
		target->prog = container_of(prog->attach_prog, struct prog, obj);
		target->types = target->prog->btf ? &btf_of(target->prog->btf)->types : NULL;
	}
	if (!target->id)
		return verifier_reject(sim, v, -EINVAL, "Tracing programs must provide btf_id\n");
	if (!target->types)
		return verifier_reject(
			sim, v, -EINVAL,
			"FENTRY/FEXIT program can only be attached to another program annotated "
			"with BTF\n");
	target->type = btf_type_by_id(target->types, target->id);
	if (!target->type)
		return verifier_reject(sim, v, -EINVAL, "attach_btf_id %u is invalid\n", target->id);
	target->name = btf_name(target->types, target->id);
	if (target->prog)
		return check_function_of(sim, v, target);
	if (prog->type == BPF_PROG_TYPE_EXT)
		return verifier_reject(sim, v, -EINVAL, "Cannot replace kernel functions\n");
	return 0;
}

/* --- what may be attached, by attach type --- */

static int want_function(struct sim *sim, struct verifier *v, const struct target *target)
{
	if (btf_kind(target->type) == BTF_KIND_FUNC)
		return 0;
	return verifier_reject(sim, v, -EINVAL, "attach_btf_id %u is not a function\n", target->id);
}

static int check_model(struct sim *sim, struct verifier *v, const struct target *target)
{
	const struct btf_type *proto = btf_type_by_id(target->types, target->type->type);

	return check_func_model(sim, v, target->types, proto, target->name);
}

/* A raw tracepoint is a typedef of a pointer to a function. */
static int check_raw_tp(struct sim *sim, struct verifier *v, const struct target *target)
{
	if (target->prog)
		return verifier_reject(sim, v, -EINVAL,
				       "Only FENTRY/FEXIT progs are attachable to another BPF prog\n");
	if (btf_kind(target->type) != BTF_KIND_TYPEDEF)
		return verifier_reject(sim, v, -EINVAL, "attach_btf_id %u is not a typedef\n", target->id);
	if (!is_prefix("btf_trace_", target->name))
		return verifier_reject(sim, v, -EINVAL, "attach_btf_id %u points to wrong type name %s\n",
				       target->id, target->name);
	return 0;
}

static int check_iter(struct sim *sim, struct verifier *v, const struct target *target)
{
	int err = want_function(sim, v, target);

	return err ? err : check_model(sim, v, target);
}

static int check_sleeping_target(struct sim *sim, struct verifier *v, const struct target *target)
{
	if (v->prog->type == BPF_PROG_TYPE_LSM && !target->prog && lsm_hook_sleeps(target->name))
		return 0;
	return verifier_reject(sim, v, -EINVAL, "%s is not sleepable\n", target->name);
}

static int check_modified_result(struct sim *sim, struct verifier *v, const struct target *target)
{
	if (target->prog)
		return verifier_reject(sim, v, -EINVAL, "can't modify return codes of BPF programs\n");
	if (!is_prefix("security_", target->name))
		return verifier_reject(sim, v, -EINVAL, "%s() is not modifiable\n", target->name);
	return 0;
}

static int check_function(struct sim *sim, struct verifier *v, const struct target *target)
{
	const struct prog *prog = v->prog;
	int err = want_function(sim, v, target);

	if (!err && prog->type == BPF_PROG_TYPE_EXT)
		err = prog_check_replacement(sim, v, target->types, target->type);
	if (!err && !target->unreliable)
		err = check_model(sim, v, target);
	if (err)
		return err;
	if (prog->flags & BPF_F_SLEEPABLE)
		return check_sleeping_target(sim, v, target);
	return prog->expected_attach_type == BPF_MODIFY_RETURN ? check_modified_result(sim, v, target) : 0;
}

static int (*const checks[])(struct sim *sim, struct verifier *v, const struct target *target) = {
	[BPF_TRACE_RAW_TP] = check_raw_tp,    [BPF_TRACE_ITER] = check_iter,
	[BPF_TRACE_FENTRY] = check_function,  [BPF_TRACE_FEXIT] = check_function,
	[BPF_MODIFY_RETURN] = check_function, [BPF_LSM_MAC] = check_function,
	[BPF_LSM_CGROUP] = check_function,
};

static int check_attach_type(struct sim *sim, struct verifier *v, const struct target *target)
{
	u32 type = v->prog->expected_attach_type;

	if (type < ARRAY_SIZE(checks) && checks[type])
		return checks[type](sim, v, target);
	if (v->prog->type == BPF_PROG_TYPE_EXT)
		return check_function(sim, v, target);
	return sim_fail(&sim->why, -EINVAL,
			"programs that are attached to functions have no expected_attach_type %u", type);
}

/* --- rules of single kinds --- */

static int check_lsm_hook(struct sim *sim, struct verifier *v, const struct target *target)
{
	if (!v->prog->gpl)
		return verifier_reject(sim, v, -EINVAL, "LSM programs must have a GPL compatible license\n");
	if (lsm_hook_disabled(target->name))
		return verifier_reject(sim, v, -EINVAL, "attach_btf_id %u points to disabled hook %s\n",
				       target->id, target->name);
	if (!lsm_hook_exists(target->name))
		return verifier_reject(sim, v, -EINVAL, "attach_btf_id %u points to wrong type name %s\n",
				       target->id, target->name);
	return 0;
}

/* Functions that trampolines call themselves. */
static bool is_denied(const char *name)
{
	return !strcmp(name, "migrate_disable") || !strcmp(name, "migrate_enable");
}

static int check_kind(struct sim *sim, struct verifier *v, const struct target *target)
{
	const struct prog *prog = v->prog;

	if (prog->expected_attach_type == BPF_TRACE_RAW_TP)
		return 0;
	if (prog->expected_attach_type == BPF_TRACE_ITER)
		return iterator_exists(target->name)
			       ? 0
			       : sim_fail(&sim->why, -EINVAL, "%s is no iterator", target->name);
	if (prog->type == BPF_PROG_TYPE_LSM)
		return check_lsm_hook(sim, v, target);
	if (prog->type == BPF_PROG_TYPE_TRACING && !target->prog && is_denied(target->name))
		return sim_fail(&sim->why, -EINVAL, "%s() is called around each program: it cannot be traced",
				target->name);
	return 0;
}

/* --- tables of functions --- */

static int check_member(struct sim *sim, struct verifier *v, const struct ops_table *table,
			const struct btf_type *t)
{
	const struct btf_types *types = sim->host->vmlinux;
	u32 member = v->prog->expected_attach_type;
	const char *name;

	if (member >= btf_vlen(t))
		return verifier_reject(sim, v, -EINVAL, "attach to invalid member idx %u of struct %s\n",
				       member, table->name);
	name = btf_str(types, btf_members(t)[member].name_off);
	if (!ops_proto(types, t, member))
		return verifier_reject(sim, v, -EINVAL, "attach to invalid member %s(@idx %u) of struct %s\n",
				       name, member, table->name);
	if (table->refused && !strcmp(table->refused, name))
		return verifier_reject(sim, v, -ENOTSUPP, "attach to unsupported member %s of struct %s\n",
				       name, table->name);
	return 0;
}

static int check_struct_ops(struct sim *sim, struct verifier *v)
{
	u32 id = v->prog->attach_btf_id;
	const struct btf_type *t = sim->host->vmlinux ? btf_type_by_id(sim->host->vmlinux, id) : NULL;
	const struct ops_table *table = NULL;

	if (!v->prog->gpl)
		return verifier_reject(sim, v, -EINVAL,
				       "struct ops programs must have a GPL compatible license\n");
	if (t && btf_kind(t) == BTF_KIND_STRUCT)
		table = ops_table_by_name(btf_name(sim->host->vmlinux, id));
	if (!table)
		return verifier_reject(sim, v, -ENOTSUPP, "attach_btf_id %u is not a supported struct\n", id);
	return check_member(sim, v, table, t);
}

int prog_check_target(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct verifier *v = load->verifier;
	struct prog *prog = v->prog;
	struct target target;
	int err = check_sleepable(sim, v);

	(void)call;
	if (err)
		return err;
	if (prog->type == BPF_PROG_TYPE_STRUCT_OPS)
		return check_struct_ops(sim, v);
	if (!(TARGET_TYPES & TYPE_BIT(prog->type)))
		return 0;
	err = find_target(sim, v, &target);
	if (!err)
		err = check_attach_type(sim, v, &target);
	if (err)
		return err;
	/* An extension stands in for the other program from here on. */
	if (prog->type == BPF_PROG_TYPE_EXT)
		prog->expected_attach_type = target.prog->expected_attach_type;
	return check_kind(sim, v, &target);
}
