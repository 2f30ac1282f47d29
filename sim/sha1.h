/* SHA-1 (RFC 3174): program tags are the first 8 bytes of one. */
#ifndef SIM_SHA1_H
#define SIM_SHA1_H

#include "base.h"

#define SHA1_SIZE 20

struct sha1 {
	u32 word[5];    /* the digest so far */
	u64 len;        /* bytes added */
	u8 block[64];   /* the last, unfinished block */
};

void sha1_init(struct sha1 *s);
void sha1_add(struct sha1 *s, const void *data, u64 n);
void sha1_end(struct sha1 *s, u8 digest[SHA1_SIZE]);

#endif
