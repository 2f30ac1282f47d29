/* A bloom filter: a row of bits behind struct bpf_map, and how they are chosen (bloom_filter.c). */
#ifndef SIM_MAPS_BLOOM_FILTER_H
#define SIM_MAPS_BLOOM_FILTER_H

#include "map.h"

struct bloom {
	u32 mask;          /* bits - 1 */
	u32 seed;
	u32 hashes;
};

#endif
