/*
 * PROG_LOAD up to the verifier: who may load what, and the copy of it. Mirrors the first half of bpf_prog_load in
 * kernel/bpf/syscall.c, whose order of checks it keeps.
 */
#include "prog.h"
#include "prog_rules.h"

#define INSN_MAX_UNPRIVILEGED 4096u /* BPF_MAXINSNS */
#define KNOWN_FLAGS                                                                                                    \
	(BPF_F_STRICT_ALIGNMENT | BPF_F_ANY_ALIGNMENT | BPF_F_TEST_STATE_FREQ | BPF_F_SLEEPABLE |                      \
	 BPF_F_TEST_RND_HI32 | BPF_F_XDP_HAS_FRAGS)

/* --- RIGHTS --- */

/* What the kernel takes for compatible with the GPL: such programs may call GPL-only helpers. */
static bool license_is_gpl(const char *license)
{
	static const char *const names[] = {
		"GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
	};

	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(license, names[i]))
			return true;
	return false;
}

static int read_license(struct sim *sim, struct call *call, bool *gpl)
{
	char license[128] = "";
	s64 len = copy_in_string(sim, call->task, license, call->attr.license, sizeof(license) - 1);

	if (len < 0)
		return len;
	*gpl = license_is_gpl(license);
	return 0;
}

static int check_size(struct sim *sim, struct call *call)
{
	u32 limit = bpf_capable(sim, call->task) ? INSN_MAX : INSN_MAX_UNPRIVILEGED;

	if (!call->attr.insn_cnt || call->attr.insn_cnt > limit)
		return sim_fail(&sim->why, -E2BIG, "a program has 1 to %u instructions here, not %u", limit,
				call->attr.insn_cnt);
	return 0;
}

/* attach_prog_fd: the program to attach to, or BTF of the kernel. */
static int find_attach_prog(struct sim *sim, struct call *call, struct obj **prog)
{
	u32 fd = call->attr.attach_prog_fd;
	int err;

	*prog = NULL;
	if (!fd)
		return 0;
	*prog = fd_obj(sim, call->task, fd, OBJ_PROG, &err);
	if (*prog)
		return 0;
	if (!fd_obj(sim, call->task, fd, OBJ_BTF, &err))
		return sim_fail(&sim->why, -EINVAL, "attach_prog_fd %u is neither a program nor BTF", fd);
	return sim_fail(&sim->why, -ENOTSUPP, "attach_btf_obj_fd %u is not the kernel's BTF", fd);
}

/* Memory for the program; nothing of it is copied yet. */
static int new_prog(struct sim *sim, struct call *call, struct prog_load *load)
{
	const union bpf_attr *attr = &call->attr;
	struct prog *prog = load->prog = sim_alloc(sim, sizeof(*prog));

	if (!prog)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a program");
	obj_init(&prog->obj, OBJ_PROG, NULL);
	prog->type = attr->prog_type;
	prog->flags = attr->prog_flags;
	prog->expected_attach_type = attr->expected_attach_type;
	prog->attach_btf_id = attr->attach_btf_id;
	prog->insn_cnt = attr->insn_cnt;
	prog->uid = call->task->uid;
	prog->jit_requested = sim->world->sysctl.bpf_jit_enable;
	prog->insns = sim_alloc(sim, prog->insn_cnt * sizeof(*prog->insns));
	prog->user_insns = sim_alloc(sim, prog->insn_cnt * sizeof(*prog->insns));
	if (!prog->insns || !prog->user_insns)
		return sim_fail(&sim->why, -ENOMEM, "no memory for %u instructions", prog->insn_cnt);
	return 0;
}

int prog_begin_rights(struct sim *sim, struct call *call, struct prog_load *load)
{
	union bpf_attr *attr = &call->attr;
	struct obj *attach_prog;
	bool gpl = false;
	int err;

	if (attr->prog_flags & ~KNOWN_FLAGS)
		return sim_fail(&sim->why, -EINVAL, "prog_flags 0x%x: Linux 6.1 knows 0x%x", attr->prog_flags,
				KNOWN_FLAGS);
	err = read_license(sim, call, &gpl);
	if (!err)
		err = check_size(sim, call);
	if (!err)
		err = prog_check_rights(sim, call->task, attr->prog_type);
	if (!err)
		err = find_attach_prog(sim, call, &attach_prog);
	if (err)
		return err;
	attr->expected_attach_type = prog_default_attach_type(attr->prog_type, attr->expected_attach_type);
	err = prog_check_attach(sim, attr->prog_type, attr->expected_attach_type, attach_prog, attr->attach_btf_id);
	if (!err)
		err = new_prog(sim, call, load);
	if (err)
		return err;
	load->prog->gpl = gpl;
	load->prog->attach_prog = attach_prog;
	if (attach_prog)
		obj_get(sim, attach_prog);
	return 0;
}

/* --- COPY, TYPE --- */

int prog_begin_copy(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct prog *prog = load->prog;
	u64 bytes = prog->insn_cnt * sizeof(*prog->insns);
	int err = copy_in(sim, call->task, prog->user_insns, call->attr.insns, bytes);

	if (!err)
		memcpy(prog->insns, prog->user_insns, bytes);
	return err;
}

/* prog_ifindex: the network card itself is to run the program. None of the simulated ones can. */
static int check_offload(struct sim *sim, const union bpf_attr *attr)
{
	const struct netdev *dev;

	if (!attr->prog_ifindex)
		return 0;
	if (attr->prog_type != BPF_PROG_TYPE_SCHED_CLS && attr->prog_type != BPF_PROG_TYPE_XDP)
		return sim_fail(&sim->why, -EINVAL, "prog_ifindex is for SCHED_CLS and XDP, not for type %u",
				attr->prog_type);
	if (attr->prog_flags)
		return sim_fail(&sim->why, -EINVAL, "with prog_ifindex, prog_flags must be 0, not 0x%x",
				attr->prog_flags);
	dev = netdev_by_index(sim, attr->prog_ifindex);
	if (!dev)
		return sim_fail(&sim->why, -EINVAL, "prog_ifindex %u: there is no such device", attr->prog_ifindex);
	return sim_fail(&sim->why, dev->native_xdp ? -EINVAL : -EOPNOTSUPP, "%s cannot run programs itself", dev->name);
}

int prog_begin_type(struct sim *sim, struct call *call, struct prog_load *load)
{
	const union bpf_attr *attr = &call->attr;
	struct prog *prog = load->prog;
	int len, err = check_offload(sim, attr);

	if (err)
		return err;
	if (!prog_type_exists(attr->prog_type))
		return sim_fail(&sim->why, -EINVAL, "there is no program type %u", attr->prog_type);
	prog->load_time = sim_ktime(sim);
	len = obj_name_check(attr->prog_name);
	if (len < 0)
		return sim_fail(&sim->why, -EINVAL,
				"a name has up to %u letters, digits, '_' and '.', and a zero at its end",
				BPF_OBJ_NAME_LEN - 1);
	memcpy(prog->obj.name, attr->prog_name, len);
	return 0;
}
