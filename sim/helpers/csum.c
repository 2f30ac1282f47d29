/*
 * Checksum helpers (net/core/filter.c, bpf_csum_*, bpf_l3_csum_replace,
 * bpf_l4_csum_replace; net/core/utils.c).
 */
#include "csum.h"

#include "../progs/skb.h"
#include "helper.h"

#define CSUM_MANGLED_0 0xffff     /* a UDP checksum of 0 would mean "none" */
#define CSUM_LEVEL_MAX 3
#define DIFF_MAX 512u             /* bytes of both sides: a stack frame */

u32 csum_partial(const void *data, u32 len, u32 sum)
{
	const u8 *p = data;
	u64 total = sum;

	for (u32 n; len; p += n, len -= n) {
		u64 word = 0;

		n = min_u64(len, sizeof(word));
		memcpy(&word, p, n);
		total += word;
		total += total < word;
	}
	return csum_add(total >> 32, total);
}

HELPER_FN(csum_diff)
{
	const u32 *from = (const u32 *)r1, *to = (const u32 *)r3;
	u32 from_size = r2, to_size = r4, diff[DIFF_MAX / 4], n = 0;

	UNUSED_ARGS();
	if ((from_size | to_size) % 4 || from_size > DIFF_MAX || to_size > DIFF_MAX - from_size)
		return -EINVAL;
	for (u32 i = 0; i < from_size / 4; i++, n++) {
		memcpy(&diff[n], from + i, 4);
		diff[n] = ~diff[n];
	}
	if (to_size)
		memcpy(&diff[n], to, to_size);
	return csum_partial(diff, from_size + to_size, r5);
}

HELPER_FN(csum_update)
{
	struct sk_buff *skb = skb_at(r1);

	UNUSED_ARGS();
	if (skb->ip_summed != SKB_CHECKSUM_COMPLETE)
		return -ENOTSUPP;
	return skb->csum = csum_add(skb->csum, r2);
}

static void level_inc(struct sk_buff *skb)
{
	if (skb->ip_summed == SKB_CHECKSUM_UNNECESSARY) {
		if (skb->csum_level < CSUM_LEVEL_MAX)
			skb->csum_level++;
	} else if (skb->ip_summed == SKB_CHECKSUM_NONE) {
		skb->ip_summed = SKB_CHECKSUM_UNNECESSARY;
		skb->csum_level = 0;
	}
}

static void level_dec(struct sk_buff *skb)
{
	if (skb->ip_summed != SKB_CHECKSUM_UNNECESSARY)
		return;
	if (skb->csum_level)
		skb->csum_level--;
	else
		skb->ip_summed = SKB_CHECKSUM_NONE;
}

static void level_reset(struct sk_buff *skb)
{
	if (skb->ip_summed != SKB_CHECKSUM_UNNECESSARY)
		return;
	skb->ip_summed = SKB_CHECKSUM_NONE;
	skb->csum_level = 0;
}

HELPER_FN(csum_level)
{
	static void (*const change[])(struct sk_buff *skb) = {
		[BPF_CSUM_LEVEL_INC] = level_inc,
		[BPF_CSUM_LEVEL_DEC] = level_dec,
		[BPF_CSUM_LEVEL_RESET] = level_reset,
	};
	struct sk_buff *skb = skb_at(r1);

	UNUSED_ARGS();
	if (r2 == BPF_CSUM_LEVEL_QUERY)
		return skb->ip_summed == SKB_CHECKSUM_UNNECESSARY ? skb->csum_level : (u64)-EACCES;
	if (r2 >= ARRAY_SIZE(change) || !change[r2])
		return -EINVAL;
	change[r2](skb);
	return 0;
}

/* --- replacing part of what a checksum in the packet covers --- */

static u16 get(const u8 *at)
{
	u16 sum;

	memcpy(&sum, at, sizeof(sum));
	return sum;
}

static void put(u8 *at, u16 sum)
{
	memcpy(at, &sum, sizeof(sum));
}

static void replace_by_diff(u8 *at, u32 diff)
{
	put(at, csum_fold(csum_add(diff, ~(u32)get(at))));
}

static void replace4(u8 *at, u32 from, u32 to)
{
	put(at, csum_fold(csum_add(csum_sub(~(u32)get(at), from), to)));
}

static u16 add16(u16 a, u16 b)
{
	u16 sum = a + b;

	return sum + (sum < b);
}

static void replace2(u8 *at, u16 from, u16 to)
{
	put(at, ~add16(add16(~get(at), ~from), to));
}

/* The place of the checksum, or NULL (-EFAULT). */
static u8 *checksum_at(struct sk_buff *skb, u32 off)
{
	u8 *at = off > 0xffff || off & 1 ? NULL : skb_bytes(skb, off, 2);

	if (off <= 0xffff && !(off & 1))
		skb_set_data_pointers(skb);
	return at;
}

HELPER_FN(l3_csum_replace)
{
	u8 *at;

	UNUSED_ARGS();
	if (r5 & ~(u64)BPF_F_HDR_FIELD_MASK)
		return -EINVAL;
	at = checksum_at(skb_at(r1), r2);
	if (!at)
		return -EFAULT;
	switch (r5) {
	case 0:
		if (r3)
			return -EINVAL;
		replace_by_diff(at, r4);
		return 0;
	case 2:
		replace2(at, r3, r4);
		return 0;
	case 4:
		replace4(at, r3, r4);
		return 0;
	}
	return -EINVAL;
}

/* inet_proto_csum_replace4: the sum over all of the packet changes with the pseudo-header. */
static void proto_replace4(u8 *at, struct sk_buff *skb, u32 from, u32 to, bool pseudo)
{
	if (skb->ip_summed != SKB_CHECKSUM_PARTIAL) {
		replace4(at, from, to);
		if (skb->ip_summed == SKB_CHECKSUM_COMPLETE && pseudo)
			skb->csum = ~csum_add(csum_sub(~skb->csum, from), to);
	} else if (pseudo) {
		put(at, ~csum_fold(csum_add(csum_sub(get(at), from), to)));
	}
}

static void proto_replace_by_diff(u8 *at, struct sk_buff *skb, u32 diff, bool pseudo, bool ipv6)
{
	if (skb->ip_summed != SKB_CHECKSUM_PARTIAL) {
		replace_by_diff(at, diff);
		if (skb->ip_summed == SKB_CHECKSUM_COMPLETE && pseudo && !ipv6)
			skb->csum = ~csum_sub(diff, skb->csum);
	} else if (pseudo) {
		put(at, ~csum_fold(csum_add(diff, get(at))));
	}
}

#define L4_FLAGS                                                                                             \
	(BPF_F_MARK_MANGLED_0 | BPF_F_MARK_ENFORCE | BPF_F_PSEUDO_HDR | BPF_F_HDR_FIELD_MASK | BPF_F_IPV6)
#ifndef BPF_F_IPV6
#define BPF_F_IPV6 (1ull << 7) /* a fix of 6.1's stable series */
#endif

static int l4_replace(u8 *at, struct sk_buff *skb, u64 from, u64 to, u64 flags)
{
	bool pseudo = flags & BPF_F_PSEUDO_HDR;

	switch (flags & BPF_F_HDR_FIELD_MASK) {
	case 0:
		if (from)
			return -EINVAL;
		proto_replace_by_diff(at, skb, to, pseudo, flags & BPF_F_IPV6);
		return 0;
	case 2:
		proto_replace4(at, skb, (u16)from, (u16)to, pseudo);
		return 0;
	case 4:
		proto_replace4(at, skb, from, to, pseudo);
		return 0;
	}
	return -EINVAL;
}

HELPER_FN(l4_csum_replace)
{
	struct sk_buff *skb = skb_at(r1);
	bool none_is_zero = r5 & BPF_F_MARK_MANGLED_0;
	u8 *at;
	int err;

	UNUSED_ARGS();
	if (r5 & ~(u64)L4_FLAGS)
		return -EINVAL;
	at = checksum_at(skb, r2);
	if (!at)
		return -EFAULT;
	if (none_is_zero && !(r5 & BPF_F_MARK_ENFORCE) && !get(at))
		return 0;
	err = l4_replace(at, skb, r3, r4, r5);
	if (!err && none_is_zero && !get(at))
		put(at, CSUM_MANGLED_0);
	return err;
}
