/* Sets of numbers and what the verifier says about them: see abstract.h. */
#include "abstract.h"

u64 random_u64(u64 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Numbers close to each other (a range), or that differ in a few bits (a tnum). */
struct values random_values(u64 *seed)
{
	static const u64 centers[] = {0, 0, 100, 1ull << 31, 1ull << 32, 1ull << 63, ~0ull << 31, ~0ull << 32, 0xffffffff00000000};
	u64 center = centers[random_u64(seed) % ARRAY_SIZE(centers)];
	u64 spread = 1 + random_u64(seed) % 64;
	u64 bits = random_u64(seed) & random_u64(seed) & random_u64(seed);
	bool range = random_u64(seed) % 3;
	struct values values = {.n = 1 + random_u64(seed) % MAX_VALUES};

	if (random_u64(seed) % 4 == 0)
		center = random_u64(seed);
	for (u32 i = 0; i < values.n; i++)
		values.v[i] = range ? center + random_u64(seed) % spread - spread / 2 : center ^ (bits & random_u64(seed));
	return values;
}

bool tnum_holds(struct tnum t, u64 value)
{
	return (value & ~t.mask) == t.value;
}

bool range_holds(const struct range *r, u64 value, u32 bits)
{
	u64 u = value & width_umax(bits);
	s64 s = width_signed(value, bits);

	return r->umin <= u && u <= r->umax && r->smin <= s && s <= r->smax;
}

bool reg_holds(const struct reg *reg, u64 value)
{
	return tnum_holds(reg->var_off, value) && range_holds(&reg->r64, value, 64) && range_holds(&reg->r32, value, 32);
}

struct tnum tnum_of(const struct values *values)
{
	struct tnum t = {values->v[0], 0};

	for (u32 i = 1; i < values->n; i++)
		t.mask |= values->v[i] ^ values->v[0];
	t.value &= ~t.mask;
	return t;
}

struct range range_of(const struct values *values, u32 bits)
{
	struct range r = range_const(values->v[0], bits);

	for (u32 i = 1; i < values->n; i++) {
		struct range one = range_const(values->v[i], bits);

		r.smin = one.smin < r.smin ? one.smin : r.smin;
		r.smax = one.smax > r.smax ? one.smax : r.smax;
		r.umin = one.umin < r.umin ? one.umin : r.umin;
		r.umax = one.umax > r.umax ? one.umax : r.umax;
	}
	return r;
}

struct reg reg_of(const struct values *values, u64 *seed)
{
	struct reg reg = {.type = SCALAR_VALUE, .var_off = tnum_of(values), .r64 = range_of(values, 64), .r32 = range_of(values, 32)};
	u64 less = random_u64(seed);

	if (less & 1)
		reg.r64 = range_full(64);
	if (less & 2)
		reg.r32 = range_full(32);
	if (less & 4)
		reg.var_off = TNUM_UNKNOWN;
	reg_sync(&reg);
	return reg;
}
