/* The map types by file, for the lines in table.c. */
#ifndef SIM_MAPS_TYPES_H
#define SIM_MAPS_TYPES_H

#include "map.h"

extern const struct map_ops array_ops;  /* array.c */
extern const struct map_ops hash_ops;   /* hash.c */

extern const struct map_ops prog_array_ops; /* fd_array.c */
extern const struct map_ops array_of_maps_ops; /* map_in_map.c */
extern const struct map_ops hash_of_maps_ops;
extern const struct map_ops percpu_array_ops; /* percpu_array.c */
extern const struct map_ops queue_ops; /* queue_stack.c */
extern const struct map_ops stack_ops;
extern const struct map_ops perf_event_array_ops; /* perf_event_array.c */
extern const struct map_ops cgroup_array_ops; /* cgroup.c */
extern const struct map_ops cgroup_storage_ops;
extern const struct map_ops percpu_cgroup_storage_ops;
extern const struct map_ops sk_storage_ops; /* local_storage.c */
extern const struct map_ops inode_storage_ops;
extern const struct map_ops task_storage_ops;
extern const struct map_ops sockmap_ops; /* sockmap.c */
extern const struct map_ops sockhash_ops;
extern const struct map_ops reuseport_sockarray_ops; /* reuseport_array.c */
extern const struct map_ops ringbuf_ops; /* ringbuf.c */
extern const struct map_ops user_ringbuf_ops;
extern const struct map_ops devmap_ops; /* devmap.c */
extern const struct map_ops devmap_hash_ops;
extern const struct map_ops cpumap_ops; /* cpumap.c */
extern const struct map_ops xskmap_ops; /* xskmap.c */

extern const struct map_ops percpu_hash_ops; /* percpu_hash.c */
extern const struct map_ops lru_percpu_hash_ops;
extern const struct map_ops lru_hash_ops; /* lru_hash.c */
extern const struct map_ops lpm_trie_ops; /* lpm_trie.c */
extern const struct map_ops bloom_filter_ops; /* bloom_filter.c */
extern const struct map_ops stack_trace_ops; /* stack_trace.c */

extern const struct map_ops struct_ops_ops; /* struct_ops.c */

/*
 * The `check` of types whose attributes fit the table in rules.c, of per-CPU and LRU hashes, and of hashes of
 * maps.
 */
int map_check_rule(struct sim *sim, const union bpf_attr *attr, const struct task *task);
int map_check_hash(struct sim *sim, const union bpf_attr *attr, const struct task *task);
int map_check_hash_of_maps(struct sim *sim, const union bpf_attr *attr, const struct task *task);

/* inline_lookup of the types that have one: inline_lookup.c */
bool array_inline_lookup(const struct map *map, struct patch *out);
bool array_of_maps_inline_lookup(const struct map *map, struct patch *out);
bool hash_inline_lookup(const struct map *map, struct patch *out);
bool lru_hash_inline_lookup(const struct map *map, struct patch *out);
bool hash_of_maps_inline_lookup(const struct map *map, struct patch *out);

#define MAP_HASH_FLAGS                                                                                     \
	(BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | BPF_F_ZERO_SEED | BPF_F_RDONLY | BPF_F_WRONLY |             \
	 BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)
#define MAP_LRU_FLAGS (BPF_F_NO_COMMON_LRU | (MAP_HASH_FLAGS & ~BPF_F_NO_PREALLOC))

#endif
