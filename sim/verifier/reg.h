/*
 * One register's facts: making them, and keeping tnum and ranges of it in step (reg_bounds_sync
 * and friends of 6.1).
 */
#ifndef SIM_VERIFIER_REG_H
#define SIM_VERIFIER_REG_H

#include "state.h"

/* What is known of @src, not how it is used. */
void copy_reg(struct reg *dst, const struct reg *src);
/* A scalar with this value: id, offset and the type's own facts are cleared. */
void reg_set_const(struct reg *reg, u64 value);
/* The same, but type, id, offset and the type's own facts stay (`___mark_reg_known`). */
void reg_set_value(struct reg *reg, u64 value);
/* A pointer whose variable offset is zero: the facts are cleared, the type stays. */
void reg_set_known_zero(struct reg *reg);
/* A scalar that may be anything; @precise when nothing may be forgotten (unprivileged). */
void reg_set_unknown(struct reg *reg, bool precise);
void reg_set_not_init(struct reg *reg, bool precise);

void reg_forget_ranges(struct reg *reg);
/* Ranges from single bits (__update_reg_bounds). */
void reg_learn_bits(struct reg *reg);
/* tnum and ranges tell each other what they know. */
void reg_sync(struct reg *reg);
/* After a 32-bit operation: the upper half is zero. */
void reg_zero_extend(struct reg *reg);
/* After a load of @size bytes (1, 2, 4, 8): what is left of the value. */
void reg_truncate(struct reg *reg, u32 size);
/* A branch told something about one half: carry it over. */
void reg_combine_32_into_64(struct reg *reg);
void reg_combine_64_into_32(struct reg *reg);

static inline bool reg_is_const(const struct reg *reg)
{
	return reg->type == SCALAR_VALUE && tnum_is_const(reg->var_off);
}

static inline bool reg_is_null(const struct reg *reg)
{
	return reg->type == SCALAR_VALUE && tnum_equals_const(reg->var_off, 0);
}

#endif
