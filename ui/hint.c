/* Hints: see hint.h. Made from the reason's operands and from what the register at fault went through. */
#include <stdio.h>
#include <stdlib.h>

#include "hint.h"

/* Operand @n of the line of the log that has the numbers. */
static long long number(const struct diagnosis *d, u32 n)
{
	char text[32];

	if (d->before_reason == REASON_NONE)
		return 0;
	return reason_operand(d->before_reason, d->before, n, text, sizeof(text)) ? atoll(text) : 0;
}

/* "invalid access to packet, off=23 size=1, R2(id=0,off=23,r=14)": a pointer without a variable part. */
static bool hint_packet(const struct diagnosis *d, char out[HINT])
{
	long long need = number(d, 0) + number(d, 1), have = number(d, 5); /* from the packet's beginning */

	if (d->before_reason != REASON_PACKET_BOUNDS || number(d, 3) || number(d, 0) < 0)
		return false;
	if (have > 0)
		snprintf(out, HINT,
			 "the access ends at data + %lld, but only data + %lld was compared with data_end: "
			 "write `if (data + %lld > data_end) return ...;`.",
			 need, have, need);
	else
		snprintf(out, HINT,
			 "write `if (data + %lld > data_end) return ...;` before it: no comparison on "
			 "this path has shown that so much is there.",
			 need);
	return true;
}

/* The kernel does not follow packet offsets of more than 16 bits. */
static bool hint_far(const struct diagnosis *d, char out[HINT])
{
	if (d->before_reason != REASON_PACKET_BOUNDS || !d->cause.too_far)
		return false;
	snprintf(out, HINT,
		 "the offset in r%d may be more than 65535: of such a pointer no comparison with data_end "
		 "tells anything. Bound the offset first, `off &= 0x7fff`.",
		 d->regno);
	return true;
}

/* "invalid access to map value, value_size=64 off=64 size=4" */
static bool hint_bounds(const struct diagnosis *d, char out[HINT])
{
	bool sized = d->before_reason == REASON_VALUE_BOUNDS || d->before_reason == REASON_MEM_BOUNDS ||
		     d->before_reason == REASON_KEY_BOUNDS;
	long long room = number(d, 0) - number(d, 2);

	if (!sized || d->reason != REASON_MAX_OUTSIDE || room < 0)
		return false;
	snprintf(out, HINT,
		 "the access may begin at byte %lld; with its size of %lld it must begin at byte %lld "
		 "or before.",
		 number(d, 1), number(d, 2), room);
	return true;
}

static bool hint_null(const struct diagnosis *d, char out[HINT])
{
	bool may_be_null = strstr(d->cause.words, "or NULL");

	if (!may_be_null || d->cause.origin == UINT32_MAX)
		return false;
	snprintf(out, HINT,
		 "what r%d holds comes from instruction %u and is used at %u; nothing in between has shown "
		 "that it is not NULL.",
		 d->regno, d->cause.origin, d->at.insn);
	return true;
}

/* A call took the value, or made it useless. */
static bool hint_call(const struct diagnosis *d, char out[HINT])
{
	u32 call = d->cause.written_at, regno = d->cause.writer_regno;

	if (!d->cause.by_call)
		return false;
	if (regno <= BPF_REG_5)
		snprintf(out, HINT,
			 "copy r%u to one of r6-r9 before the call at instruction %u, and use that one "
			 "after it.",
			 regno, call);
	else if (d->cause.was_packet)
		snprintf(out, HINT,
			 "the call at instruction %u may move the packet: load data and data_end again after "
			 "it, and compare again.",
			 call);
	else
		snprintf(out, HINT,
			 "the call at instruction %u gave back what r%u points to: use it before, not after.",
			 call, regno);
	return true;
}

/* "... R0 has value (0x4; 0x0) should have been in (0x0; 0x3)": which numbers are those? */
static bool hint_return(const struct diagnosis *d, char out[HINT])
{
	unsigned long long first, mask;
	char wanted[64];

	if (d->reason != REASON_RETURN_RANGE ||
	    !reason_operand(d->reason, d->message, 2, wanted, sizeof(wanted)) ||
	    sscanf(wanted, "(%llx; %llx)", &first, &mask) != 2 || (mask & (mask + 1)))
		return false;
	if (mask)
		snprintf(out, HINT, "r0 must be a number from %llu to %llu, and it is %s.", first,
			 first + mask, d->cause.words);
	else
		snprintf(out, HINT, "r0 must be %llu, and it is %s.", first, d->cause.words);
	return true;
}

/* bpf_ntohs and the like: the number is no larger than before, but 6.1 does not know that. */
static bool hint_swap(const struct diagnosis *d, char out[HINT])
{
	bool bounds = d->reason == REASON_OFFSET_UNBOUNDED || d->reason == REASON_UNBOUNDED_OFFSET ||
		      d->reason == REASON_UNBOUNDED_SIZE || d->reason == REASON_NEGATIVE_SIZE;

	if (!bounds || !d->cause.by_swap)
		return false;
	snprintf(out, HINT,
		 "the byte swap at instruction %u (bpf_ntohs, bpf_ntohl) makes the verifier forget how large "
		 "the number can be: bound it after the swap, `len &= 0x7ff`.",
		 d->cause.written_at);
	return true;
}

static bool hint_stack(const struct diagnosis *d, char out[HINT])
{
	if (d->stack[0])
		snprintf(out, HINT, "%s", d->stack);
	return d->stack[0];
}

/* The first that knows something tells it. */
static bool (*const hints[])(const struct diagnosis *d, char out[HINT]) = {
	hint_return, hint_packet, hint_far, hint_bounds, hint_call, hint_null, hint_swap, hint_stack,
};

bool hint_text(const struct diagnosis *d, char out[HINT])
{
	for (u32 i = 0; i < ARRAY_SIZE(hints); i++)
		if (hints[i](d, out))
			return true;
	return false;
}
