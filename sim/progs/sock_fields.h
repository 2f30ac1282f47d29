/*
 * The fields of struct bpf_sock, once for all who see it: any socket, a full one, the context of CGROUP_SOCK.
 *
 * FIELD(field, size, width, access of any socket, of a full one, of CGROUP_SOCK, its attach types (0: all),
 * where the kernel keeps it). Mirrors bpf_sock_is_valid_access, __sock_filter_check_attach_type and
 * bpf_sock_convert_ctx_access.
 */
#define RD CTX_READ
#define RW (CTX_READ | CTX_WRITE)
#define OWNER (ATTACH_BIT(BPF_CGROUP_INET_SOCK_CREATE) | ATTACH_BIT(BPF_CGROUP_INET_SOCK_RELEASE))
#define BIND4 ATTACH_BIT(BPF_CGROUP_INET4_POST_BIND)
#define BIND6 ATTACH_BIT(BPF_CGROUP_INET6_POST_BIND)
#define MEMBER(type, field) .koff = offsetof(struct type, field), .target = sizeof(((struct type *)0)->field)
#define WORD(field, i) .koff = offsetof(struct sock_common, field) + 4 * (i), .target = 4

FIELD(bound_dev_if, 4, FULL, RD, RD, RW, OWNER, MEMBER(sock_common, skc_bound_dev_if))
FIELD(family, 4, NARROW_FIRST, RD, RD, RD, 0, MEMBER(sock_common, skc_family))
FIELD(type, 4, NARROW_FIRST, 0, RD, RD, 0, MEMBER(sock, sk_type))
FIELD(protocol, 4, NARROW_FIRST, 0, RD, RD, 0, MEMBER(sock, sk_protocol))
FIELD(mark, 4, FULL, 0, RD, RW, OWNER, MEMBER(sock, sk_mark))
FIELD(priority, 4, FULL, 0, RD, RW, OWNER, MEMBER(sock, sk_priority))
FIELD(src_ip4, 4, NARROW, RD, RD, RD, BIND4, MEMBER(sock_common, skc_rcv_saddr))
FIELD(src_ip6[0], 4, NARROW, RD, RD, RD, BIND6, WORD(skc_v6_rcv_saddr, 0))
FIELD(src_ip6[1], 4, NARROW, RD, RD, RD, BIND6, WORD(skc_v6_rcv_saddr, 1))
FIELD(src_ip6[2], 4, NARROW, RD, RD, RD, BIND6, WORD(skc_v6_rcv_saddr, 2))
FIELD(src_ip6[3], 4, NARROW, RD, RD, RD, BIND6, WORD(skc_v6_rcv_saddr, 3))
FIELD(src_port, 4, NARROW_FIRST, RD, RD, RD, BIND4 | BIND6, MEMBER(sock_common, skc_num))
/* Programs read this port in 2 bytes or, as in former versions, in 4: two entries. */
FIELD(dst_port, 2, NARROW, RD, RD, RD, 0, MEMBER(sock_common, skc_dport))
FIELD(dst_port, 4, FULL, RD, RD, RD, 0, MEMBER(sock_common, skc_dport))
FIELD(dst_ip4, 4, NARROW, RD, RD, RD, 0, MEMBER(sock_common, skc_daddr))
FIELD(dst_ip6[0], 4, NARROW, RD, RD, RD, 0, WORD(skc_v6_daddr, 0))
FIELD(dst_ip6[1], 4, NARROW, RD, RD, RD, 0, WORD(skc_v6_daddr, 1))
FIELD(dst_ip6[2], 4, NARROW, RD, RD, RD, 0, WORD(skc_v6_daddr, 2))
FIELD(dst_ip6[3], 4, NARROW, RD, RD, RD, 0, WORD(skc_v6_daddr, 3))
FIELD(state, 4, NARROW_FIRST, RD, RD, RD, 0, MEMBER(sock_common, skc_state))
FIELD(rx_queue_mapping, 4, NARROW_FIRST, RD, RD, RD, 0, .get = sock_get_rx_queue, .convert = sock_convert_rx_queue, .target = 4)
#undef RD
#undef RW
#undef OWNER
#undef BIND4
#undef BIND6
#undef MEMBER
#undef WORD
