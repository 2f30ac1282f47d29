/*
 * Conditional jumps: which ways are possible, and what each way tells (check_cond_jmp_op of kernel/bpf/verifier.c).
 *
 * When both ways are possible the jump target is put aside and the walk goes on behind the jump. Each way then knows more: the
 * condition held, or it did not.
 */
#include "spec.h"
#include "walk.h"

#define MAX_PACKET_OFF 0xffffu
/* Not an opcode: the opposite of BPF_JSET. */
#define JNSET 0x01

static const u8 flipped_op[16] = {
	[BPF_JEQ >> 4] = BPF_JEQ,   [BPF_JNE >> 4] = BPF_JNE,   [BPF_JSET >> 4] = BPF_JSET, [BPF_JGE >> 4] = BPF_JLE,
	[BPF_JGT >> 4] = BPF_JLT,   [BPF_JLE >> 4] = BPF_JGE,   [BPF_JLT >> 4] = BPF_JGT,   [BPF_JSGE >> 4] = BPF_JSLE,
	[BPF_JSGT >> 4] = BPF_JSLT, [BPF_JSLE >> 4] = BPF_JSGE, [BPF_JSLT >> 4] = BPF_JSGT,
};

static const u8 negated_op[16] = {
	[BPF_JEQ >> 4] = BPF_JNE,   [BPF_JNE >> 4] = BPF_JEQ,   [BPF_JSET >> 4] = JNSET,    [BPF_JGE >> 4] = BPF_JLT,
	[BPF_JGT >> 4] = BPF_JLE,   [BPF_JLE >> 4] = BPF_JGT,   [BPF_JLT >> 4] = BPF_JGE,   [BPF_JSGE >> 4] = BPF_JSLT,
	[BPF_JSGT >> 4] = BPF_JSLE, [BPF_JSLE >> 4] = BPF_JSGT, [BPF_JSLT >> 4] = BPF_JSGE,
};

enum decision { BOTH_WAYS = -1, NEVER, ALWAYS };

static enum decision sure(bool always, bool never)
{
	return always ? ALWAYS : never ? NEVER : BOTH_WAYS;
}

/* --- is the way known? --- */

/* A comparison of a number with a constant. */
static enum decision decide_number(const struct range *r, struct tnum bits, u64 value, u8 op, u32 width)
{
	s64 signed_value = width_signed(value, width);

	switch (op) {
	case BPF_JEQ:
	case BPF_JNE:
		if (!tnum_is_const(bits))
			return BOTH_WAYS;
		return (bits.value == value) == (op == BPF_JEQ) ? ALWAYS : NEVER;
	case BPF_JSET:
		return sure(~bits.mask & bits.value & value, !((bits.mask | bits.value) & value));
	case BPF_JGT:
		return sure(r->umin > value, r->umax <= value);
	case BPF_JGE:
		return sure(r->umin >= value, r->umax < value);
	case BPF_JLT:
		return sure(r->umax < value, r->umin >= value);
	case BPF_JLE:
		return sure(r->umax <= value, r->umin > value);
	case BPF_JSGT:
		return sure(r->smin > signed_value, r->smax <= signed_value);
	case BPF_JSGE:
		return sure(r->smin >= signed_value, r->smax < signed_value);
	case BPF_JSLT:
		return sure(r->smax < signed_value, r->smin >= signed_value);
	case BPF_JSLE:
		return sure(r->smax <= signed_value, r->smin > signed_value);
	}
	return BOTH_WAYS;
}

static bool is_never_null(u32 type)
{
	return type == PTR_TO_SOCKET || type == PTR_TO_TCP_SOCK || type == PTR_TO_MAP_VALUE || type == PTR_TO_MAP_KEY ||
	       type == PTR_TO_SOCK_COMMON;
}

static enum decision decide(const struct reg *reg, u64 value, u8 op, u32 width)
{
	if (width == 32)
		value = (u32)value;
	if (reg->type != SCALAR_VALUE) {
		if (!is_never_null(reg->type) || value || (op != BPF_JEQ && op != BPF_JNE))
			return BOTH_WAYS;
		return op == BPF_JNE ? ALWAYS : NEVER;
	}
	if (width == 32)
		return decide_number(&reg->r32, tnum_subreg(reg->var_off), value, op, 32);
	return decide_number(&reg->r64, reg->var_off, value, op, 64);
}

/* A packet pointer that is known to lie at or beyond the end, compared with the end once more. */
static enum decision decide_packet(const struct reg *dst, const struct reg *src, u8 op)
{
	const struct reg *packet = dst;
	bool beyond;

	if (src->type != PTR_TO_PACKET_END) {
		if (dst->type != PTR_TO_PACKET_END)
			return BOTH_WAYS;
		packet = src;
		op = flipped_op[op >> 4];
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

static bool is_any_packet(const struct reg *reg)
{
	return reg->type == PTR_TO_PACKET || reg->type == PTR_TO_PACKET_META || reg->type == PTR_TO_PACKET_END;
}

static bool const_in_width(const struct reg *reg, u32 width)
{
	return reg->type == SCALAR_VALUE && (width == 32 ? tnum_subreg_is_const(reg->var_off) : tnum_is_const(reg->var_off));
}

static enum decision decide_jump(const struct bpf_insn *insn, const struct reg *dst, const struct reg *src, u32 width)
{
	u8 op = BPF_OP(insn->code);

	if (BPF_SRC(insn->code) == BPF_K)
		return decide(dst, insn->imm, op, width);
	if (const_in_width(src, width))
		return decide(dst, src->var_off.value, op, width);
	if (width == 64 && is_any_packet(dst) && is_any_packet(src))
		return decide_packet(dst, src, op);
	return BOTH_WAYS;
}

/* --- what a way tells --- */

static u64 max_u(u64 a, u64 b)
{
	return a > b ? a : b;
}

static s64 max_s(s64 a, s64 b)
{
	return a > b ? a : b;
}

static s64 min_s(s64 a, s64 b)
{
	return a < b ? a : b;
}

/* @r op @value holds. */
static void learn_order(struct range *r, u64 value, u8 op, u32 width)
{
	u64 all = width_umax(width);
	s64 s = width_signed(value, width);

	switch (op) {
	case BPF_JGT:
		r->umin = max_u(r->umin, (value + 1) & all);
		break;
	case BPF_JGE:
		r->umin = max_u(r->umin, value);
		break;
	case BPF_JLT:
		r->umax = min_u64(r->umax, (value - 1) & all);
		break;
	case BPF_JLE:
		r->umax = min_u64(r->umax, value);
		break;
	case BPF_JSGT:
		r->smin = max_s(r->smin, width_signed((u64)s + 1, width));
		break;
	case BPF_JSGE:
		r->smin = max_s(r->smin, s);
		break;
	case BPF_JSLT:
		r->smax = min_s(r->smax, width_signed((u64)s - 1, width));
		break;
	case BPF_JSLE:
		r->smax = min_s(r->smax, s);
		break;
	}
}

static void learn_equal(struct reg *reg, u64 value, u32 width)
{
	if (width == 64) {
		reg_set_value(reg, value);
		return;
	}
	reg->var_off = tnum_const_subreg(reg->var_off, value);
	reg->r32 = range_const(value, 32);
}

/* At least one of the bits is set: worth knowing if there is only one. */
static void learn_set(struct reg *reg, u64 value)
{
	if (value && !(value & (value - 1)))
		reg->var_off = tnum_or(reg->var_off, tnum_const(value));
}

static void learn_not_set(struct reg *reg, u64 value)
{
	reg_forget_ranges(reg);
	reg->var_off = tnum_and(reg->var_off, tnum_const(~value));
}

/* reg op value holds on this way. */
static void learn(struct reg *reg, u64 value, u8 op, u32 width)
{
	if (width == 32)
		value = (u32)value;
	if (op == BPF_JEQ)
		learn_equal(reg, value, width);
	else if (op == BPF_JSET)
		learn_set(reg, value);
	else if (op == JNSET)
		learn_not_set(reg, value);
	else
		learn_order(width == 32 ? &reg->r32 : &reg->r64, value, op, width);
	if (width == 32)
		reg_combine_32_into_64(reg);
	else
		reg_combine_64_into_32(reg);
}

static void learn_both(struct reg *taken, struct reg *untaken, u64 value, u8 op, u32 width)
{
	learn(untaken, value, negated_op[op >> 4], width);
	learn(taken, value, op, width);
}

/* Two registers hold the same number. */
static void learn_same(struct reg *a, struct reg *b)
{
	struct range *x = &a->r64, *y = &b->r64;

	x->umin = y->umin = max_u(x->umin, y->umin);
	x->umax = y->umax = min_u64(x->umax, y->umax);
	x->smin = y->smin = max_s(x->smin, y->smin);
	x->smax = y->smax = min_s(x->smax, y->smax);
	a->var_off = b->var_off = tnum_intersect(a->var_off, b->var_off);
	reg_sync(a);
	reg_sync(b);
}

/* --- all copies of a register --- */

static void copy_to_equal(struct reg *reg, void *known)
{
	const struct reg *from = known;
	s32 subreg_def = reg->subreg_def;
	u32 def_insn = reg->def_insn;

	if (reg->type != SCALAR_VALUE || reg->id != from->id)
		return;
	copy_reg(reg, from);
	reg->subreg_def = subreg_def;
	reg->def_insn = def_insn;
}

static void tell_equals(struct vstate *state, struct reg *known)
{
	if (known->type == SCALAR_VALUE && known->id)
		vstate_each_reg(state, copy_to_equal, known);
}

struct null_test {
	u32 id;
	bool is_null;
};

/* What a pointer from a map is, now that it is not NULL. */
static void become_not_null(struct reg *reg)
{
	const struct map *map = reg->map;
	const struct map *inner;

	if (base_type(reg->type) != PTR_TO_MAP_VALUE) {
		reg->type &= ~PTR_MAYBE_NULL;
		return;
	}
	reg->type = PTR_TO_MAP_VALUE;
	if (map_ops(map)->traits & MAP_TRAIT_VALUE_SOCKET)
		reg->type = PTR_TO_SOCKET;
	if (map_ops(map)->traits & MAP_TRAIT_VALUE_XDP_SOCK)
		reg->type = PTR_TO_XDP_SOCK;
	if (!map->k.inner_map_meta)
		return;
	inner = map_of((const struct bpf_map_layout *)map->k.inner_map_meta);
	reg->type = CONST_PTR_TO_MAP;
	reg->map = (struct map *)inner;
	if (inner->timer_off >= 0)
		reg->map_uid = reg->id;
}

static bool may_hold_lock(const struct reg *reg)
{
	return reg->type == PTR_TO_MAP_VALUE && reg->map->spin_lock_off >= 0;
}

static void apply_null_test(struct reg *reg, void *arg)
{
	const struct null_test *test = arg;

	if (!(reg->type & PTR_MAYBE_NULL) || reg->id != test->id || !reg->id)
		return;
	if (reg->r64.smin || reg->r64.smax || !tnum_equals_const(reg->var_off, 0) || reg->off)
		return;
	if (test->is_null) {
		reg->type = SCALAR_VALUE;
		reg->id = 0;
		reg->ref_obj_id = 0;
		return;
	}
	become_not_null(reg);
	if (!may_hold_lock(reg))
		reg->id = 0;
}

static void tell_null(struct vstate *state, u32 regno, bool is_null)
{
	struct frame *frame = state->frame[state->curframe];
	const struct reg *reg = &frame->reg[regno];
	struct null_test test = {reg->id, is_null};

	if (reg->ref_obj_id && reg->ref_obj_id == reg->id && is_null)
		frame_drop_ref(frame, reg->id);
	vstate_each_reg(state, apply_null_test, &test);
}

/* --- packet pointers against the end --- */

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
static bool learn_packet(const struct bpf_insn *insn, struct vstate *untaken, struct vstate *taken)
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
		op = flipped_op[op >> 4];
	}
	inside_taken = op == BPF_JLT || op == BPF_JLE;
	open = op == BPF_JLT || op == BPF_JGE;
	tell_range(inside_taken ? taken : untaken, dst, open);
	tell_end(inside_taken ? untaken : taken, regno, !open);
	return true;
}

/* --- the instruction --- */

static bool compares_packets(const struct reg *a, const struct reg *b)
{
	return is_any_packet(a) && is_any_packet(b);
}

static bool is_secret(const struct env *env, const struct reg *reg)
{
	return !env->w->may.allow_ptr_leaks && reg->type != SCALAR_VALUE;
}

static int check_operands(struct env *env, const struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);
	int err;

	if (op == BPF_JA || op > BPF_JSLE)
		return reject(env, BAD_JUMP_OPCODE, op);
	err = use_reg(env, insn->dst_reg, USE_SRC);
	if (err)
		return err;
	if (BPF_SRC(insn->code) == BPF_K)
		return insn->src_reg ? reject(env, JUMP_RESERVED) : 0;
	if (insn->imm)
		return reject(env, JUMP_RESERVED);
	err = use_reg(env, insn->src_reg, USE_SRC);
	if (err)
		return err;
	if (is_secret(env, &cur_regs(env)[insn->src_reg]) &&
	    !compares_packets(&cur_regs(env)[insn->dst_reg], &cur_regs(env)[insn->src_reg]))
		return reject_reg(env, insn->src_reg, POINTER_COMPARISON, insn->src_reg);
	return 0;
}

/* The decision relied on exact values. */
static int mark_operands(struct env *env, const struct bpf_insn *insn)
{
	int err = 0;

	if (cur_regs(env)[insn->dst_reg].type == SCALAR_VALUE)
		err = mark_precise(env, insn->dst_reg);
	if (!err && BPF_SRC(insn->code) == BPF_X && cur_regs(env)[insn->src_reg].type == SCALAR_VALUE)
		err = mark_precise(env, insn->src_reg);
	return err;
}

static void say_after(struct env *env)
{
	if (env->v->log.level & LOG_STEPS)
		say_insn_state(env, cur_frame(env));
}

/* Only one way is possible; the other one is walked if a CPU may be made to take it. */
static int go_one_way(struct env *env, const struct bpf_insn *insn, enum decision way)
{
	u32 next = env->w->insn + 1;
	int err = mark_operands(env, insn);

	if (!err)
		err = spec_push_path(env, insn, way == ALWAYS ? next : next + insn->off);
	if (err)
		return err;
	say_after(env);
	if (way == ALWAYS)
		env->w->insn += insn->off;
	return 0;
}

static void learn_numbers(const struct bpf_insn *insn, struct vstate *untaken, struct vstate *taken, u32 width)
{
	struct reg *not = untaken->frame[untaken->curframe]->reg, *yes = taken->frame[taken->curframe]->reg;
	struct reg *dst = &not[insn->dst_reg], *src = &not[insn->src_reg];
	u8 op = BPF_OP(insn->code);

	if (BPF_SRC(insn->code) == BPF_K) {
		if (dst->type == SCALAR_VALUE)
			learn_both(&yes[insn->dst_reg], dst, insn->imm, op, width);
	} else if (dst->type == SCALAR_VALUE && src->type == SCALAR_VALUE) {
		if (tnum_is_const(src->var_off) || const_in_width(src, width))
			learn_both(&yes[insn->dst_reg], dst, src->var_off.value, op, width);
		else if (tnum_is_const(dst->var_off) || const_in_width(dst, width))
			learn_both(&yes[insn->src_reg], src, dst->var_off.value, flipped_op[op >> 4], width);
		else if (width == 64 && op == BPF_JEQ)
			learn_same(&yes[insn->src_reg], &yes[insn->dst_reg]);
		else if (width == 64 && op == BPF_JNE)
			learn_same(src, dst);
		tell_equals(untaken, src);
		tell_equals(taken, &yes[insn->src_reg]);
	}
	tell_equals(untaken, dst);
	tell_equals(taken, &yes[insn->dst_reg]);
}

static bool is_null_test(const struct bpf_insn *insn, const struct reg *dst)
{
	u8 op = BPF_OP(insn->code);

	return BPF_CLASS(insn->code) == BPF_JMP && BPF_SRC(insn->code) == BPF_K && !insn->imm &&
	       (op == BPF_JEQ || op == BPF_JNE) && (dst->type & PTR_MAYBE_NULL);
}

static int go_both_ways(struct env *env, const struct bpf_insn *insn, u32 width)
{
	struct walk *w = env->w;
	struct vstate *taken = push_branch(env, w->insn + insn->off + 1, w->insn, false);
	const struct reg *dst = &cur_regs(env)[insn->dst_reg];

	if (!taken)
		return -EFAULT;
	note_ways(env, w->cur, taken);
	learn_numbers(insn, w->cur, taken, width);
	if (is_null_test(insn, dst)) {
		tell_null(w->cur, insn->dst_reg, BPF_OP(insn->code) == BPF_JNE);
		tell_null(taken, insn->dst_reg, BPF_OP(insn->code) == BPF_JEQ);
	} else if (!learn_packet(insn, w->cur, taken) && is_secret(env, dst)) {
		return reject_reg(env, insn->dst_reg, POINTER_COMPARISON, insn->dst_reg);
	}
	say_after(env);
	return 0;
}

int walk_branch(struct env *env, const struct bpf_insn *insn)
{
	u32 width = BPF_CLASS(insn->code) == BPF_JMP32 ? 32 : 64;
	enum decision way;
	int err = check_operands(env, insn);

	if (err)
		return err;
	way = decide_jump(insn, &cur_regs(env)[insn->dst_reg], &cur_regs(env)[insn->src_reg], width);
	return way == BOTH_WAYS ? go_both_ways(env, insn, width) : go_one_way(env, insn, way);
}
