/* The nodes of an LPM trie (lpm_trie.c). */
#ifndef SIM_MAPS_LPM_TRIE_H
#define SIM_MAPS_LPM_TRIE_H

#include "map.h"

struct lpm_node {
	u64 rcu[2];                /*  0: in Linux, to be freed later */
	struct lpm_node *child[2]; /* 16; a dead one: [0] is the next dead one */
	u32 bits;                  /* 32: length of the prefix */
	u32 between;               /* 36: it is there for its children, and has no value */
	u8 data[];                 /* 40: the prefix, then the value */
};

static_assert(offsetof(struct lpm_node, data) == 40, "6.1's struct lpm_trie_node");

struct trie {
	struct lpm_node *root;
	struct lpm_node *dead, **dead_end; /* the oldest first */
	u32 ndead;
	u32 count;                 /* prefixes with a value */
	u32 data_size;             /* bytes of a key without its length */
};

static inline u32 key_bits(const void *key)
{
	u32 bits;

	memcpy(&bits, key, sizeof(bits));
	return bits;
}

static inline const u8 *key_data(const void *key)
{
	return (const u8 *)key + sizeof(u32);
}

static inline u32 bit_at(const u8 *data, u32 i)
{
	return data[i / 8] >> (7 - i % 8) & 1;
}

#endif
