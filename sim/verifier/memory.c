/*
 * Loads, stores and atomic operations: see mem_check.h. Mirrors check_mem_access and check_atomic of
 * kernel/bpf/verifier.c. Here an access is taken to the file that knows its kind of memory.
 */
#include "access.h"

static u32 bytes_of(u8 bpf_size)
{
	switch (bpf_size) {
	case BPF_B:
		return 1;
	case BPF_H:
		return 2;
	case BPF_W:
		return 4;
	}
	return 8;
}

/* By the type of the address; there is no memory behind the others. */
static int (*const accesses[REG_TYPES])(struct env *env, const struct access *a) = {
	[PTR_TO_CTX] = access_ctx,
	[CONST_PTR_TO_MAP] = access_map_ptr,
	[PTR_TO_MAP_VALUE] = access_map_value,
	[PTR_TO_MAP_KEY] = access_map_key,
	[PTR_TO_STACK] = access_stack,
	[PTR_TO_PACKET_META] = access_packet,
	[PTR_TO_PACKET] = access_packet,
	[PTR_TO_FLOW_KEYS] = access_flow_keys,
	[PTR_TO_SOCKET] = access_sock,
	[PTR_TO_SOCK_COMMON] = access_sock,
	[PTR_TO_TCP_SOCK] = access_sock,
	[PTR_TO_XDP_SOCK] = access_sock,
	[PTR_TO_TP_BUFFER] = access_tp_buffer,
	[PTR_TO_BTF_ID] = access_btf,
	[PTR_TO_MEM] = access_mem,
	[PTR_TO_BUF] = access_buf,
};

int check_mem_access(struct env *env, u32 insn, u32 regno, s32 off, u8 bpf_size, enum access_kind kind,
		     int value_regno, bool strict)
{
	const struct reg *reg = &cur_regs(env)[regno];
	struct access a = {insn, regno, reg->off + off, bytes_of(bpf_size), kind, value_regno};
	int (*access)(struct env *env, const struct access *a) = accesses[base_type(reg->type)];
	struct reg *value;
	char name[64];
	int err = check_alignment(env, reg, off, a.size, strict);

	if (err)
		return err;
	if (!access || (reg->type & PTR_MAYBE_NULL))
		return reject_reg(env, regno, NOT_DEREFERENCEABLE, regno, reg_type_text(reg->type, name));
	err = access(env, &a);
	if (err || kind != ACCESS_READ || value_regno < 0)
		return err;
	value = &cur_regs(env)[value_regno];
	if (value->type == SCALAR_VALUE)
		reg_truncate(value, a.size);
	return 0;
}

/* --- the same instruction on several paths --- */

/* The translator rewrites accesses to these: each one must have the same kind of pointer on all paths. */
static bool is_rewritten(u32 type)
{
	switch (base_type(type)) {
	case PTR_TO_CTX:
	case PTR_TO_SOCKET:
	case PTR_TO_SOCK_COMMON:
	case PTR_TO_TCP_SOCK:
	case PTR_TO_XDP_SOCK:
	case PTR_TO_BTF_ID:
		return true;
	}
	return false;
}

static int note_pointer(struct env *env, u32 type)
{
	u32 *before = &cur_aux(env)->ptr_type;

	if (*before == NOT_INIT)
		*before = type;
	else if (*before != type && (is_rewritten(type) || is_rewritten(*before)))
		return reject(env, DIFFERENT_POINTERS);
	return 0;
}

/* --- instructions --- */

int walk_load(struct env *env, const struct bpf_insn *insn)
{
	int err = use_reg(env, insn->src_reg, USE_SRC);
	u32 type;

	if (!err)
		err = use_reg(env, insn->dst_reg, USE_DST_NO_MARK);
	if (err)
		return err;
	type = cur_regs(env)[insn->src_reg].type; /* it may be overwritten by the load */
	err = check_mem_access(env, env->w->insn, insn->src_reg, insn->off, BPF_SIZE(insn->code), ACCESS_READ,
			       insn->dst_reg, false);
	return err ? err : note_pointer(env, type);
}

static int store_constant(struct env *env, const struct bpf_insn *insn)
{
	const struct reg *dst = &cur_regs(env)[insn->dst_reg];
	int err = use_reg(env, insn->dst_reg, USE_SRC);
	char name[64];

	if (err)
		return err;
	if (dst->type == PTR_TO_CTX)
		return reject_reg(env, insn->dst_reg, ST_TO_CTX, insn->dst_reg,
				  reg_type_text(dst->type, name));
	return check_mem_access(env, env->w->insn, insn->dst_reg, insn->off, BPF_SIZE(insn->code),
				ACCESS_WRITE, -1, false);
}

int walk_store(struct env *env, const struct bpf_insn *insn)
{
	u32 type;
	int err;

	if (BPF_CLASS(insn->code) == BPF_ST)
		return store_constant(env, insn);
	err = use_reg(env, insn->src_reg, USE_SRC);
	if (!err)
		err = use_reg(env, insn->dst_reg, USE_SRC);
	if (err)
		return err;
	type = cur_regs(env)[insn->dst_reg].type;
	err = check_mem_access(env, env->w->insn, insn->dst_reg, insn->off, BPF_SIZE(insn->code),
			       ACCESS_WRITE, insn->src_reg, false);
	return err ? err : note_pointer(env, type);
}

/* --- atomic operations --- */

static bool is_atomic_op(s32 imm)
{
	switch (imm) {
	case BPF_ADD:
	case BPF_ADD | BPF_FETCH:
	case BPF_AND:
	case BPF_AND | BPF_FETCH:
	case BPF_OR:
	case BPF_OR | BPF_FETCH:
	case BPF_XOR:
	case BPF_XOR | BPF_FETCH:
	case BPF_XCHG:
	case BPF_CMPXCHG:
		return true;
	}
	return false;
}

/* Memory that has another form in the kernel, or no fixed place. */
static bool is_not_atomic(u32 type)
{
	switch (type) {
	case PTR_TO_CTX:
	case PTR_TO_PACKET:
	case PTR_TO_PACKET_META:
	case PTR_TO_FLOW_KEYS:
	case PTR_TO_SOCKET:
	case PTR_TO_SOCK_COMMON:
	case PTR_TO_TCP_SOCK:
	case PTR_TO_XDP_SOCK:
		return true;
	}
	return false;
}

static int check_atomic_value(struct env *env, u32 regno)
{
	return is_secret_pointer(env, (int)regno) ? reject_reg(env, regno, LEAK_INTO_MEM, regno) : 0;
}

static int check_atomic_operands(struct env *env, const struct bpf_insn *insn)
{
	const struct reg *dst = &cur_regs(env)[insn->dst_reg];
	bool compares = insn->imm == BPF_CMPXCHG;
	char name[64];
	int err = use_reg(env, insn->src_reg, USE_SRC);

	if (!err)
		err = use_reg(env, insn->dst_reg, USE_SRC);
	if (!err && compares)
		err = use_reg(env, BPF_REG_0, USE_SRC);
	if (!err && compares)
		err = check_atomic_value(env, BPF_REG_0);
	if (!err)
		err = check_atomic_value(env, insn->src_reg);
	if (!err && is_not_atomic(dst->type))
		err = reject_reg(env, insn->dst_reg, ATOMIC_TARGET, insn->dst_reg,
				 reg_type_text(dst->type, name));
	return err;
}

static int atomic_access(struct env *env, const struct bpf_insn *insn, enum access_kind kind, int value_regno)
{
	return check_mem_access(env, env->w->insn, insn->dst_reg, insn->off, BPF_SIZE(insn->code), kind,
				value_regno, true);
}

int walk_atomic(struct env *env, const struct bpf_insn *insn)
{
	int old_value = -1; /* register that gets what was there before */
	int err;

	if (!is_atomic_op(insn->imm))
		return reject(env, ATOMIC_OPCODE, insn->imm);
	if (BPF_SIZE(insn->code) != BPF_W && BPF_SIZE(insn->code) != BPF_DW)
		return reject(env, ATOMIC_SIZE);
	err = check_atomic_operands(env, insn);
	if (!err && (insn->imm & BPF_FETCH)) {
		old_value = insn->imm == BPF_CMPXCHG ? BPF_REG_0 : insn->src_reg;
		err = use_reg(env, (u32)old_value, USE_DST);
	}
	if (!err)
		err = atomic_access(env, insn, ACCESS_READ, -1);
	if (!err && old_value >= 0)
		err = atomic_access(env, insn, ACCESS_READ, old_value);
	return err ? err : atomic_access(env, insn, ACCESS_WRITE, -1);
}
