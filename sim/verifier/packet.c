/* Direct packet access (check_packet_access, may_access_direct_pkt_data of kernel/bpf/verifier.c). */
#include "access.h"

bool may_access_packet(const struct env *env, const struct call_meta *meta, enum access_kind kind)
{
	u8 right = prog_rules_of(env->v->prog)->direct_packet;

	if (right & PACKET_TO_HELPERS)
		return true;
	if (!(right & (kind == ACCESS_WRITE ? PACKET_WRITE : PACKET_READ)))
		return false;
	return !meta || meta->pkt_access;
}

int check_packet_access(struct env *env, u32 regno, s32 off, u32 size, bool zero_size_ok)
{
	const struct reg *reg = &cur_regs(env)[regno];

	if (reg->r64.smin < 0)
		return reject_reg(env, regno, NEGATIVE_OFFSET, regno);
	if (reg->range < 0) {
		reject_reg(env, regno, OUTSIDE_PACKET, regno);
		return -EINVAL;
	}
	/* What the range says was found out behind the variable part. */
	if (check_region(env, regno, off, size, reg->range, zero_size_ok))
		return reject_reg(env, regno, OUTSIDE_PACKET, regno);
	return 0;
}

int access_packet(struct env *env, const struct access *a)
{
	int err;

	if (a->kind == ACCESS_WRITE && !may_access_packet(env, NULL, a->kind))
		return reject_reg(env, a->regno, PACKET_READ_ONLY);
	env->w->writes_packet |= a->kind == ACCESS_WRITE;
	if (stores_pointer(env, a))
		return reject_reg(env, a->value_regno, LEAK_INTO_PACKET, a->value_regno);
	err = check_packet_access(env, a->regno, a->off, a->size, false);
	if (!err)
		mark_loaded(env, a);
	return err;
}
