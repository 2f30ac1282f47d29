/* SHA-256 (FIPS 180-4): how a session file knows that a capture is still the same file. */
#ifndef UI_SHA256_H
#define UI_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

struct sha256 {
	uint32_t h[8];
	uint64_t len;       /* bytes so far */
	uint8_t block[64];  /* the part of a block that is not hashed yet */
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t n);
void sha256_end(struct sha256 *s, uint8_t out[SHA256_SIZE]);

#endif
