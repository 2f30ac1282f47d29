/*
 * The kernel's functions behind the map helpers, by map type: what a translated program calls in place of
 * the helper. Mirrors each struct bpf_map_ops of Linux 6.1.
 */
#include "map.h"

struct functions {
	const char *lookup, *update, *remove, *push, *pop, *peek, *redirect, *for_each, *lookup_on_cpu;
};

static const struct functions functions[] = {
	[BPF_MAP_TYPE_HASH] = {
		"htab_map_lookup_elem", "htab_map_update_elem", "htab_map_delete_elem",
		.for_each = "bpf_for_each_hash_elem",
	},
	[BPF_MAP_TYPE_ARRAY] = {
		"array_map_lookup_elem", "array_map_update_elem", "array_map_delete_elem",
		.for_each = "bpf_for_each_array_elem",
	},
	[BPF_MAP_TYPE_PROG_ARRAY] = {"fd_array_map_lookup_elem", .remove = "fd_array_map_delete_elem"},
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = {
		"fd_array_map_lookup_elem", .remove = "fd_array_map_delete_elem",
	},
	[BPF_MAP_TYPE_PERCPU_HASH] = {
		"htab_percpu_map_lookup_elem", "htab_percpu_map_update_elem", "htab_map_delete_elem",
		.for_each = "bpf_for_each_hash_elem",
		.lookup_on_cpu = "htab_percpu_map_lookup_percpu_elem",
	},
	[BPF_MAP_TYPE_PERCPU_ARRAY] = {
		"percpu_array_map_lookup_elem", "array_map_update_elem", "array_map_delete_elem",
		.for_each = "bpf_for_each_array_elem",
		.lookup_on_cpu = "percpu_array_map_lookup_percpu_elem",
	},
	[BPF_MAP_TYPE_STACK_TRACE] = {
		"stack_map_lookup_elem", "stack_map_update_elem", "stack_map_delete_elem",
	},
	[BPF_MAP_TYPE_CGROUP_ARRAY] = {
		"fd_array_map_lookup_elem", .remove = "fd_array_map_delete_elem",
	},
	[BPF_MAP_TYPE_LRU_HASH] = {
		"htab_lru_map_lookup_elem", "htab_lru_map_update_elem", "htab_lru_map_delete_elem",
		.for_each = "bpf_for_each_hash_elem",
	},
	[BPF_MAP_TYPE_LRU_PERCPU_HASH] = {
		"htab_lru_percpu_map_lookup_elem", "htab_lru_percpu_map_update_elem",
		"htab_lru_map_delete_elem", .for_each = "bpf_for_each_hash_elem",
		.lookup_on_cpu = "htab_lru_percpu_map_lookup_percpu_elem",
	},
	[BPF_MAP_TYPE_LPM_TRIE] = {"trie_lookup_elem", "trie_update_elem", "trie_delete_elem"},
	[BPF_MAP_TYPE_ARRAY_OF_MAPS] = {
		"array_of_map_lookup_elem", .remove = "fd_array_map_delete_elem",
	},
	[BPF_MAP_TYPE_HASH_OF_MAPS] = {"htab_of_map_lookup_elem", .remove = "htab_map_delete_elem"},
	[BPF_MAP_TYPE_DEVMAP] = {
		"dev_map_lookup_elem", "dev_map_update_elem", "dev_map_delete_elem",
		.redirect = "dev_map_redirect",
	},
	[BPF_MAP_TYPE_DEVMAP_HASH] = {
		"dev_map_hash_lookup_elem", "dev_map_hash_update_elem", "dev_map_hash_delete_elem",
		.redirect = "dev_hash_map_redirect",
	},
	[BPF_MAP_TYPE_SOCKMAP] = {"sock_map_lookup", "sock_map_update_elem", "sock_map_delete_elem"},
	[BPF_MAP_TYPE_SOCKHASH] = {"sock_hash_lookup", "sock_map_update_elem", "sock_hash_delete_elem"},
	[BPF_MAP_TYPE_CPUMAP] = {
		"cpu_map_lookup_elem", "cpu_map_update_elem", "cpu_map_delete_elem",
		.redirect = "cpu_map_redirect",
	},
	[BPF_MAP_TYPE_XSKMAP] = {
		"xsk_map_lookup_elem", "xsk_map_update_elem", "xsk_map_delete_elem",
		.redirect = "xsk_map_redirect",
	},
	[BPF_MAP_TYPE_CGROUP_STORAGE] = {
		"cgroup_storage_lookup_elem", "cgroup_storage_update_elem",
		"cgroup_storage_delete_elem",
	},
	[BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE] = {
		"cgroup_storage_lookup_elem", "cgroup_storage_update_elem",
		"cgroup_storage_delete_elem",
	},
	[BPF_MAP_TYPE_REUSEPORT_SOCKARRAY] = {
		"reuseport_array_lookup_elem", .remove = "reuseport_array_delete_elem",
	},
	[BPF_MAP_TYPE_QUEUE] = {
		.push = "queue_stack_map_push_elem", .pop = "queue_map_pop_elem",
		.peek = "queue_map_peek_elem",
	},
	[BPF_MAP_TYPE_STACK] = {
		.push = "queue_stack_map_push_elem", .pop = "stack_map_pop_elem",
		.peek = "stack_map_peek_elem",
	},
	[BPF_MAP_TYPE_BLOOM_FILTER] = {
		"bloom_map_lookup_elem", "bloom_map_update_elem", "bloom_map_delete_elem",
		"bloom_map_push_elem", "bloom_map_pop_elem", "bloom_map_peek_elem",
	},
	[BPF_MAP_TYPE_SK_STORAGE] = {
		"bpf_fd_sk_storage_lookup_elem", "bpf_fd_sk_storage_update_elem",
		"bpf_fd_sk_storage_delete_elem",
	},
	[BPF_MAP_TYPE_INODE_STORAGE] = {
		"bpf_fd_inode_storage_lookup_elem", "bpf_fd_inode_storage_update_elem",
		"bpf_fd_inode_storage_delete_elem",
	},
	[BPF_MAP_TYPE_TASK_STORAGE] = {
		"bpf_pid_task_storage_lookup_elem", "bpf_pid_task_storage_update_elem",
		"bpf_pid_task_storage_delete_elem",
	},
	[BPF_MAP_TYPE_STRUCT_OPS] = {
		"bpf_struct_ops_map_lookup_elem", "bpf_struct_ops_map_update_elem",
		"bpf_struct_ops_map_delete_elem",
	},
	[BPF_MAP_TYPE_RINGBUF] = {
		"ringbuf_map_lookup_elem", "ringbuf_map_update_elem", "ringbuf_map_delete_elem",
	},
	[BPF_MAP_TYPE_USER_RINGBUF] = {
		"ringbuf_map_lookup_elem", "ringbuf_map_update_elem", "ringbuf_map_delete_elem",
	},
};

const char *map_function_name(u32 map_type, u32 helper)
{
	const struct functions *f =
		map_type < ARRAY_SIZE(functions) ? &functions[map_type] : &(struct functions){NULL};

	switch (helper) {
	case BPF_FUNC_map_lookup_elem:
		return f->lookup;
	case BPF_FUNC_map_update_elem:
		return f->update;
	case BPF_FUNC_map_delete_elem:
		return f->remove;
	case BPF_FUNC_map_push_elem:
		return f->push;
	case BPF_FUNC_map_pop_elem:
		return f->pop;
	case BPF_FUNC_map_peek_elem:
		return f->peek;
	case BPF_FUNC_redirect_map:
		return f->redirect;
	case BPF_FUNC_for_each_map_elem:
		return f->for_each;
	case BPF_FUNC_map_lookup_percpu_elem:
		return f->lookup_on_cpu;
	default:
		return NULL;
	}
}
