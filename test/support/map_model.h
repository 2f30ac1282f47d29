/*
 * Maps against a model: the same random operations on a map and on a plain list of keys and values (or of
 * records, prefixes, maps), equal results demanded. Which keys an LRU map forgets is its own affair: the model
 * demands only that it knows no others, and that the one just put in is there.
 */
#ifndef TEST_SUPPORT_MAP_MODEL_H
#define TEST_SUPPORT_MAP_MODEL_H

#include "sim/maps/map.h"

/* A simulation with nothing in it but an arena, ids and a clock. */
struct map_bench {
	struct sim_host *host;
	struct sim sim;
	struct task task;    /* root; makes the maps */
};

void map_bench_init(struct map_bench *b);
void map_bench_fini(struct map_bench *b);
/* Checks and makes a map: NULL with *err. */
struct map *map_bench_new(struct map_bench *b, const union bpf_attr *attr, int *err);

/*
 * @ops operations on a map made by @attr (at most 256 entries), by @seed. False and a line on stderr when
 * they differ.
 */
bool map_model_run(struct map_bench *b, const union bpf_attr *attr, u64 seed, u64 ops);
/* The map shapes worth trying; @index from 0, false after the last. */
bool map_model_shape(u32 index, union bpf_attr *attr);

#endif
