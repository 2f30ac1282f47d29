/*
 * The sets of helpers that several types of programs share: lines for a prog_type's list of struct
 * helper_set.
 *
 * Mirrors bpf_base_func_proto and its kin: each type has its own helpers first, then one of these as the
 * fallback.
 */
#ifndef SIM_PROGS_SETS_H
#define SIM_PROGS_SETS_H

#include "prog_type.h"

extern const u16 helpers_base[], helpers_with_cap_bpf[], helpers_with_perfmon[];
extern const u16 helpers_coarse_time[], helpers_sk_casts[];
extern const u16 helpers_local_storage[], helpers_retval[], helpers_cgroup_current[];
extern const u16 helpers_stack_raw_tp[], helpers_traced[], helpers_write_user[], helpers_tracing[];
extern const u16 helpers_iter[], helpers_trampoline[];
extern const u16 helpers_sk_options[], helpers_skb_filter[], helpers_lwt[];

bool has_cap_bpf(const struct prog_view *view);
bool has_perfmon(const struct prog_view *view);
bool has_cap_bpf_and_perfmon(const struct prog_view *view);
bool has_sys_admin(const struct prog_view *view);
/* The hook's caller returns a value that programs can see. */
bool has_retval(const struct prog_view *view);
bool is_iter(const struct prog_view *view);
bool is_locked_sock_iter(const struct prog_view *view);
bool has_trampoline(const struct prog_view *view);
/* Is the expected attach type one of these ATTACH_BIT()s? */
static inline bool is_attach(const struct prog_view *view, u64 types)
{
	return attach_in(types, view->prog->expected_attach_type);
}

/* bpf_base_func_proto */
#define BASE_HELPERS \
	{helpers_base, NULL}, {helpers_with_cap_bpf, has_cap_bpf}, \
	{helpers_with_perfmon, has_cap_bpf_and_perfmon}
/* bpf_sk_base_func_proto */
#define SK_BASE_HELPERS {helpers_coarse_time, NULL}, {helpers_sk_casts, has_perfmon}, BASE_HELPERS
/* cgroup_common_func_proto */
#define CGROUP_COMMON_HELPERS {helpers_local_storage, NULL}, {helpers_retval, has_retval}
/* cgroup_current_func_proto */
#define CGROUP_CURRENT_HELPERS {helpers_cgroup_current, NULL}
/* bpf_tracing_func_proto */
#define TRACED_HELPERS {helpers_traced, NULL}, {helpers_write_user, has_sys_admin}, BASE_HELPERS
/* tracing_prog_func_proto */
#define TRACING_HELPERS                                                                               \
	{helpers_tracing, NULL}, {helpers_iter, is_iter}, {helpers_trampoline, has_trampoline},       \
	{helpers_stack_raw_tp, NULL}, TRACED_HELPERS, {helpers_sk_options, is_locked_sock_iter}

#endif
