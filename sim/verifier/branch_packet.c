/*
 * Conditional jumps: a packet pointer compared with the packet's end. The way on which it lies before the
 * end knows how many bytes are there (find_good_pkt_pointers, try_match_pkt_pointers of
 * kernel/bpf/verifier.c).
 */
#include "branch.h"

#define MAX_PACKET_OFF 0xffffu

/* --- is the way known? --- */

/* A packet pointer that is known to lie at or beyond the end, compared with the end once more. */
enum decision decide_packet(const struct reg *dst, const struct reg *src, u8 op)
{
	const struct reg *packet = dst;
	bool beyond;

	if (src->type != PTR_TO_PACKET_END) {
		if (dst->type != PTR_TO_PACKET_END)
			return BOTH_WAYS;
		packet = src;
		op = flipped_op(op);
	}
	beyond = packet->range == RANGE_BEYOND_PKT_END;
	if (packet->range >= 0)
		return BOTH_WAYS;
	if (op == BPF_JLE || op == BPF_JGT)
		return beyond ? (op == BPF_JGT ? ALWAYS : NEVER) : BOTH_WAYS;
	if (op == BPF_JLT || op == BPF_JGE)
		return op == BPF_JGE ? ALWAYS : NEVER;
	return BOTH_WAYS;
}

/* --- what a way tells --- */

struct packet_range {
	u32 type, id;
	s32 range;
};

static void widen_range(struct reg *reg, void *arg)
{
	const struct packet_range *found = arg;

	if (reg->type == found->type && reg->id == found->id && reg->range < found->range)
		reg->range = found->range;
}

/* On this way @packet lies at the end or before it (@open: before it): so many bytes are there. */
static void tell_range(struct vstate *state, const struct reg *packet, bool open)
{
	struct packet_range found = {packet->type, packet->id, packet->off + open};

	if (packet->off < 0 || (!packet->off && open))
		return;
	if (packet->r64.umax > MAX_PACKET_OFF || packet->r64.umax + packet->off > MAX_PACKET_OFF)
		return;
	vstate_each_reg(state, widen_range, &found);
}

static void tell_end(struct vstate *state, u32 regno, bool beyond)
{
	struct reg *reg = &state->frame[state->curframe]->reg[regno];

	if (reg->type == PTR_TO_PACKET)
		reg->range = beyond ? RANGE_BEYOND_PKT_END : RANGE_AT_PKT_END;
}

static bool is_unmoved_packet(const struct reg *reg)
{
	return reg->type == PTR_TO_PACKET && !reg->id && !reg->off && tnum_equals_const(reg->var_off, 0);
}

static bool bounds_packet(const struct reg *packet, const struct reg *end)
{
	return (packet->type == PTR_TO_PACKET && end->type == PTR_TO_PACKET_END) ||
	       (packet->type == PTR_TO_PACKET_META && is_unmoved_packet(end));
}

/* `if packet op end`: false when it is not such a comparison. */
bool learn_packet(const struct bpf_insn *insn, struct vstate *untaken, struct vstate *taken)
{
	const struct reg *dst = &untaken->frame[untaken->curframe]->reg[insn->dst_reg];
	const struct reg *src = &untaken->frame[untaken->curframe]->reg[insn->src_reg];
	u8 op = BPF_OP(insn->code);
	u32 regno = insn->dst_reg;
	bool inside_taken, open;

	if (BPF_SRC(insn->code) != BPF_X || BPF_CLASS(insn->code) == BPF_JMP32)
		return false;
	if (op != BPF_JGT && op != BPF_JLT && op != BPF_JGE && op != BPF_JLE)
		return false;
	if (!bounds_packet(dst, src)) {
		if (!bounds_packet(src, dst))
			return false;
		dst = src;
		regno = insn->src_reg;
		op = flipped_op(op);
	}
	inside_taken = op == BPF_JLT || op == BPF_JLE;
	open = op == BPF_JLT || op == BPF_JGE;
	tell_range(inside_taken ? taken : untaken, dst, open);
	tell_end(inside_taken ? untaken : taken, regno, !open);
	return true;
}
