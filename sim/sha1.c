/*
 * SHA-1: see sha1.h. Written from RFC 3174: method 1 (6.1) with the message schedule of
 * method 2, 16 words (6.2).
 */
#include "sha1.h"

static u32 rotate(u32 x, u32 n)
{
	return x << n | x >> (32 - n);
}

static u32 load_be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static void store_be32(u8 *p, u32 x)
{
	p[0] = x >> 24;
	p[1] = x >> 16;
	p[2] = x >> 8;
	p[3] = x;
}

/* f and K of section 5 for round @t. */
static u32 mix(u32 t, u32 b, u32 c, u32 d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void add_block(struct sha1 *s)
{
	u32 a = s->word[0], b = s->word[1], c = s->word[2], d = s->word[3], e = s->word[4];
	u32 w[16];

	for (u32 t = 0; t < 80; t++) {
		u32 next;

		w[t & 15] =
			t < 16 ? load_be32(&s->block[t * 4])
			       : rotate(w[(t + 13) & 15] ^ w[(t + 8) & 15] ^ w[(t + 2) & 15] ^ w[t & 15], 1);
		next = rotate(a, 5) + mix(t, b, c, d) + e + w[t & 15];
		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	s->word[0] += a;
	s->word[1] += b;
	s->word[2] += c;
	s->word[3] += d;
	s->word[4] += e;
}

void sha1_init(struct sha1 *s)
{
	*s = (struct sha1){.word = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

void sha1_add(struct sha1 *s, const void *data, u64 n)
{
	const u8 *from = data;

	while (n) {
		u64 used = s->len % sizeof(s->block);
		u64 take = min_u64(n, sizeof(s->block) - used);

		memcpy(s->block + used, from, take);
		s->len += take;
		from += take;
		n -= take;
		if (used + take == sizeof(s->block))
			add_block(s);
	}
}

void sha1_end(struct sha1 *s, u8 digest[SHA1_SIZE])
{
	u64 bits = s->len * 8;
	u8 length[8];

	store_be32(length, bits >> 32);
	store_be32(length + 4, bits);
	sha1_add(s, "\x80", 1);
	while (s->len % sizeof(s->block) != sizeof(s->block) - sizeof(length))
		sha1_add(s, "", 1);
	sha1_add(s, length, sizeof(length));
	for (u32 i = 0; i < 5; i++)
		store_be32(digest + i * 4, s->word[i]);
}
