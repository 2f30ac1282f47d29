/*
 * The hash function of hash tables, bloom filters and stack maps: Bob Jenkins' lookup3 (public domain), as
 * in include/linux/jhash.h. With the same seed, keys come in the same order as in Linux.
 */
#ifndef SIM_MAPS_JHASH_H
#define SIM_MAPS_JHASH_H

#include "../base.h"

static inline u32 jhash_rol(u32 word, u32 bits)
{
	return word << bits | word >> (32 - bits);
}

/* One word of three takes a step: x loses what it has of z, and z grows by y. */
static inline void jhash_turn(u32 *x, u32 *z, u32 y, u32 bits)
{
	*x = (*x - *z) ^ jhash_rol(*z, bits);
	*z += y;
}

static inline void jhash_mix(u32 w[3])
{
	jhash_turn(&w[0], &w[2], w[1], 4);
	jhash_turn(&w[1], &w[0], w[2], 6);
	jhash_turn(&w[2], &w[1], w[0], 8);
	jhash_turn(&w[0], &w[2], w[1], 16);
	jhash_turn(&w[1], &w[0], w[2], 19);
	jhash_turn(&w[2], &w[1], w[0], 4);
}

static inline void jhash_end(u32 *x, u32 y, u32 bits)
{
	*x = (*x ^ y) - jhash_rol(y, bits);
}

static inline u32 jhash_final(u32 w[3])
{
	jhash_end(&w[2], w[1], 14);
	jhash_end(&w[0], w[2], 11);
	jhash_end(&w[1], w[0], 25);
	jhash_end(&w[2], w[1], 16);
	jhash_end(&w[0], w[2], 4);
	jhash_end(&w[1], w[0], 14);
	jhash_end(&w[2], w[1], 24);
	return w[2];
}

/* @size bytes, at least 1. A size that the compiler knows, up to 12, leaves a few instructions on registers. */
static inline __attribute__((always_inline)) u32 jhash(const void *key, u32 size, u32 seed)
{
	u32 start = 0xdeadbeef + size + seed, w[3] = {start, start, start};
	u32 part[3] = {0};
	const u8 *p = key;

	for (; size > sizeof(part); p += sizeof(part), size -= sizeof(part)) {
		memcpy(part, p, sizeof(part));
		for (u32 i = 0; i < 3; i++)
			w[i] += part[i];
		jhash_mix(w);
	}
	memset(part, 0, sizeof(part));
	memcpy(part, p, size);
	for (u32 i = 0; i < 3; i++)
		w[i] += part[i];
	return jhash_final(w);
}

#endif
