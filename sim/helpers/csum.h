/*
 * The Internet checksum: 16-bit words in one's complement, RFC 1071. Sums are 32 bits wide
 * until they are folded.
 */
#ifndef SIM_HELPERS_CSUM_H
#define SIM_HELPERS_CSUM_H

#include "../base.h"

/*
 * @sum and all of @data; the words are in memory order. The 32 bits are those of the kernel's
 * csum_partial on x86.
 */
u32 csum_partial(const void *data, u32 len, u32 sum);

static inline u32 csum_add(u32 a, u32 b)
{
	return a + b + (a + b < b);
}

static inline u32 csum_sub(u32 a, u32 b)
{
	return csum_add(a, ~b);
}

/* The 16 bits that stand in a header. */
static inline u16 csum_fold(u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The sum of bytes that begin at an odd offset has its halves of each word swapped. */
static inline u32 csum_at(u32 sum, u32 off)
{
	return off & 1 ? sum >> 8 | sum << 24 : sum;
}

#endif
