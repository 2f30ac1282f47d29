/*
 * Addresses of the Internet: in words, as user space gives them (struct sockaddr_in, sockaddr_in6), and in
 * sockets.
 *
 * Simplified: an IPv6 socket takes no IPv4.
 */
#ifndef SIM_WORLD_INET_H
#define SIM_WORLD_INET_H

#include "../core.h"
#include "layout.h"

struct net_address {
	u16 family; /* AF_INET, AF_INET6 */
	u16 port;   /* as a number */
	u8 ip[16];  /* IPv4: the first 4; in network order */
};

/* "10.0.0.2" as it stands in memory; false: it is none. */
bool inet_parse4(const char *s, u8 out[4]);
/* "10.0.0.2", "fd00::1". False: it is neither. */
bool inet_parse(const char *s, u32 port, struct net_address *out);
/* "10.0.0.2:80", "[fd00::1]:80" */
void inet_text(const struct net_address *address, struct text *out);

/* To and from user space's form; @sockaddr has room for a struct sockaddr_in6. Its length; false: it is
 * neither. */
u32 inet_to_sockaddr(const struct net_address *address, void *sockaddr);
bool inet_from_sockaddr(const void *sockaddr, struct net_address *out);

static inline u32 inet_size(u16 family)
{
	return family == 2 ? 4 : 16;
}

static inline u16 inet_swap(u16 port)
{
	return __builtin_bswap16(port);
}

bool inet_is_any(const struct net_address *address);
/* Is it one of this machine's? 127.0.0.0/8, ::1, 0.0.0.0, ::, and those of eth0. */
bool inet_is_here(const struct net_address *address);
bool inet_is_loopback(const struct net_address *address);
static inline bool inet_same_ip(const struct net_address *a, const struct net_address *b)
{
	return a->family == b->family && !memcmp(a->ip, b->ip, inet_size(a->family));
}

/* What stands in a socket's sock_common: this side and the other one. */
void inet_local(const struct sock *sk, struct net_address *out);
void inet_remote(const struct sock *sk, struct net_address *out);
void inet_set_local(struct sock *sk, const struct net_address *address);
void inet_set_remote(struct sock *sk, const struct net_address *address);
/* The address that a packet to @to comes from. */
void inet_source_for(const struct net_address *to, struct net_address *out);

#endif
