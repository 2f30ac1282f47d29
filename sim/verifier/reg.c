/* One register's facts: see reg.h. */
#include "reg.h"

void reg_set_value(struct reg *reg, u64 value)
{
	reg->var_off = tnum_const(value);
	reg->r64 = range_const(value, 64);
	reg->r32 = range_const(value, 32);
}

void reg_set_known_zero(struct reg *reg)
{
	u32 type = reg->type;

	memset(reg, 0, offsetof(struct reg, var_off));
	reg->type = type;
	reg_set_value(reg, 0);
}

void reg_set_const(struct reg *reg, u64 value)
{
	memset(reg, 0, offsetof(struct reg, var_off));
	reg->type = SCALAR_VALUE;
	reg_set_value(reg, value);
}

void reg_forget_ranges(struct reg *reg)
{
	reg->r64 = range_full(64);
	reg->r32 = range_full(32);
}

void reg_set_unknown(struct reg *reg, bool precise)
{
	memset(reg, 0, offsetof(struct reg, var_off));
	reg->type = SCALAR_VALUE;
	reg->var_off = TNUM_UNKNOWN;
	reg->frameno = 0;
	reg->precise = precise;
	reg_forget_ranges(reg);
}

void reg_set_not_init(struct reg *reg, bool precise)
{
	reg_set_unknown(reg, precise);
	reg->type = NOT_INIT;
}

void reg_learn_bits(struct reg *reg)
{
	range_learn_bits(&reg->r32, tnum_subreg(reg->var_off), 32);
	range_learn_bits(&reg->r64, reg->var_off, 64);
}

static void learn_tnum(struct reg *reg)
{
	struct tnum whole = tnum_intersect(reg->var_off, tnum_range(reg->r64.umin, reg->r64.umax));
	struct tnum half = tnum_intersect(tnum_subreg(whole), tnum_range(reg->r32.umin, reg->r32.umax));

	reg->var_off = tnum_or(tnum_clear_subreg(whole), half);
}

void reg_sync(struct reg *reg)
{
	reg_learn_bits(reg);
	range_learn_sign(&reg->r32, 32);
	range_learn_sign(&reg->r64, 64);
	learn_tnum(reg);
	reg_learn_bits(reg);
}

/* The lower half is all there is: its bounds are the whole's; a negative half is a large positive number. */
static void assign_32_into_64(struct reg *reg)
{
	bool not_negative = reg->r32.smin >= 0 && reg->r32.smax >= 0;

	reg->r64.umin = reg->r32.umin;
	reg->r64.umax = reg->r32.umax;
	reg->r64.smin = not_negative ? reg->r32.smin : 0;
	reg->r64.smax = not_negative ? reg->r32.smax : UINT32_MAX;
}

void reg_zero_extend(struct reg *reg)
{
	reg->var_off = tnum_subreg(reg->var_off);
	assign_32_into_64(reg);
}

void reg_combine_32_into_64(struct reg *reg)
{
	if (tnum_equals_const(tnum_clear_subreg(reg->var_off), 0))
		assign_32_into_64(reg);
	else
		reg->r64 = range_full(64);
	reg_sync(reg);
}

void reg_combine_64_into_32(struct reg *reg)
{
	const struct range *r = &reg->r64;

	reg->r32 = range_full(32);
	if (r->smin >= INT32_MIN && r->smin <= INT32_MAX && r->smax >= INT32_MIN && r->smax <= INT32_MAX) {
		reg->r32.smin = r->smin;
		reg->r32.smax = r->smax;
	}
	if (r->umin <= UINT32_MAX && r->umax <= UINT32_MAX) {
		reg->r32.umin = r->umin;
		reg->r32.umax = r->umax;
	}
	reg_sync(reg);
}

void reg_truncate(struct reg *reg, u32 size)
{
	u64 keep = size < 8 ? (1ull << (size * 8)) - 1 : ~0ull;
	struct range *r = &reg->r64;
	bool same_top = (r->umin & ~keep) == (r->umax & ~keep);

	if (size >= 8)
		return;
	reg->var_off = tnum_cast(reg->var_off, size);
	r->umin = same_top ? r->umin & keep : 0;
	r->umax = same_top ? r->umax & keep : keep;
	r->smin = r->umin;
	r->smax = r->umax;
	if (size < 4)
		reg_combine_64_into_32(reg);
}

void copy_reg(struct reg *dst, const struct reg *src)
{
	struct reg *parent = dst->parent;
	u8 live = dst->live;

	*dst = *src;
	dst->parent = parent;
	dst->live = live;
}
