/* bpf_skb_set_tunnel_key and bpf_skb_get_tunnel_key: sizes, flags, and what comes back. */
#include "test/errno/calls.h"

#define KEY (-64)
#define PUT(field, value) ST(BPF_W, 10, KEY + (int)__builtin_offsetof(struct bpf_tunnel_key, field), value)
#define ZERO(n) ST(BPF_DW, 10, KEY + 8 * (n), 0)
#define CLEAR ZERO(0), ZERO(1), ZERO(2), ZERO(3), ZERO(4), ZERO(5), ZERO(6)
#define SIZE ((int)sizeof(struct bpf_tunnel_key))
#define SET(size, flags) MOVR(1, 6), MOVR(2, 10), ADD(2, KEY), MOV(3, size), MOV(4, flags), CALL(BPF_FUNC_skb_set_tunnel_key)
#define GET(size, flags) MOVR(1, 6), MOVR(2, 10), ADD(2, KEY), MOV(3, size), MOV(4, flags), CALL(BPF_FUNC_skb_get_tunnel_key)

static const unsigned flags[] = {0, 1, 2, 4, 8, 16, 32, 64, 0x1f};
static const int sizes[] = {1, 4, 8, 12, 20, 24, 27, 28, 32, 40, 43, 44};

static void setting(void)
{
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(RUN(MOVR(6, 1), CLEAR, PUT(tunnel_id, 7), SET(SIZE, flags[i]), EXIT), "set, flags %x", flags[i]);
	for (unsigned i = 0; i < COUNT(sizes); i++)
		line(RUN(MOVR(6, 1), CLEAR, PUT(tunnel_id, 7), SET(sizes[i], 0), EXIT), "set, %d bytes", sizes[i]);
	line(RUN(MOVR(6, 1), CLEAR, PUT(tunnel_label, 7), SET(SIZE, 0), EXIT), "set, a label for IPv4");
	line(RUN(MOVR(6, 1), CLEAR, PUT(tunnel_label, 7), SET(SIZE, BPF_F_TUNINFO_IPV6), EXIT), "set, a label for IPv6");
	line(RUN(MOVR(6, 1), CLEAR, ST(BPF_H, 10, KEY + (int)__builtin_offsetof(struct bpf_tunnel_key, tunnel_ext), 1), SET(SIZE, 0),
		 EXIT),
	     "set, tunnel_ext");
}

static void getting(void)
{
	line(RUN(MOVR(6, 1), CLEAR, GET(SIZE, 0), EXIT), "get, nothing was set");
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(RUN(MOVR(6, 1), CLEAR, PUT(tunnel_id, 7), SET(SIZE, 0), GET(SIZE, flags[i]), EXIT), "get, flags %x", flags[i]);
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(RUN(MOVR(6, 1), CLEAR, PUT(tunnel_id, 7), SET(SIZE, 1), GET(SIZE, flags[i]), EXIT), "get IPv6, flags %x",
		     flags[i]);
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		line(RUN(MOVR(6, 1), CLEAR, SET(SIZE, 0), GET(sizes[i], 0), EXIT), "get, %d bytes", sizes[i]);
		line(RUN(MOVR(6, 1), CLEAR, SET(SIZE, 1), GET(sizes[i], 1), EXIT), "get IPv6, %d bytes", sizes[i]);
	}
}

static void values(unsigned set_flags, unsigned get_flags)
{
	for (int at = 0; at < SIZE; at += 4)
		line(RUN(MOVR(6, 1), CLEAR, PUT(tunnel_id, 0x12345678), PUT(remote_ipv6[0], 0x01020304), PUT(remote_ipv6[1], 0x55),
			 ST(BPF_B, 10, KEY + (int)__builtin_offsetof(struct bpf_tunnel_key, tunnel_tos), 0x11),
			 ST(BPF_B, 10, KEY + (int)__builtin_offsetof(struct bpf_tunnel_key, tunnel_ttl), 64),
			 PUT(local_ipv6[0], 0x0a0b0c0d), PUT(local_ipv6[3], 0x77),
			 PUT(tunnel_label, set_flags & 1 ? 0x7ffabcde : 0), SET(SIZE, set_flags), CLEAR, GET(SIZE, get_flags),
			 LDX(BPF_W, 0, 10, KEY + at), EXIT),
		     "set %x get %x: word at %d", set_flags, get_flags, at);
}

int main(void)
{
	setting();
	getting();
	values(0, 0);
	values(0, 16);
	values(2 | 4 | 8, 16);
	values(1, 1);
	values(1, 17);
	return 0;
}
