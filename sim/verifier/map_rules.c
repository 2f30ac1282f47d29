/*
 * Which maps go with which helpers (check_map_func_compatibility of kernel/bpf/verifier.c): asked from both
 * sides, each a table.
 */
#include "../world/world.h"
#include "access.h"
#include "call.h"

/* Types of maps that only these helpers take. */
static const struct {
	u32 type;
	u16 helpers[8];     /* 0 at the end */
} for_maps[] = {
	{BPF_MAP_TYPE_PROG_ARRAY, {BPF_FUNC_tail_call}},
	{BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	 {BPF_FUNC_perf_event_read, BPF_FUNC_perf_event_output, BPF_FUNC_skb_output,
	  BPF_FUNC_perf_event_read_value, BPF_FUNC_xdp_output}},
	{BPF_MAP_TYPE_RINGBUF,
	 {BPF_FUNC_ringbuf_output, BPF_FUNC_ringbuf_reserve, BPF_FUNC_ringbuf_query,
	  BPF_FUNC_ringbuf_reserve_dynptr, BPF_FUNC_ringbuf_submit_dynptr, BPF_FUNC_ringbuf_discard_dynptr}},
	{BPF_MAP_TYPE_USER_RINGBUF, {BPF_FUNC_user_ringbuf_drain}},
	{BPF_MAP_TYPE_STACK_TRACE, {BPF_FUNC_get_stackid}},
	{BPF_MAP_TYPE_CGROUP_ARRAY, {BPF_FUNC_skb_under_cgroup, BPF_FUNC_current_task_under_cgroup}},
	{BPF_MAP_TYPE_CGROUP_STORAGE, {BPF_FUNC_get_local_storage}},
	{BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, {BPF_FUNC_get_local_storage}},
	{BPF_MAP_TYPE_DEVMAP, {BPF_FUNC_redirect_map, BPF_FUNC_map_lookup_elem}},
	{BPF_MAP_TYPE_DEVMAP_HASH, {BPF_FUNC_redirect_map, BPF_FUNC_map_lookup_elem}},
	{BPF_MAP_TYPE_CPUMAP, {BPF_FUNC_redirect_map}},
	{BPF_MAP_TYPE_XSKMAP, {BPF_FUNC_redirect_map, BPF_FUNC_map_lookup_elem}},
	{BPF_MAP_TYPE_ARRAY_OF_MAPS, {BPF_FUNC_map_lookup_elem}},
	{BPF_MAP_TYPE_HASH_OF_MAPS, {BPF_FUNC_map_lookup_elem}},
	{BPF_MAP_TYPE_SOCKMAP,
	 {BPF_FUNC_sk_redirect_map, BPF_FUNC_sock_map_update, BPF_FUNC_msg_redirect_map,
	  BPF_FUNC_sk_select_reuseport, BPF_FUNC_map_lookup_elem}},
	{BPF_MAP_TYPE_SOCKHASH,
	 {BPF_FUNC_sk_redirect_hash, BPF_FUNC_sock_hash_update, BPF_FUNC_msg_redirect_hash,
	  BPF_FUNC_sk_select_reuseport, BPF_FUNC_map_lookup_elem}},
	{BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, {BPF_FUNC_sk_select_reuseport}},
	{BPF_MAP_TYPE_QUEUE, {BPF_FUNC_map_peek_elem, BPF_FUNC_map_pop_elem, BPF_FUNC_map_push_elem}},
	{BPF_MAP_TYPE_STACK, {BPF_FUNC_map_peek_elem, BPF_FUNC_map_pop_elem, BPF_FUNC_map_push_elem}},
	{BPF_MAP_TYPE_SK_STORAGE, {BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete}},
	{BPF_MAP_TYPE_INODE_STORAGE, {BPF_FUNC_inode_storage_get, BPF_FUNC_inode_storage_delete}},
	{BPF_MAP_TYPE_TASK_STORAGE, {BPF_FUNC_task_storage_get, BPF_FUNC_task_storage_delete}},
	{BPF_MAP_TYPE_BLOOM_FILTER, {BPF_FUNC_map_peek_elem, BPF_FUNC_map_push_elem}},
};

/* Helpers that take only these types of maps. */
static const struct {
	u16 helper;
	u8 types[5];        /* 0 at the end */
} for_helpers[] = {
	{BPF_FUNC_tail_call, {BPF_MAP_TYPE_PROG_ARRAY}},
	{BPF_FUNC_perf_event_read, {BPF_MAP_TYPE_PERF_EVENT_ARRAY}},
	{BPF_FUNC_perf_event_output, {BPF_MAP_TYPE_PERF_EVENT_ARRAY}},
	{BPF_FUNC_perf_event_read_value, {BPF_MAP_TYPE_PERF_EVENT_ARRAY}},
	{BPF_FUNC_skb_output, {BPF_MAP_TYPE_PERF_EVENT_ARRAY}},
	{BPF_FUNC_xdp_output, {BPF_MAP_TYPE_PERF_EVENT_ARRAY}},
	{BPF_FUNC_ringbuf_output, {BPF_MAP_TYPE_RINGBUF}},
	{BPF_FUNC_ringbuf_reserve, {BPF_MAP_TYPE_RINGBUF}},
	{BPF_FUNC_ringbuf_query, {BPF_MAP_TYPE_RINGBUF}},
	{BPF_FUNC_ringbuf_reserve_dynptr, {BPF_MAP_TYPE_RINGBUF}},
	{BPF_FUNC_ringbuf_submit_dynptr, {BPF_MAP_TYPE_RINGBUF}},
	{BPF_FUNC_ringbuf_discard_dynptr, {BPF_MAP_TYPE_RINGBUF}},
	{BPF_FUNC_user_ringbuf_drain, {BPF_MAP_TYPE_USER_RINGBUF}},
	{BPF_FUNC_get_stackid, {BPF_MAP_TYPE_STACK_TRACE}},
	{BPF_FUNC_current_task_under_cgroup, {BPF_MAP_TYPE_CGROUP_ARRAY}},
	{BPF_FUNC_skb_under_cgroup, {BPF_MAP_TYPE_CGROUP_ARRAY}},
	{BPF_FUNC_redirect_map,
	 {BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_DEVMAP_HASH, BPF_MAP_TYPE_CPUMAP, BPF_MAP_TYPE_XSKMAP}},
	{BPF_FUNC_sk_redirect_map, {BPF_MAP_TYPE_SOCKMAP}},
	{BPF_FUNC_msg_redirect_map, {BPF_MAP_TYPE_SOCKMAP}},
	{BPF_FUNC_sock_map_update, {BPF_MAP_TYPE_SOCKMAP}},
	{BPF_FUNC_sk_redirect_hash, {BPF_MAP_TYPE_SOCKHASH}},
	{BPF_FUNC_msg_redirect_hash, {BPF_MAP_TYPE_SOCKHASH}},
	{BPF_FUNC_sock_hash_update, {BPF_MAP_TYPE_SOCKHASH}},
	{BPF_FUNC_get_local_storage, {BPF_MAP_TYPE_CGROUP_STORAGE, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE}},
	{BPF_FUNC_sk_select_reuseport,
	 {BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, BPF_MAP_TYPE_SOCKMAP, BPF_MAP_TYPE_SOCKHASH}},
	{BPF_FUNC_map_pop_elem, {BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK}},
	{BPF_FUNC_map_peek_elem, {BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK, BPF_MAP_TYPE_BLOOM_FILTER}},
	{BPF_FUNC_map_push_elem, {BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK, BPF_MAP_TYPE_BLOOM_FILTER}},
	{BPF_FUNC_map_lookup_percpu_elem,
	 {BPF_MAP_TYPE_PERCPU_ARRAY, BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH}},
	{BPF_FUNC_sk_storage_get, {BPF_MAP_TYPE_SK_STORAGE}},
	{BPF_FUNC_sk_storage_delete, {BPF_MAP_TYPE_SK_STORAGE}},
	{BPF_FUNC_inode_storage_get, {BPF_MAP_TYPE_INODE_STORAGE}},
	{BPF_FUNC_inode_storage_delete, {BPF_MAP_TYPE_INODE_STORAGE}},
	{BPF_FUNC_task_storage_get, {BPF_MAP_TYPE_TASK_STORAGE}},
	{BPF_FUNC_task_storage_delete, {BPF_MAP_TYPE_TASK_STORAGE}},
};

static bool map_takes(u32 type, u32 helper)
{
	for (u32 i = 0; i < ARRAY_SIZE(for_maps); i++) {
		if (for_maps[i].type != type)
			continue;
		for (u32 j = 0; j < ARRAY_SIZE(for_maps[i].helpers) && for_maps[i].helpers[j]; j++)
			if (for_maps[i].helpers[j] == helper)
				return true;
		return false;
	}
	return true;
}

static bool helper_takes(u32 helper, u32 type)
{
	for (u32 i = 0; i < ARRAY_SIZE(for_helpers); i++) {
		if (for_helpers[i].helper != helper)
			continue;
		for (u32 j = 0; j < ARRAY_SIZE(for_helpers[i].types) && for_helpers[i].types[j]; j++)
			if (for_helpers[i].types[j] == type)
				return true;
		return false;
	}
	return true;
}

/* Programs that never run with a locked socket. */
static bool runs_unlocked(const struct env *env)
{
	switch (resolved_prog_type(env)) {
	case BPF_PROG_TYPE_TRACING:
		return env->v->prog->expected_attach_type == BPF_TRACE_ITER;
	case BPF_PROG_TYPE_SOCKET_FILTER:
	case BPF_PROG_TYPE_SCHED_CLS:
	case BPF_PROG_TYPE_SCHED_ACT:
	case BPF_PROG_TYPE_XDP:
	case BPF_PROG_TYPE_SK_REUSEPORT:
	case BPF_PROG_TYPE_FLOW_DISSECTOR:
	case BPF_PROG_TYPE_SK_LOOKUP:
		return true;
	}
	return false;
}

/* Some programs may update and delete in maps of sockets. */
static bool may_change_sockets(struct env *env, const struct map *map, u32 helper)
{
	if (map->k.map_type != BPF_MAP_TYPE_SOCKMAP && map->k.map_type != BPF_MAP_TYPE_SOCKHASH)
		return false;
	if (helper != BPF_FUNC_map_update_elem && helper != BPF_FUNC_map_delete_elem)
		return false;
	if (runs_unlocked(env))
		return true;
	if (resolved_prog_type(env) == BPF_PROG_TYPE_SOCK_OPS && helper == BPF_FUNC_map_delete_elem)
		return true;
	reject(env, SOCKMAP_CONTEXT);
	return false;
}

int check_map_rules(struct env *env, const struct map *map, u32 func_id)
{
	if (!map)
		return 0;
	if (!map_takes(map->k.map_type, func_id) && !may_change_sockets(env, map, func_id))
		return reject(env, MAP_AND_HELPER, map->k.map_type, helper_name(func_id), func_id);
	if (!helper_takes(func_id, map->k.map_type))
		return reject(env, MAP_AND_HELPER, map->k.map_type, helper_name(func_id), func_id);
	if (func_id == BPF_FUNC_tail_call && env->v->nsubprogs > 1 && !env->sim->world->sysctl.bpf_jit_enable)
		return reject(env, TAIL_CALL_NEEDS_JIT);
	return 0;
}
