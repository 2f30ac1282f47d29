/* Addresses of the Internet: see inet.h. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "inet.h"

static const u8 eth0_ip4[4] = {10, 0, 0, 1};
static const u8 eth0_ip6[16] = {0xfd, [15] = 1};

/* --- words --- */

bool inet_parse4(const char *s, u8 out[4])
{
	for (u32 i = 0; i < 4; i++) {
		u32 value = 0, digits = 0;

		for (; *s >= '0' && *s <= '9' && digits < 3; s++, digits++)
			value = value * 10 + (*s - '0');
		if (!digits || value > 255 || *s != (i < 3 ? '.' : 0))
			return false;
		out[i] = value;
		s++;
	}
	return true;
}

static s32 hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One group of hexadecimal digits; NULL: there is none, or it is too long. */
static const char *read_group(const char *s, u32 *out)
{
	u32 digits = 0;

	for (*out = 0; hex_digit(*s) >= 0; s++, digits++)
		*out = *out << 4 | hex_digit(*s);
	return digits && digits <= 4 ? s : NULL;
}

/* Groups up to the end of the text or "::"; how many, or -1. */
static s32 read_groups(const char **at, u8 *out)
{
	s32 n = 0;
	u32 group;

	while (**at && **at != ':' && n < 8) {
		*at = read_group(*at, &group);
		if (!*at)
			return -1;
		out[2 * n] = group >> 8;
		out[2 * n + 1] = group;
		n++;
		if ((*at)[0] != ':' || (*at)[1] == ':')
			break;
		(*at)++;
		if (!**at)
			return -1;
	}
	return n;
}

static bool parse6(const char *s, u8 out[16])
{
	u8 head[16] = {0}, tail[16] = {0};
	s32 n = read_groups(&s, head), m = 0;
	bool gap = n >= 0 && s[0] == ':' && s[1] == ':';

	if (gap) {
		s += 2;
		m = read_groups(&s, tail);
	}
	if (n < 0 || m < 0 || *s || (gap ? n + m > 7 : n != 8))
		return false;
	memcpy(out, head, 16);
	memcpy(out + 16 - 2 * m, tail, 2 * m);
	return true;
}

bool inet_parse(const char *s, u32 port, struct net_address *out)
{
	memset(out, 0, sizeof(*out));
	out->port = port;
	out->family = AF_INET;
	if (port > UINT16_MAX)
		return false;
	if (inet_parse4(s, out->ip))
		return true;
	out->family = AF_INET6;
	return parse6(s, out->ip);
}

/* The first group of a run of zeroes that goes to the last group but one; 7: there is none. */
static u32 zeroes_from(const u8 *ip)
{
	u32 i = 7;

	while (i && !(ip[2 * i - 2] | ip[2 * i - 1]))
		i--;
	return i;
}

static void text6(const u8 *ip, struct text *out)
{
	u32 gap = zeroes_from(ip);

	text_add(out, "[");
	for (u32 i = 0; i < gap; i++)
		text_add(out, i + 1 < gap || gap == 7 ? "%x:" : "%x", ip[2 * i] << 8 | ip[2 * i + 1]);
	if (gap < 7)
		text_add(out, "::");
	text_add(out, ip[14] | ip[15] || gap == 7 ? "%x]" : "]", ip[14] << 8 | ip[15]);
}

void inet_text(const struct net_address *address, struct text *out)
{
	const u8 *ip = address->ip;

	if (address->family == AF_INET)
		text_add(out, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
	else
		text6(ip, out);
	text_add(out, ":%u", address->port);
}

/* --- user space's form --- */

u32 inet_to_sockaddr(const struct net_address *address, void *sockaddr)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = inet_swap(address->port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = inet_swap(address->port)};
	bool is4 = address->family == AF_INET;

	memcpy(&v4.sin_addr, address->ip, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, address->ip, sizeof(v6.sin6_addr));
	memcpy(sockaddr, is4 ? (void *)&v4 : (void *)&v6, is4 ? sizeof(v4) : sizeof(v6));
	return is4 ? sizeof(v4) : sizeof(v6);
}

bool inet_from_sockaddr(const void *sockaddr, struct net_address *out)
{
	const struct sockaddr_in *v4 = sockaddr;
	const struct sockaddr_in6 *v6 = sockaddr;

	memset(out, 0, sizeof(*out));
	out->family = v4->sin_family;
	out->port = inet_swap(v4->sin_port);
	if (out->family == AF_INET)
		memcpy(out->ip, &v4->sin_addr, 4);
	else if (out->family == AF_INET6)
		memcpy(out->ip, &v6->sin6_addr, 16);
	return out->family == AF_INET || out->family == AF_INET6;
}

/* --- whose they are --- */

bool inet_is_any(const struct net_address *address)
{
	static const u8 zero[16];

	return !memcmp(address->ip, zero, inet_size(address->family));
}

bool inet_is_loopback(const struct net_address *address)
{
	static const u8 loopback6[16] = {[15] = 1};

	return address->family == AF_INET ? address->ip[0] == 127 : !memcmp(address->ip, loopback6, 16);
}

bool inet_is_here(const struct net_address *address)
{
	const u8 *eth0 = address->family == AF_INET ? eth0_ip4 : eth0_ip6;

	return inet_is_any(address) || inet_is_loopback(address) ||
	       !memcmp(address->ip, eth0, inet_size(address->family));
}

void inet_source_for(const struct net_address *to, struct net_address *out)
{
	*out = *to;
	out->port = 0;
	if (inet_is_here(to) && !inet_is_any(to))
		return;
	memcpy(out->ip, to->family == AF_INET ? eth0_ip4 : eth0_ip6, inet_size(to->family));
}

/* --- in sockets --- */

void inet_local(const struct sock *sk, struct net_address *out)
{
	const struct sock_common *c = &sk->__sk_common;

	memset(out, 0, sizeof(*out));
	out->family = c->skc_family;
	out->port = c->skc_num;
	if (out->family == AF_INET)
		memcpy(out->ip, &c->skc_rcv_saddr, 4);
	else
		memcpy(out->ip, c->skc_v6_rcv_saddr, 16);
}

void inet_remote(const struct sock *sk, struct net_address *out)
{
	const struct sock_common *c = &sk->__sk_common;

	memset(out, 0, sizeof(*out));
	out->family = c->skc_family;
	out->port = inet_swap(c->skc_dport);
	if (out->family == AF_INET)
		memcpy(out->ip, &c->skc_daddr, 4);
	else
		memcpy(out->ip, c->skc_v6_daddr, 16);
}

void inet_set_local(struct sock *sk, const struct net_address *address)
{
	struct sock_common *c = &sk->__sk_common;
	struct inet_sock *inet = (struct inet_sock *)sk;

	c->skc_num = address->port;
	inet->inet_sport = inet_swap(address->port);
	if (address->family == AF_INET) {
		memcpy(&c->skc_rcv_saddr, address->ip, 4);
		memcpy(&inet->inet_saddr, address->ip, 4);
	} else {
		memcpy(c->skc_v6_rcv_saddr, address->ip, 16);
	}
}

void inet_set_remote(struct sock *sk, const struct net_address *address)
{
	struct sock_common *c = &sk->__sk_common;

	c->skc_dport = inet_swap(address->port);
	if (address->family == AF_INET)
		memcpy(&c->skc_daddr, address->ip, 4);
	else
		memcpy(c->skc_v6_daddr, address->ip, 16);
}
