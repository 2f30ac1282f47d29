/*
 * Places at which the network asks programs, whichever event makes it work (sim/net.h), and what it can be
 * asked to do. A struct happening names one as NET_SITES + enum net_site.
 */
#ifndef SIM_WORLD_NET_SITES_H
#define SIM_WORLD_NET_SITES_H

#include "happening.h"

enum net_site {
	SITE_CREATE,
	SITE_RELEASE,
	SITE_BIND4,
	SITE_BIND6,
	SITE_POST_BIND4,
	SITE_POST_BIND6,
	SITE_CONNECT4,
	SITE_CONNECT6,
	SITE_SENDMSG4,
	SITE_SENDMSG6,
	SITE_RECVMSG4,
	SITE_RECVMSG6,
	SITE_PEERNAME4,
	SITE_PEERNAME6,
	SITE_SOCKNAME4,
	SITE_SOCKNAME6,
	SITE_EGRESS,
	SITE_INGRESS,
	SITE_SOCK_OPS,
	SITE_SETSOCKOPT,
	SITE_GETSOCKOPT,
	SITE_STATE,
	SITE_SET_STATE,
	SITE_TCP_V4_CONNECT,
	SITE_TCP_V6_CONNECT,
	SITE_SK_LOOKUP,
	SITE_REUSEPORT,
	SITE_PARSER,
	SITE_VERDICT,
	SITE_MSG,
};

/* happening_step.attach of a STEP_NET. */
enum net_call {
	NET_SOCKET,
	NET_BIND,
	NET_LISTEN,
	NET_CONNECT,
	NET_ACCEPT,
	NET_SEND,
	NET_RECV,
	NET_CLOSE,
	NET_SETSOCKOPT,
	NET_GETSOCKOPT,
	NET_SOCKNAME,
	NET_PEERNAME,
	NET_CLIENT,
	NET_JOIN,
};

extern const struct happening_step net_sites[];

/* What the events of sockets have as their own fields, all with the same places: happening.value. */
enum {
	NET_FD = V_F0, /* -1: not given */
	NET_IP,        /* addr=, to= */
	NET_PORT,
	NET_FROM, /* from= */
	NET_FROM_PORT,
	NET_TYPE, /* tcp, udp, tcp6, udp6 */
	NET_DATA,
	NET_BYTES,
	/* of those that have less of them */
	NET_NAME = V_F1,
	NET_VALUE,
	NET_LEVEL,
	NET_BACKLOG = V_F1,
	NET_MAP = V_F1,
	NET_KEY,
};

#endif
