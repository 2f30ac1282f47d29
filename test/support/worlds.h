/*
 * What a machine of the verifier's fuzzer holds before its programs come: the maps of plausible programs, or
 * a recorded program with its maps.
 */
#ifndef TEST_SUPPORT_WORLDS_H
#define TEST_SUPPORT_WORLDS_H

#include "plausible.h"
#include "seeds.h"
#include "ui/vector_bench.h"

/* Maps with random values, and BTF. The second: other values. */
void world_make(struct vector_bench *bench, u64 *dice, bool unprivileged, struct plausible_world *world);
void world_fill(struct vector_bench *bench, u64 *dice, const struct plausible_world *world);
/* Makes the maps and takes the program as it was recorded; false: it cannot be made here. */
bool seed_take(struct vector_bench *bench, const struct seed *seed, struct subject *subject);
/* Random values for its arrays and hashes. What cannot be written stays as it is. */
void seed_fill(struct vector_bench *bench, u64 *dice, const struct seed *seed);

#endif
