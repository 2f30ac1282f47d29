/*
 * The fields of struct __sk_buff, once for all program types that have it as context. In the order of the
 * uapi struct.
 *
 * FIELD(field, kind, width, access of socket filters, of classifiers and actions, of CGROUP_SKB, of LWT_*, of
 * SK_SKB, where the kernel keeps it). Mirrors bpf_skb_is_valid_access, the is_valid_access of each type and
 * bpf_convert_ctx_access.
 */
#ifndef SKB_MAYBE_NO_DEV         /* not every packet has a device */
#define SKB_MAYBE_NO_DEV true
#endif
#ifndef SKB_CB                   /* who owns sk_buff.cb */
#define SKB_CB qdisc_skb_cb
#endif
#ifndef SKB_DATA_END_CONVERT
#define SKB_DATA_END_CONVERT NULL
#endif
#define RD CTX_READ
#define RW (CTX_READ | CTX_WRITE)
#define RC CTX_READ_CAP
#define WC CTX_WRITE_CAP
#define MEMBER(member) .koff = offsetof(struct sk_buff, member), .target = sizeof(((struct sk_buff *)0)->member)
#define CB(type, member) .koff = offsetof(struct sk_buff, cb) + offsetof(struct type, member), \
			 .target = sizeof(((struct type *)0)->member)
#define BEHIND(pointer, type, member) .hops = 1, .hop = {offsetof(struct sk_buff, pointer)}, \
				      .koff = offsetof(struct type, member), .target = sizeof(((struct type *)0)->member)
#define SHINFO(member) .convert = skb_convert_shinfo, .koff = offsetof(struct skb_shared_info, member), \
		       .target = sizeof(((struct skb_shared_info *)0)->member)
#define SK_WORD(member, i) .hops = 1, .hop = {offsetof(struct sk_buff, sk)}, \
			   .koff = offsetof(struct sock_common, member) + 4 * (i), .target = 4

FIELD(len, SCALAR, NARROW, RD, RD, RD, RD, RD, MEMBER(len))
FIELD(pkt_type, SCALAR, NARROW, RD, RD, RD, RD, RD, .get = skb_get_pkt_type, .convert = skb_convert_pkt_type, .target = 1)
FIELD(mark, SCALAR, NARROW, RD, RW, RW, RW, 0, MEMBER(mark))
FIELD(queue_mapping, SCALAR, NARROW, RD, RW, RD, RD, RD, MEMBER(queue_mapping), .set = skb_set_queue_mapping,
      .convert = skb_convert_queue_mapping)
FIELD(protocol, SCALAR, NARROW, RD, RD, RD, RD, RD, MEMBER(protocol))
FIELD(vlan_present, SCALAR, NARROW, RD, RD, RD, RD, RD, .get = skb_get_vlan_present,
      .convert = skb_convert_vlan_present, .target = 1)
FIELD(vlan_tci, SCALAR, NARROW, RD, RD, RD, RD, RD, MEMBER(vlan_tci))
FIELD(vlan_proto, SCALAR, NARROW, RD, RD, RD, RD, RD, MEMBER(vlan_proto))
FIELD(priority, SCALAR, NARROW, RD, RW, RW, RW, RW, MEMBER(priority))
FIELD(ingress_ifindex, SCALAR, NARROW, RD, RD, RD, RD, RD, MEMBER(skb_iif))
FIELD(ifindex, SCALAR, NARROW, RD, RD, RD, RD, RD, BEHIND(dev, net_device, ifindex),
      .maybe_null = SKB_MAYBE_NO_DEV)
FIELD(tc_index, SCALAR, NARROW, RD, RW, RD, RD, RW, MEMBER(tc_index))
FIELD(cb, SCALAR, BYTES, RW, RW, RW, RW, RD, CB(SKB_CB, data))
FIELD(hash, SCALAR, NARROW, RD, RD, RD, RD, RD, MEMBER(hash))
FIELD(tc_classid, SCALAR, NARROW, 0, RW, 0, 0, 0, CB(qdisc_skb_cb, tc_classid))
FIELD(data, PACKET, FULL, 0, RD, RC, RD, RD, MEMBER(data))
FIELD(data_end, PACKET_END, FULL, 0, RD, RC, RD, RD, CB(bpf_skb_data_end, data_end),
      .convert = SKB_DATA_END_CONVERT)
FIELD(napi_id, SCALAR, NARROW, RD, RD, RD, RD, RD, .get = skb_get_napi_id, .convert = skb_convert_napi_id, .target = 4)
FIELD(family, SCALAR, NARROW, 0, 0, RD, 0, RD, BEHIND(sk, sock_common, skc_family))
FIELD(remote_ip4, SCALAR, FULL, 0, 0, RD, 0, RD, BEHIND(sk, sock_common, skc_daddr))
FIELD(local_ip4, SCALAR, FULL, 0, 0, RD, 0, RD, BEHIND(sk, sock_common, skc_rcv_saddr))
FIELD(remote_ip6[0], SCALAR, FULL, 0, 0, RD, 0, RD, SK_WORD(skc_v6_daddr, 0))
FIELD(remote_ip6[1], SCALAR, FULL, 0, 0, RD, 0, RD, SK_WORD(skc_v6_daddr, 1))
FIELD(remote_ip6[2], SCALAR, FULL, 0, 0, RD, 0, RD, SK_WORD(skc_v6_daddr, 2))
FIELD(remote_ip6[3], SCALAR, FULL, 0, 0, RD, 0, RD, SK_WORD(skc_v6_daddr, 3))
FIELD(local_ip6[0], SCALAR, FULL, 0, 0, RD, 0, RD, SK_WORD(skc_v6_rcv_saddr, 0))
FIELD(local_ip6[1], SCALAR, FULL, 0, 0, RD, 0, RD, SK_WORD(skc_v6_rcv_saddr, 1))
FIELD(local_ip6[2], SCALAR, FULL, 0, 0, RD, 0, RD, SK_WORD(skc_v6_rcv_saddr, 2))
FIELD(local_ip6[3], SCALAR, FULL, 0, 0, RD, 0, RD, SK_WORD(skc_v6_rcv_saddr, 3))
FIELD(remote_port, SCALAR, NARROW, 0, 0, RD, 0, RD, .get = skb_get_remote_port,
      .convert = sock_convert_remote_port, BEHIND(sk, sock_common, skc_dport))
FIELD(local_port, SCALAR, NARROW, 0, 0, RD, 0, RD, BEHIND(sk, sock_common, skc_num))
FIELD(data_meta, PACKET_META, FULL, 0, RD, 0, 0, 0, CB(bpf_skb_data_end, data_meta))
FIELD(flow_keys, FLOW_KEYS, FULL, 0, 0, 0, 0, 0, .target = 0)
FIELD(tstamp, SCALAR, FULL, 0, RW, RD | WC, 0, 0, MEMBER(tstamp),
      .convert = skb_convert_tstamp)
FIELD(wire_len, SCALAR, NARROW, 0, RD, 0, 0, 0, CB(qdisc_skb_cb, pkt_len))
FIELD(gso_segs, SCALAR, NARROW, RD, RD, RD, RD, RD, .get = skb_get_gso_segs, SHINFO(gso_segs))
FIELD(sk, SOCK_COMMON, FULL, RD, RD, RD, RD, RD, MEMBER(sk))
FIELD(gso_size, SCALAR, NARROW, RD, RD, RD, RD, RD, .get = skb_get_gso_size, SHINFO(gso_size))
FIELD(tstamp_type, SCALAR, FULL, 0, RD, 0, 0, 0, .get = skb_get_tstamp_type,
      .convert = skb_convert_tstamp_type, .target = 1)
FIELD(hwtstamp, SCALAR, FULL, 0, RD, RD, 0, 0, .get = skb_get_hwtstamp, SHINFO(hwtstamps))
#undef RD
#undef RW
#undef RC
#undef WC
#undef MEMBER
#undef CB
#undef BEHIND
#undef SHINFO
#undef SK_WORD
