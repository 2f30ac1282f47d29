/*
 * Kernel functions that programs call directly, by their BTF id (check_kfunc_call of kernel/bpf/verifier.c).
 *
 * Simplified: there are no modules, so only the functions that 6.1 itself registers are there.
 */
#include "access.h"
#include "kfunc.h"

#define TYPE_BIT(type) (1ull << (type))
#define TRACING (TYPE_BIT(BPF_PROG_TYPE_TRACING) | TYPE_BIT(BPF_PROG_TYPE_LSM))
#define CONGESTION TYPE_BIT(BPF_PROG_TYPE_STRUCT_OPS)
#define TESTED (TRACING | TYPE_BIT(BPF_PROG_TYPE_SCHED_CLS) | TYPE_BIT(BPF_PROG_TYPE_SYSCALL))

/* Who may call what. */
static const struct {
	const char *name;
	u64 prog_types;           /* TYPE_BIT()s */
	u32 flags;                /* enum kfunc_flag */
} registered[] = {
	{"bpf_lookup_user_key", TRACING, KF_ACQUIRE | KF_RET_NULL | KF_SLEEPABLE},
	{"bpf_lookup_system_key", TRACING, KF_ACQUIRE | KF_RET_NULL},
	{"bpf_key_put", TRACING, KF_RELEASE},
	{"bpf_verify_pkcs7_signature", TRACING, KF_SLEEPABLE},
	{"crash_kexec", TRACING, KF_DESTRUCTIVE},
	{"cgroup_rstat_updated", TRACING, 0},
	{"cgroup_rstat_flush", TRACING, KF_SLEEPABLE},
	{"tcp_reno_ssthresh", CONGESTION, 0},
	{"tcp_reno_cong_avoid", CONGESTION, 0},
	{"tcp_reno_undo_cwnd", CONGESTION, 0},
	{"tcp_slow_start", CONGESTION, 0},
	{"tcp_cong_avoid_ai", CONGESTION, 0},
	{"cubictcp_init", CONGESTION, 0},
	{"cubictcp_recalc_ssthresh", CONGESTION, 0},
	{"cubictcp_cong_avoid", CONGESTION, 0},
	{"cubictcp_state", CONGESTION, 0},
	{"cubictcp_cwnd_event", CONGESTION, 0},
	{"cubictcp_acked", CONGESTION, 0},
	/* functions that the kernel has for its own tests */
	{"bpf_kfunc_call_test1", TESTED, 0},
	{"bpf_kfunc_call_test2", TESTED, 0},
	{"bpf_kfunc_call_test3", TESTED, 0},
	{"bpf_kfunc_call_test_acquire", TESTED, KF_ACQUIRE | KF_RET_NULL},
	{"bpf_kfunc_call_memb_acquire", TESTED, KF_ACQUIRE | KF_RET_NULL},
	{"bpf_kfunc_call_test_release", TESTED, KF_RELEASE},
	{"bpf_kfunc_call_memb_release", TESTED, KF_RELEASE},
	{"bpf_kfunc_call_memb1_release", TESTED, KF_RELEASE},
	{"bpf_kfunc_call_test_get_rdwr_mem", TESTED, KF_RET_NULL},
	{"bpf_kfunc_call_test_get_rdonly_mem", TESTED, KF_RET_NULL},
	{"bpf_kfunc_call_test_acq_rdonly_mem", TESTED, KF_ACQUIRE | KF_RET_NULL},
	{"bpf_kfunc_call_int_mem_release", TESTED, KF_RELEASE},
	{"bpf_kfunc_call_test_kptr_get", TESTED, KF_ACQUIRE | KF_RET_NULL | KF_KPTR_GET},
	{"bpf_kfunc_call_test_pass_ctx", TESTED, 0},
	{"bpf_kfunc_call_test_pass1", TESTED, 0},
	{"bpf_kfunc_call_test_pass2", TESTED, 0},
	{"bpf_kfunc_call_test_fail1", TESTED, 0},
	{"bpf_kfunc_call_test_fail2", TESTED, 0},
	{"bpf_kfunc_call_test_fail3", TESTED, 0},
	{"bpf_kfunc_call_test_mem_len_pass1", TESTED, 0},
	{"bpf_kfunc_call_test_mem_len_fail1", TESTED, 0},
	{"bpf_kfunc_call_test_mem_len_fail2", TESTED, 0},
	{"bpf_kfunc_call_test_ref", TESTED, KF_TRUSTED_ARGS},
	{"bpf_kfunc_call_test_destructive", TESTED, KF_DESTRUCTIVE},
};

bool kfunc_name(void *env, const struct bpf_insn *insn, struct text *out)
{
	const struct btf_types *types = ((const struct env *)env)->sim->host->vmlinux;

	if (insn->src_reg != BPF_PSEUDO_KFUNC_CALL || !types)
		return false;
	text_add(out, "%s#%d", btf_name(types, insn->imm), insn->imm);
	return true;
}

/* --- what it returns --- */

/* r0 holds @size bytes of a value; the rest is whatever the caller makes of it. */
static void mark_result(struct env *env, struct reg *r0, u32 size)
{
	r0->live |= LIVE_WRITTEN;
	r0->subreg_def = size == sizeof(u64) ? SUBREG_DEF_NONE : (s32)env->w->insn + 1;
}

static int return_memory(struct env *env, const struct kfunc *k, u32 id, struct reg *r0)
{
	if (!k->r0_size)
		return reject(env, KFUNC_RETURNS, k->name, kind_text(btf_type_by_id(k->types, id)),
			      btf_name(k->types, id));
	reg_set_known_zero(r0);
	r0->type = PTR_TO_MEM | (k->r0_rdonly ? MEM_RDONLY : 0);
	r0->mem_size = k->r0_size;
	r0->ref_obj_id = k->ref_obj_id; /* gone when that is released */
	return 0;
}

static int return_pointer(struct env *env, const struct kfunc *k, const struct btf_type *pointer, struct reg *r0)
{
	u32 id = btf_skip_mods(k->types, pointer->type);
	int err = 0;

	if (!btf_is_composite(btf_kind(btf_type_by_id(k->types, id)))) {
		err = return_memory(env, k, id, r0);
	} else {
		reg_set_known_zero(r0);
		r0->type = PTR_TO_BTF_ID;
		r0->btf_id = id;
	}
	if (err)
		return err;
	if (k->flags & KF_RET_NULL) {
		r0->type |= PTR_MAYBE_NULL;
		r0->id = ++env->w->id_gen;
	}
	mark_result(env, r0, sizeof(u64));
	if (!(k->flags & KF_ACQUIRE))
		return 0;
	err = acquire_reference(env, env->w->insn);
	if (err < 0)
		return err;
	r0->id = r0->ref_obj_id = err;
	return 0;
}

static bool points_to_struct(const struct kfunc *k, const struct btf_type *t)
{
	if (btf_kind(t) != BTF_KIND_PTR)
		return false;
	return btf_is_composite(btf_kind(plain(k->types, t->type)));
}

static int set_result(struct env *env, const struct kfunc *k)
{
	const struct btf_type *t = plain(k->types, k->proto->type);
	struct reg *r0 = &cur_regs(env)[BPF_REG_0];

	if ((k->flags & KF_ACQUIRE) && !points_to_struct(k, t))
		return reject(env, KFUNC_ACQUIRES_NOTHING);
	if (btf_kind(t) == BTF_KIND_PTR)
		return return_pointer(env, k, t, r0);
	if (btf_kind(t)) {
		forget_value(env, r0);
		mark_result(env, r0, t->size);
	}
	return 0;
}

/* --- the call --- */

static int find_kfunc(struct env *env, u32 id, struct kfunc *k)
{
	const struct btf_types *types = env->sim->host->vmlinux;
	const struct btf_type *func = types ? btf_type_by_id(types, id) : NULL;
	u32 i = 0;

	if (!func || btf_kind(func) != BTF_KIND_FUNC)
		return reject(env, KFUNC_NOT_FUNCTION, id);
	*k = (struct kfunc){types, id, btf_name(types, id), btf_type_by_id(types, func->type), .flags = 0};
	while (i < ARRAY_SIZE(registered) && strcmp(registered[i].name, k->name))
		i++;
	if (i == ARRAY_SIZE(registered) || !(registered[i].prog_types & TYPE_BIT(resolved_prog_type(env))))
		return reject(env, KFUNC_NOT_ALLOWED, k->name);
	k->flags = registered[i].flags;
	if ((k->flags & KF_DESTRUCTIVE) && !env->w->may.reboot)
		return reject(env, KFUNC_DESTRUCTIVE);
	return 0;
}

/* The arguments were read: all 64 bits of pointers, of numbers what the prototype says. */
static void note_reads(struct env *env, const struct kfunc *k)
{
	for (u32 i = 0; i < btf_vlen(k->proto); i++) {
		struct reg *reg = &cur_regs(env)[BPF_REG_1 + i];

		if (btf_size(k->types, btf_params(k->proto)[i].type) == sizeof(u64)) {
			want_zero_extension(env, reg);
			mark_read(env, reg, reg->parent, LIVE_READ64);
		} else {
			mark_read(env, reg, reg->parent, LIVE_READ32);
		}
	}
}

int walk_kfunc_call(struct env *env, const struct bpf_insn *insn)
{
	struct reg *regs = cur_regs(env);
	struct kfunc k;
	int err;

	if (!insn->imm)
		return 0; /* refused later, if it is not dead code */
	err = find_kfunc(env, insn->imm, &k);
	if (!err)
		err = check_kfunc_args(env, &k);
	if (err)
		return err;
	if ((k.flags & KF_RELEASE) && release_reference(env, regs[k.ref_regno].ref_obj_id))
		return reject_reg(env, k.ref_regno, KFUNC_NOT_ACQUIRED, k.name, k.id);
	for (u32 i = 0; i <= BPF_REG_5; i++)
		reg_set_not_init(&regs[i], !env->w->may.bpf_capable);
	err = set_result(env, &k);
	if (!err)
		note_reads(env, &k);
	return err;
}
