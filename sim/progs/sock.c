/*
 * Sockets as programs see them: struct bpf_sock. Mirrors bpf_sock_is_valid_access and bpf_sock_convert_ctx_access of
 * net/core/filter.c.
 *
 * Of a socket that may be half-open or dying (sock_common) only the addresses, ports, family and state can be read.
 */
#include "../world/layout.h"
#include "prog_type.h"

#define NO_QUEUE_MAPPING UINT16_MAX

static u64 get_rx_queue(u64 ctx)
{
	u16 queue = ((const struct sock *)ctx)->__sk_common.skc_rx_queue_mapping;

	return queue == NO_QUEUE_MAPPING ? UINT32_MAX : queue;
}

#define UAPI(field) #field, offsetof(struct bpf_sock, field), sizeof(((struct bpf_sock *)0)->field)
#define MEMBER(type, field) .koff = offsetof(struct type, field), .target = sizeof(((struct type *)0)->field)
#define WORD(field, i) #field "[" #i "]", offsetof(struct bpf_sock, field[i]), 4
#define IP6(field, i, member) \
	{WORD(field, i), CTX_SCALAR, CTX_READ, CTX_NARROW, .koff = offsetof(struct sock_common, member) + 4 * i, .target = 4}
#define FULL_ONLY(access) access
#define NO_ACCESS(access) 0

/* Programs read the port in 2 bytes or, as in former versions, in 4: two members here, the shorter one is found first. */
#define SOCK_FIELDS(FULL)                                                                                              \
	{UAPI(bound_dev_if), CTX_SCALAR, CTX_READ, CTX_FULL, MEMBER(sock_common, skc_bound_dev_if)},                   \
	{UAPI(family), CTX_SCALAR, CTX_READ, CTX_NARROW, MEMBER(sock_common, skc_family)},                            \
	{UAPI(type), CTX_SCALAR, FULL(CTX_READ), CTX_NARROW, MEMBER(sock, sk_type)},                                  \
	{UAPI(protocol), CTX_SCALAR, FULL(CTX_READ), CTX_NARROW, MEMBER(sock, sk_protocol)},                          \
	{UAPI(mark), CTX_SCALAR, FULL(CTX_READ), CTX_FULL, MEMBER(sock, sk_mark)},                                    \
	{UAPI(priority), CTX_SCALAR, FULL(CTX_READ), CTX_FULL, MEMBER(sock, sk_priority)},                            \
	{UAPI(src_ip4), CTX_SCALAR, CTX_READ, CTX_NARROW, MEMBER(sock_common, skc_rcv_saddr)},                        \
	IP6(src_ip6, 0, skc_v6_rcv_saddr), IP6(src_ip6, 1, skc_v6_rcv_saddr), IP6(src_ip6, 2, skc_v6_rcv_saddr),      \
	IP6(src_ip6, 3, skc_v6_rcv_saddr),                                                                            \
	{UAPI(src_port), CTX_SCALAR, CTX_READ, CTX_NARROW, MEMBER(sock_common, skc_num)},                             \
	{UAPI(dst_port), CTX_SCALAR, CTX_READ, CTX_NARROW, MEMBER(sock_common, skc_dport)},                           \
	{"dst_port", offsetof(struct bpf_sock, dst_port), 4, CTX_SCALAR, CTX_READ, CTX_FULL,                          \
	 MEMBER(sock_common, skc_dport)},                                                                             \
	{UAPI(dst_ip4), CTX_SCALAR, CTX_READ, CTX_NARROW, MEMBER(sock_common, skc_daddr)},                            \
	IP6(dst_ip6, 0, skc_v6_daddr), IP6(dst_ip6, 1, skc_v6_daddr), IP6(dst_ip6, 2, skc_v6_daddr),                  \
	IP6(dst_ip6, 3, skc_v6_daddr),                                                                                \
	{UAPI(state), CTX_SCALAR, CTX_READ, CTX_NARROW, MEMBER(sock_common, skc_state)},                              \
	{UAPI(rx_queue_mapping), CTX_SCALAR, CTX_READ, CTX_NARROW, .get = get_rx_queue, .target = 4},                 \
	{0}

const struct ctx_field sock_common_fields[] = {SOCK_FIELDS(NO_ACCESS)};
const struct ctx_field sock_fields[] = {SOCK_FIELDS(FULL_ONLY)};
