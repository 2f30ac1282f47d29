/*
 * bpf_fib_lookup: asks the routing table. Mirrors bpf_skb_fib_lookup and bpf_xdp_fib_lookup
 * of net/core/filter.c.
 *
 * Simplified: there is no routing table, because no device forwards, which is Linux's default: every good
 * question has the answer BPF_FIB_LKUP_RET_FWD_DISABLED.
 */
#include "helper.h"

#include "../world/netdev.h"

#include <sys/socket.h>

#define KNOWN_FLAGS (BPF_FIB_LOOKUP_DIRECT | BPF_FIB_LOOKUP_OUTPUT)

HELPER_FN(fib_lookup)
{
	const struct bpf_fib_lookup *params = (const struct bpf_fib_lookup *)r2;

	UNUSED_ARGS();
	if ((s32)r3 < (s32)sizeof(*params) || (u32)r4 & ~KNOWN_FLAGS)
		return -EINVAL;
	if (params->family != AF_INET && params->family != AF_INET6)
		return -EAFNOSUPPORT;
	return netdev_by_index(sim, params->ifindex) ? BPF_FIB_LKUP_RET_FWD_DISABLED : -ENODEV;
}
