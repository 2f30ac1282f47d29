/* The map types by file, for the lines in table.c. */
#ifndef SIM_MAPS_TYPES_H
#define SIM_MAPS_TYPES_H

#include "map.h"

extern const struct map_ops array_ops;  /* array.c */
extern const struct map_ops hash_ops;   /* hash.c */

/* rules.c */
extern const struct map_ops prog_array_ops;
extern const struct map_ops perf_event_array_ops;
extern const struct map_ops cgroup_array_ops;
extern const struct map_ops array_of_maps_ops;
extern const struct map_ops hash_of_maps_ops;
extern const struct map_ops percpu_array_ops;
extern const struct map_ops percpu_hash_ops;
extern const struct map_ops lru_hash_ops;
extern const struct map_ops lru_percpu_hash_ops;
extern const struct map_ops stack_trace_ops;
extern const struct map_ops lpm_trie_ops;
extern const struct map_ops devmap_ops;
extern const struct map_ops devmap_hash_ops;
extern const struct map_ops sockmap_ops;
extern const struct map_ops sockhash_ops;
extern const struct map_ops cpumap_ops;
extern const struct map_ops xskmap_ops;
extern const struct map_ops reuseport_sockarray_ops;
extern const struct map_ops queue_ops;
extern const struct map_ops stack_ops;
extern const struct map_ops bloom_filter_ops;
extern const struct map_ops ringbuf_ops;
extern const struct map_ops user_ringbuf_ops;
extern const struct map_ops sk_storage_ops;
extern const struct map_ops inode_storage_ops;
extern const struct map_ops task_storage_ops;
extern const struct map_ops cgroup_storage_ops;
extern const struct map_ops percpu_cgroup_storage_ops;
extern const struct map_ops struct_ops_ops;

#endif
