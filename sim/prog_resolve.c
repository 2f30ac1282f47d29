/*
 * What a program refers to by number becomes the thing itself: maps by fd. The tag.
 *
 * Mirrors resolve_pseudo_ldimm64 and check_map_prog_compatibility of kernel/bpf/verifier.c and bpf_prog_calc_tag of
 * kernel/bpf/core.c.
 */
#include "btf.h"
#include "prog.h"
#include "sha1.h"

#define MAX_VAR_OFF (1u << 29)  /* kernel: BPF_MAX_VAR_OFF */

#define TYPE_BIT(type) (1ull << (type))
#define TRACING_TYPES                                                                                                  \
	(TYPE_BIT(BPF_PROG_TYPE_KPROBE) | TYPE_BIT(BPF_PROG_TYPE_TRACEPOINT) | TYPE_BIT(BPF_PROG_TYPE_PERF_EVENT) |    \
	 TYPE_BIT(BPF_PROG_TYPE_RAW_TRACEPOINT) | TYPE_BIT(BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE))

static bool is_map_ref(const struct bpf_insn *insn)
{
	return insn_is_ld_imm64(insn) && (insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE);
}

static bool is_second_half(const struct bpf_insn *insn)
{
	return !insn->code && !insn->dst_reg && !insn->src_reg && !insn->off;
}

void prog_calc_tag(struct prog *prog)
{
	u8 digest[SHA1_SIZE];
	bool after_map_ref = false;
	struct sha1 sha1;

	sha1_init(&sha1);
	for (u32 i = 0; i < prog->insn_cnt; i++) {
		struct bpf_insn insn = prog->insns[i];
		bool map_ref = !after_map_ref && is_map_ref(&insn);

		/* fds and offsets differ from load to load */
		if (map_ref || (after_map_ref && is_second_half(&insn)))
			insn.imm = 0;
		after_map_ref = map_ref;
		sha1_add(&sha1, &insn, sizeof(insn));
	}
	sha1_end(&sha1, digest);
	memcpy(prog->tag, digest, sizeof(prog->tag));
}

void prog_func_tag(const struct prog *prog, u32 func, u8 tag[BPF_TAG_SIZE])
{
	const struct xlated *xlated = prog->xlated;
	u8 digest[SHA1_SIZE];
	struct sha1 sha1;
	u32 end;

	if (!xlated || xlated->nsubprogs == 1) {
		memcpy(tag, prog->tag, BPF_TAG_SIZE);
		return;
	}
	sha1_init(&sha1);
	end = func + 1 < xlated->nsubprogs ? xlated->subprogs[func + 1].start : xlated->insn_cnt;
	for (u32 i = xlated->subprogs[func].start; i < end; i++) {
		struct bpf_insn insn = xlated->insns[i];

		if (insn_is_ld_imm64(&insn) || (i && insn_is_ld_imm64(&xlated->insns[i - 1])))
			insn.imm = 0;
		sha1_add(&sha1, &insn, sizeof(insn));
	}
	sha1_end(&sha1, digest);
	memcpy(tag, digest, BPF_TAG_SIZE);
}

/* --- maps --- */

static int check_lock_user(struct sim *sim, struct verifier *v, u32 type)
{
	if (type == BPF_PROG_TYPE_SOCKET_FILTER)
		return verifier_reject(sim, v, -EINVAL, "socket filter progs cannot use bpf_spin_lock yet\n");
	if (TRACING_TYPES & TYPE_BIT(type))
		return verifier_reject(sim, v, -EINVAL, "tracing progs cannot use bpf_spin_lock yet\n");
	if (v->prog->flags & BPF_F_SLEEPABLE)
		return verifier_reject(sim, v, -EINVAL, "sleepable progs cannot use bpf_spin_lock yet\n");
	return 0;
}

/* No map lives on a network card here, and no program does: they always match. */
static int check_compatible(struct sim *sim, struct verifier *v, const struct map *map)
{
	u32 type = prog_acting_type(v->prog), traits = map_ops(map)->traits;
	int err = map->spin_lock_off >= 0 ? check_lock_user(sim, v, type) : 0;

	if (err)
		return err;
	if (map->timer_off >= 0 && (TRACING_TYPES & TYPE_BIT(type)))
		return verifier_reject(sim, v, -EINVAL, "tracing progs cannot use bpf_timer yet\n");
	if (traits & MAP_TRAIT_VMLINUX_VALUE)
		return verifier_reject(sim, v, -EINVAL, "bpf_struct_ops map cannot be used in prog\n");
	if ((v->prog->flags & BPF_F_SLEEPABLE) && !(traits & MAP_TRAIT_SLEEPABLE))
		return verifier_reject(sim, v, -EINVAL, "Sleepable programs can only use array, hash, and ringbuf maps\n");
	return 0;
}

/* ld_imm64 with the address of a value: its offset is the second half's imm. */
static int value_address(struct sim *sim, struct verifier *v, const struct map *map, u32 off, u64 *addr)
{
	int err = 0;

	if (off >= MAX_VAR_OFF)
		return verifier_reject(sim, v, -EINVAL, "direct value offset of %u is not allowed\n", off);
	if (!(map_ops(map)->traits & MAP_TRAIT_DIRECT))
		return verifier_reject(sim, v, -EINVAL, "no direct value access support for this map type\n");
	if (map->k.max_entries != 1)
		err = -ENOTSUPP;
	else if (off >= map->k.value_size)
		err = -EINVAL;
	if (err)
		return verifier_reject(sim, v, err, "invalid access to map value pointer, value_size=%u off=%u\n",
				       map->k.value_size, off);
	*addr = (u64)map->k.value + off;
	return 0;
}

/* The fd itself, or the number of its place in fd_array. */
static int read_fd(struct sim *sim, struct call *call, struct verifier *v, const struct bpf_insn *insn, s32 *fd)
{
	if (insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE) {
		*fd = insn->imm;
		return 0;
	}
	if (!call->attr.fd_array)
		return verifier_reject(sim, v, -EPROTO, "fd_idx without fd_array is invalid\n");
	return copy_in(sim, call->task, fd, call->attr.fd_array + (s64)insn->imm * sizeof(*fd), sizeof(*fd));
}

static int find_map(struct sim *sim, struct call *call, struct verifier *v, const struct bpf_insn *insn,
		    struct map **map)
{
	s32 fd;
	int err = read_fd(sim, call, v, insn, &fd);

	if (err)
		return err;
	*map = (struct map *)fd_obj(sim, call->task, fd, OBJ_MAP, &err);
	if (!*map)
		return verifier_reject(sim, v, err, "fd %d is not pointing to valid bpf_map\n", fd);
	return check_compatible(sim, v, *map);
}

int prog_use_map(struct sim *sim, struct prog *prog, struct map *map)
{
	struct map **maps;

	for (u32 i = 0; i < prog->nused_maps; i++)
		if (prog->used_maps[i] == map)
			return 0;
	maps = sim_alloc(sim, (prog->nused_maps + 1) * sizeof(*maps));
	if (!maps)
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more map of the program");
	if (prog->nused_maps)
		memcpy(maps, prog->used_maps, prog->nused_maps * sizeof(*maps));
	sim_free(sim, prog->used_maps);
	maps[prog->nused_maps++] = map;
	prog->used_maps = maps;
	obj_get(sim, &map->obj);
	return 0;
}

static bool uses_map(const struct prog *prog, const struct map *map)
{
	for (u32 i = 0; i < prog->nused_maps; i++)
		if (prog->used_maps[i] == map)
			return true;
	return false;
}

/* The storage of a run is found by its kind: bpf_cgroup_storage_assign. */
static int check_run_storage(struct sim *sim, struct verifier *v, const struct map *map)
{
	const struct map_ops *ops = map_ops(map);

	for (u32 i = 0; ops->run_value_new && i < v->prog->nused_maps; i++) {
		const struct map *other = v->prog->used_maps[i];

		if (other != map && map_ops(other)->run_value_new && map_ops(other)->run_storage == ops->run_storage)
			return verifier_reject(sim, v, -EBUSY, "only one cgroup storage of each type is allowed\n");
	}
	return 0;
}

static int resolve_map(struct sim *sim, struct call *call, struct verifier *v, struct bpf_insn *insn)
{
	bool value = insn->src_reg == BPF_PSEUDO_MAP_VALUE || insn->src_reg == BPF_PSEUDO_MAP_IDX_VALUE;
	struct map *map;
	u64 addr;
	int err;

	if (!value && insn[1].imm)
		return verifier_reject(sim, v, -EINVAL, "unrecognized bpf_ld_imm64 insn\n");
	err = find_map(sim, call, v, insn, &map);
	if (err)
		return err;
	addr = (u64)&map->k;
	if (value)
		err = value_address(sim, v, map, insn[1].imm, &addr);
	if (err)
		return err;
	insn[0].imm = addr;
	insn[1].imm = addr >> 32;
	if (v->prog->nused_maps == VERIFIER_MAX_MAPS && !uses_map(v->prog, map))
		return sim_fail(&sim->why, -E2BIG, "more than %u maps", VERIFIER_MAX_MAPS);
	err = prog_use_map(sim, v->prog, map);
	return err ? err : check_run_storage(sim, v, map);
}

/* A variable of the kernel by the id of its BTF. Its address is asked for when the program is made ready to run. */
static int check_variable(struct sim *sim, struct verifier *v, const struct bpf_insn *insn)
{
	const struct btf_types *types = sim->host->vmlinux;
	const struct btf_type *t;

	if (insn[1].imm)
		return verifier_reject(sim, v, -EINVAL, "invalid module BTF object FD specified.\n");
	if (!types)
		return verifier_reject(sim, v, -EINVAL,
				       "kernel is missing BTF, make sure CONFIG_DEBUG_INFO_BTF=y is specified in Kconfig.\n");
	t = btf_type_by_id(types, (u32)insn->imm);
	if (!t)
		return verifier_reject(sim, v, -ENOENT, "ldimm64 insn specifies invalid btf_id %d.\n", insn->imm);
	if (btf_kind(t) != BTF_KIND_VAR)
		return verifier_reject(sim, v, -EINVAL, "pseudo btf_id %d in ldimm64 isn't KIND_VAR.\n", insn->imm);
	return 0;
}

static int resolve_imm64(struct sim *sim, struct call *call, struct verifier *v, u32 at)
{
	struct bpf_insn *insn = &v->prog->insns[at];

	if (at + 1 == v->prog->insn_cnt || !is_second_half(&insn[1]))
		return verifier_reject(sim, v, -EINVAL, "invalid bpf_ld_imm64 insn\n");
	switch (insn->src_reg) {
	case 0:
	case BPF_PSEUDO_FUNC:
		return 0;
	case BPF_PSEUDO_BTF_ID:
		return check_variable(sim, v, insn);
	case BPF_PSEUDO_MAP_FD:
	case BPF_PSEUDO_MAP_VALUE:
	case BPF_PSEUDO_MAP_IDX:
	case BPF_PSEUDO_MAP_IDX_VALUE:
		return resolve_map(sim, call, v, insn);
	default:
		return verifier_reject(sim, v, -EINVAL, "unrecognized bpf_ld_imm64 insn\n");
	}
}

int prog_resolve(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct verifier *v = load->verifier;

	while (v->at < v->prog->insn_cnt) {
		const struct bpf_insn *insn = &v->prog->insns[v->at];
		bool refers = insn_is_ld_imm64(insn) && insn->src_reg;
		int err = 0;

		if (BPF_CLASS(insn->code) == BPF_LDX && (BPF_MODE(insn->code) != BPF_MEM || insn->imm))
			return verifier_reject(sim, v, -EINVAL, "BPF_LDX uses reserved fields\n");
		if (insn_is_ld_imm64(insn))
			err = resolve_imm64(sim, call, v, v->at++);
		else if (!verifier_knows_opcode(insn->code))
			return verifier_reject(sim, v, -EINVAL, "unknown opcode %02x\n", insn->code);
		v->at++;
		if (err)
			return err;
		if (refers)
			return LOAD_AGAIN;
	}
	v->at = 0;
	return 0;
}

/* --- modules --- */

int prog_find_module(struct sim *sim, struct call *call, struct verifier *v, s16 place)
{
	s32 fd;
	int err;

	if (place < 0)
		return verifier_reject(sim, v, -EINVAL, "negative offset disallowed for kernel module function call\n");
	if (!call->attr.fd_array)
		return verifier_reject(sim, v, -EPROTO, "kfunc offset > 0 without fd_array is invalid\n");
	err = copy_in(sim, call->task, &fd, call->attr.fd_array + place * sizeof(fd), sizeof(fd));
	if (err)
		return err;
	if (!fd_obj(sim, call->task, fd, OBJ_BTF, &err))
		return verifier_reject(sim, v, err, "invalid module BTF fd specified\n");
	return verifier_reject(sim, v, -EINVAL, "BTF fd for kfunc is not a module BTF\n");
}
