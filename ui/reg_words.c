/* Registers in words: see reg_words.h. */
#include "reg_words.h"
#include "words.h"

/* --- numbers --- */

#define TOO_MUCH (1ll << 48)  /* a bound beyond it tells nothing */

/* Of a number of 32 bits: what a signed comparison told. */
static void half_words(const struct reg *reg, struct text *out)
{
	const struct range *r = &reg->r64, *half = &reg->r32;
	bool low = half->smin > INT32_MIN && r->smin < half->smin,
	     high = half->smax < INT32_MAX && r->smax > half->smax;

	if (r->umax > UINT32_MAX)
		return;
	if (low && high)
		text_say(out, " (as a signed 32-bit number: from %lld to %lld)", (long long)half->smin,
			 (long long)half->smax);
	else if (high)
		text_say(out, " (as a signed 32-bit number: at most %lld, maybe negative)",
			 (long long)half->smax);
	else if (low)
		text_say(out, " (as a signed 32-bit number: at least %lld)", (long long)half->smin);
}

static void number_words(const struct reg *reg, struct text *out)
{
	const struct range *r = &reg->r64;

	if (tnum_is_const(reg->var_off)) {
		text_say(out, "the number %lld", (long long)reg->var_off.value);
		return;
	}
	if (r->umax <= INT64_MAX)
		text_say(out, "a number from %llu to %llu", (unsigned long long)r->umin,
			 (unsigned long long)r->umax);
	else if (tnum_is_const(tnum_subreg(reg->var_off)))
		text_say(out, "a number whose lower 32 bits are %u", (u32)reg->var_off.value);
	else if (r->smin > -TOO_MUCH && r->smax < INT64_MAX)
		text_say(out, "a number from %lld to %lld", (long long)r->smin, (long long)r->smax);
	else if (r->smax < TOO_MUCH)
		text_say(out, "a number of at most %lld, or any negative one", (long long)r->smax);
	else if (r->umin && r->smax == INT64_MAX)
		text_say(out, "a number of at least %llu (unsigned)", (unsigned long long)r->umin);
	else
		text_say(out, "a number of which nothing is known");
	half_words(reg, out);
}

/* --- pointers --- */

bool reg_is_packet(const struct reg *reg)
{
	return reg->type == PTR_TO_PACKET || reg->type == PTR_TO_PACKET_META;
}

/* Byte @base + what the variable part may add. */
static void place_words(const struct reg *reg, struct text *out)
{
	long long off = reg->off;

	if (tnum_is_const(reg->var_off))
		text_say(out, ", at byte %lld", off + (long long)reg->var_off.value);
	else if (reg->r64.smin < INT32_MIN || reg->r64.smax > INT32_MAX)
		text_say(out, ", moved by a number of which too little is known");
	else
		text_say(out, ", at a byte from %lld to %lld", off + (long long)reg->r64.smin,
			 off + (long long)reg->r64.smax);
}

static void stack_words(const struct reg *reg, struct text *out)
{
	long long off = (long long)reg->off + (long long)reg->var_off.value;

	if (tnum_is_const(reg->var_off))
		text_say(out, off ? "a pointer to the stack, fp%+lld" : "the frame pointer, fp", off);
	else
		text_say(out, "a pointer to the stack");
}

static void packet_words(const struct reg *reg, struct text *out)
{
	if (reg->range == RANGE_AT_PKT_END || reg->range == RANGE_BEYOND_PKT_END)
		text_say(out, "; the packet ends there or before");
	else if (!reg->range)
		text_say(out, "; no byte of it is known to be there");
	else if (tnum_equals_const(reg->var_off, 0))
		text_say(out, "; the packet has at least %d bytes", reg->range);
	else
		text_say(out, "; %d bytes behind the variable part of its offset are known to be there",
			 reg->range);
}

static const struct {
	u32 type;
	const char *words;
} pointers[] = {
	{PTR_TO_CTX, "a pointer to the context"},
	{PTR_TO_PACKET, "a pointer into the packet"},
	{PTR_TO_PACKET_META, "a pointer to the packet's metadata"},
	{PTR_TO_PACKET_END, "the packet's end"},
	{PTR_TO_FLOW_KEYS, "a pointer to the flow keys"},
	{PTR_TO_SOCKET, "a pointer to a socket"},
	{PTR_TO_SOCK_COMMON, "a pointer to a socket"},
	{PTR_TO_TCP_SOCK, "a pointer to a TCP socket"},
	{PTR_TO_XDP_SOCK, "a pointer to an XDP socket"},
	{PTR_TO_TP_BUFFER, "a pointer to the tracepoint's buffer"},
	{PTR_TO_BTF_ID, "a pointer to a kernel object"},
	{PTR_TO_BUF, "a pointer to a buffer"},
	{PTR_TO_FUNC, "the address of a function"},
	{PTR_TO_DYNPTR, "a pointer to a dynptr"},
};

static void pointer_words(const struct reg *reg, struct text *out)
{
	u32 type = base_type(reg->type);

	if (type == CONST_PTR_TO_MAP)
		text_say(out, "the map %s", reg->map ? reg->map->obj.name : "");
	else if (type == PTR_TO_MAP_VALUE && reg->map)
		text_say(out, "a pointer to a value of map %s (%u bytes)", reg->map->obj.name,
			 reg->map->k.value_size);
	else if (type == PTR_TO_MAP_KEY && reg->map)
		text_say(out, "a pointer to a key of map %s (%u bytes)", reg->map->obj.name,
			 reg->map->k.key_size);
	else if (type == PTR_TO_MEM)
		text_say(out, "a pointer to %u bytes of memory", reg->mem_size);
	else if (type == PTR_TO_STACK)
		stack_words(reg, out);
	for (u32 i = 0; i < ARRAY_SIZE(pointers); i++)
		if (pointers[i].type == type)
			text_say(out, "%s", words(pointers[i].words));
}

static bool moved(const struct reg *reg)
{
	return reg->off || !tnum_equals_const(reg->var_off, 0);
}

void reg_words(struct sim *sim, struct verifier *v, const struct reg *reg, struct text *out)
{
	u32 type = base_type(reg->type);

	if (type == NOT_INIT || type == SCALAR_VALUE) {
		type == NOT_INIT ? text_say(out, "nothing") : number_words(reg, out);
		return;
	}
	pointer_words(reg, out);
	if (moved(reg) && (type != PTR_TO_STACK || !tnum_is_const(reg->var_off)))
		place_words(reg, out);
	if (reg_is_packet(reg))
		packet_words(reg, out);
	if (reg->type & PTR_MAYBE_NULL)
		text_say(out, ", or NULL: not tested yet");
	if (type == PTR_TO_BTF_ID) {
		text_say(out, ": ");
		path_reg_text(sim, v, reg, out);
	}
}

void reg_words_learned(struct sim *sim, struct verifier *v, u32 regno, const struct reg *before,
		       const struct reg *after, struct text *out)
{
	if ((before->type & PTR_MAYBE_NULL) && !(after->type & PTR_MAYBE_NULL)) {
		text_say(out, after->type == SCALAR_VALUE ? "r%u is NULL" : "r%u is not NULL", regno);
		return;
	}
	if (reg_is_packet(after) && after->range < 0 && tnum_equals_const(after->var_off, 0)) {
		text_say(out,
			 after->range == RANGE_AT_PKT_END ? "the packet has at most %d bytes"
							  : "the packet has fewer than %d bytes",
			 after->off);
		return;
	}
	if (reg_is_packet(after) && after->range >= 0 && tnum_equals_const(after->var_off, 0)) {
		text_say(out, "the packet has at least %d byte%s", after->range,
			 after->range == 1 ? "" : "s");
		return;
	}
	text_say(out, "r%u is ", regno);
	reg_words(sim, v, after, out);
}
