/*
 * Socket helpers (net/core/filter.c, bpf_sk_*).
 *
 * Simplified: nobody in the simulated machine opens sockets, so a lookup with good arguments finds
 * none. The sockets that exist are those of packets in BPF_PROG_TEST_RUN; they are not counted, so that
 * there is nothing to release.
 */
#include "helper.h"

#include "../world/layout.h"

#define PROTOCOL_TCP 6
#define STATE_TIME_WAIT 6
#define STATE_LISTEN 10
#define STATE_NEW_SYN_RECV 12

HELPER_FN(sk_lookup_tcp)
{
	UNUSED_ARGS();
	return 0;
}

HELPER_FN(sk_lookup_udp)
{
	UNUSED_ARGS();
	return 0;
}

HELPER_FN(skc_lookup_tcp)
{
	UNUSED_ARGS();
	return 0;
}

HELPER_FN(sk_release)
{
	UNUSED_ARGS();
	return 0;
}

/* Only a full socket has more than its sock_common. */
static const struct sock *full(u64 sk)
{
	const struct sock_common *common = (const struct sock_common *)sk;

	if (!sk || common->skc_state == STATE_TIME_WAIT || common->skc_state == STATE_NEW_SYN_RECV)
		return NULL;
	return (const struct sock *)sk;
}

static u64 tcp(u64 sk)
{
	return full(sk) && full(sk)->sk_protocol == PROTOCOL_TCP ? sk : 0;
}

HELPER_FN(sk_fullsock)
{
	UNUSED_ARGS();
	return (u64)full(r1);
}

HELPER_FN(tcp_sock)
{
	UNUSED_ARGS();
	return tcp(r1);
}

HELPER_FN(get_listener_sock)
{
	UNUSED_ARGS();
	return full(r1) && full(r1)->__sk_common.skc_state == STATE_LISTEN ? r1 : 0;
}

HELPER_FN(skc_to_tcp_sock)
{
	UNUSED_ARGS();
	return tcp(r1);
}
