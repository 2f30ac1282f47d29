/*
 * Alignment (check_ptr_alignment of kernel/bpf/verifier.c). x86-64 reads any address, so it matters only
 * for the stack, for atomic operations and when the loader asks for it (BPF_F_STRICT_ALIGNMENT).
 */
#include "access.h"

#define IP_ALIGN 2 /* where strict machines put the Ethernet header, so that the IP header is aligned */

/* How messages call the memory that a pointer refers to. */
static const char *const memory_names[REG_TYPES] = {
	[PTR_TO_FLOW_KEYS] = "flow keys ",
	[PTR_TO_MAP_KEY] = "key ",
	[PTR_TO_MAP_VALUE] = "value ",
	[PTR_TO_CTX] = "context ",
	[PTR_TO_STACK] = "stack ",
	[PTR_TO_SOCKET] = "sock ",
	[PTR_TO_SOCK_COMMON] = "sock_common ",
	[PTR_TO_TCP_SOCK] = "tcp_sock ",
	[PTR_TO_XDP_SOCK] = "xdp_sock ",
};

const char *tnum_text(struct tnum t, char buf[48])
{
	struct text text;

	text_init(&text, buf, 48);
	tnum_format(t, &text);
	return buf;
}

static bool is_aligned(const struct reg *reg, s32 off, u32 size)
{
	return tnum_is_aligned(tnum_add(reg->var_off, tnum_const((s64)reg->off + off)), size);
}

static int check_packet_alignment(struct env *env, const struct reg *reg, s32 off, u32 size)
{
	char var[48];

	if (is_aligned(reg, off + IP_ALIGN, size))
		return 0;
	return reject(env, MISALIGNED_PACKET, IP_ALIGN, tnum_text(reg->var_off, var), reg->off, off,
		      (s32)size);
}

int check_alignment(struct env *env, const struct reg *reg, s32 off, u32 size, bool strict)
{
	const char *name = type_flag(reg->type) ? NULL : memory_names[reg->type];
	char var[48];

	if (size == 1 || !(strict || env->w->may.strict_alignment || reg->type == PTR_TO_STACK))
		return 0;
	if (reg->type == PTR_TO_PACKET || reg->type == PTR_TO_PACKET_META)
		return check_packet_alignment(env, reg, off, size);
	if (is_aligned(reg, off, size))
		return 0;
	return reject(env, MISALIGNED, name ? name : "", tnum_text(reg->var_off, var), reg->off, off,
		      (s32)size);
}
