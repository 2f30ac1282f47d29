/*
 * Kernel structs with Linux 6.1's offsets (design 0a): what translated programs and helpers look at.
 *
 * Made from that kernel's BTF by test/tools/layout.c; not edited by hand. Pointers are u64: arena addresses.
 * For bitfields, X_AT is the byte that holds them and X_MASK their bits in it.
 */
#ifndef SIM_WORLD_LAYOUT_H
#define SIM_WORLD_LAYOUT_H

#include "../base.h"

/* a network device */
struct net_device {
	u8 name[16];  /* 0 */
	u8 pad16[200];
	u32 ifindex;  /* 216 */
	u8 pad220[2];
	u16 hard_header_len;  /* 222 */
	u32 mtu;  /* 224 */
	u8 pad228[68];
	u16 type;  /* 296 */
	u8 pad298[470];
	u64 dev_addr;  /* 768 */
	u8 pad776[12];
	u32 real_num_rx_queues;  /* 788 */
	u8 pad792[1640];
};
_Static_assert(sizeof(struct net_device) == 2432, "as in Linux 6.1");

/* where a packet's memory comes from */
struct xdp_mem_info {
	u32 type;  /* 0 */
	u32 id;  /* 4 */
};
_Static_assert(sizeof(struct xdp_mem_info) == 8, "as in Linux 6.1");

/* the receive queue that a packet came from */
struct xdp_rxq_info {
	u64 dev;  /* 0 */
	u32 queue_index;  /* 8 */
	u32 reg_state;  /* 12 */
	struct xdp_mem_info mem;  /* 16 */
	u8 pad24[4];
	u32 frag_size;  /* 28 */
	u8 pad32[32];
};
_Static_assert(sizeof(struct xdp_rxq_info) == 64, "as in Linux 6.1");

/* the transmit queue that a packet goes to */
struct xdp_txq_info {
	u64 dev;  /* 0 */
};
_Static_assert(sizeof(struct xdp_txq_info) == 8, "as in Linux 6.1");

/* a packet for XDP: its context */
struct xdp_buff {
	u64 data;  /* 0 */
	u64 data_end;  /* 8 */
	u64 data_meta;  /* 16 */
	u64 data_hard_start;  /* 24 */
	u64 rxq;  /* 32 */
	u64 txq;  /* 40 */
	u32 frame_sz;  /* 48 */
	u32 flags;  /* 52 */
};
_Static_assert(sizeof(struct xdp_buff) == 56, "as in Linux 6.1");

/* what an xdp_buff becomes when it travels; it takes room in front of the packet */
struct xdp_frame {
	u64 data;  /* 0 */
	u8 pad8[32];
};
_Static_assert(sizeof(struct xdp_frame) == 40, "as in Linux 6.1");

/* a fragment of a packet (skb_frag_t) */
struct bio_vec {
	u64 bv_page;  /* 0 */
	u32 bv_len;  /* 8 */
	u32 bv_offset;  /* 12 */
};
_Static_assert(sizeof(struct bio_vec) == 16, "as in Linux 6.1");

/* stands behind the packet bytes, at sk_buff.end */
struct skb_shared_info {
	u8 flags;  /* 0 */
	u8 meta_len;  /* 1 */
	u8 nr_frags;  /* 2 */
	u8 tx_flags;  /* 3 */
	u16 gso_size;  /* 4 */
	u16 gso_segs;  /* 6 */
	u8 pad8[8];
	u64 hwtstamps;  /* 16 */
	u32 gso_type;  /* 24 */
	u8 pad28[8];
	u32 xdp_frags_size;  /* 36 */
	u8 pad40[8];
	struct bio_vec frags[17];  /* 48 */
};
_Static_assert(sizeof(struct skb_shared_info) == 320, "as in Linux 6.1");

/* a packet in the network stack: the context of socket filters and classifiers */
struct sk_buff {
	u8 pad0[16];
	u64 dev;  /* 16 */
	u64 sk;  /* 24 */
	u64 tstamp;  /* 32 */
	u8 cb[48];  /* 40 */
	u64 _skb_refdst;  /* 88 */
	u8 pad96[16];
	u32 len;  /* 112 */
	u32 data_len;  /* 116 */
	u16 mac_len;  /* 120 */
	u8 pad122[2];
	u16 queue_mapping;  /* 124 */
	u8 cloned : 1;  /* 126 */
	u8 : 7;
	u8 pad127[1];
	u8 pkt_type : 3;  /* 128 */
	u8 : 2;
	u8 ip_summed : 2;  /* 128 */
	u8 : 1;
	u8 l4_hash : 1;  /* 129 */
	u8 sw_hash : 1;  /* 129 */
	u8 : 3;
	u8 encapsulation : 1;  /* 129 */
	u8 : 2;
	u8 vlan_present : 1;  /* 130 */
	u8 csum_complete_sw : 1;  /* 130 */
	u8 csum_level : 2;  /* 130 */
	u8 : 1;
	u8 mono_delivery_time : 1;  /* 130 */
	u8 : 1;
	u8 tc_at_ingress : 1;  /* 130 */
	u8 pad131[3];
	u16 tc_index;  /* 134 */
	union {
		u32 csum;  /* 136 */
		struct {
			u16 csum_start;  /* 136 */
			u16 csum_offset;  /* 138 */
		};
	};
	u32 priority;  /* 140 */
	u32 skb_iif;  /* 144 */
	u32 hash;  /* 148 */
	u16 vlan_proto;  /* 152 */
	u16 vlan_tci;  /* 154 */
	u32 napi_id;  /* 156 */
	u8 pad160[8];
	u32 mark;  /* 168 */
	u8 pad172[8];
	u16 protocol;  /* 180 */
	u16 transport_header;  /* 182 */
	u16 network_header;  /* 184 */
	u16 mac_header;  /* 186 */
	u32 tail;  /* 188 */
	u32 end;  /* 192 */
	u8 pad196[4];
	u64 head;  /* 200 */
	u64 data;  /* 208 */
	u32 truesize;  /* 216 */
	u8 pad220[12];
};
_Static_assert(sizeof(struct sk_buff) == 232, "as in Linux 6.1");
#define SK_BUFF_CLONED_AT 126
#define SK_BUFF_CLONED_MASK 0x1
#define SK_BUFF_PKT_TYPE_AT 128
#define SK_BUFF_PKT_TYPE_MASK 0x7
#define SK_BUFF_IP_SUMMED_AT 128
#define SK_BUFF_IP_SUMMED_MASK 0x60
#define SK_BUFF_L4_HASH_AT 129
#define SK_BUFF_L4_HASH_MASK 0x1
#define SK_BUFF_SW_HASH_AT 129
#define SK_BUFF_SW_HASH_MASK 0x2
#define SK_BUFF_ENCAPSULATION_AT 129
#define SK_BUFF_ENCAPSULATION_MASK 0x20
#define SK_BUFF_VLAN_PRESENT_AT 130
#define SK_BUFF_VLAN_PRESENT_MASK 0x1
#define SK_BUFF_CSUM_COMPLETE_SW_AT 130
#define SK_BUFF_CSUM_COMPLETE_SW_MASK 0x2
#define SK_BUFF_CSUM_LEVEL_AT 130
#define SK_BUFF_CSUM_LEVEL_MASK 0xc
#define SK_BUFF_MONO_DELIVERY_TIME_AT 130
#define SK_BUFF_MONO_DELIVERY_TIME_MASK 0x20
#define SK_BUFF_TC_AT_INGRESS_AT 130
#define SK_BUFF_TC_AT_INGRESS_MASK 0x80

/* lies in sk_buff.cb */
struct qdisc_skb_cb {
	u32 pkt_len;  /* 0 */
	u16 slave_dev_queue_mapping;  /* 4 */
	u16 tc_classid;  /* 6 */
	u8 data[20];  /* 8 */
};
_Static_assert(sizeof(struct qdisc_skb_cb) == 28, "as in Linux 6.1");

/* lies in sk_buff.cb, qdisc_skb_cb first */
struct bpf_skb_data_end {
	u8 pad0[32];
	u64 data_meta;  /* 32 */
	u64 data_end;  /* 40 */
};
_Static_assert(sizeof(struct bpf_skb_data_end) == 48, "as in Linux 6.1");

/* the part that all sockets have, half-open and dying ones too */
struct sock_common {
	u32 skc_daddr;  /* 0 */
	u32 skc_rcv_saddr;  /* 4 */
	u32 skc_hash;  /* 8 */
	u16 skc_dport;  /* 12 */
	u16 skc_num;  /* 14 */
	u16 skc_family;  /* 16 */
	u8 skc_state;  /* 18 */
	u8 pad19[1];
	u32 skc_bound_dev_if;  /* 20 */
	u8 pad24[24];
	u64 skc_net_net;  /* 48 */
	u8 skc_v6_daddr[16];  /* 56 */
	u8 skc_v6_rcv_saddr[16];  /* 72 */
	u64 skc_cookie_counter;  /* 88 */
	u8 pad96[26];
	u16 skc_rx_queue_mapping;  /* 122 */
	u8 pad124[12];
};
_Static_assert(sizeof(struct sock_common) == 136, "as in Linux 6.1");

/* a socket */
struct sock {
	struct sock_common __sk_common;  /* 0 */
	u8 pad136[144];
	u32 sk_rcvbuf;  /* 280 */
	u8 pad284[48];
	u32 sk_sndbuf;  /* 332 */
	u8 pad336[112];
	u32 sk_priority;  /* 448 */
	u32 sk_mark;  /* 452 */
	u8 pad456[52];
	u32 sk_txhash;  /* 508 */
	u8 pad512[2];
	u16 sk_type;  /* 514 */
	u16 sk_protocol;  /* 516 */
	u8 pad518[34];
	u32 sk_ack_backlog;  /* 552 */
	u32 sk_max_ack_backlog;  /* 556 */
	u32 sk_uid_val;  /* 560 */
	u8 pad564[60];
	u64 sk_socket;  /* 624 */
	u8 pad632[16];
	u64 sk_cgrp_data_cgroup;  /* 648 */
	u8 pad656[120];
};
_Static_assert(sizeof(struct sock) == 776, "as in Linux 6.1");

/* an IP socket */
struct inet_sock {
	struct sock sk;  /* 0 */
	u8 pad776[8];
	u32 inet_saddr;  /* 784 */
	u8 pad788[16];
	u16 inet_sport;  /* 804 */
	u8 pad806[186];
};
_Static_assert(sizeof(struct inet_sock) == 992, "as in Linux 6.1");

/* a socket with connections */
struct inet_connection_sock {
	u8 pad0[1281];
	u8 icsk_retransmits;  /* 1281 */
	u8 pad1282[158];
};
_Static_assert(sizeof(struct inet_connection_sock) == 1440, "as in Linux 6.1");

/* a TCP socket */
struct tcp_sock {
	struct inet_connection_sock inet_conn;  /* 0 */
	u8 pad1440[8];
	u64 bytes_received;  /* 1448 */
	u32 segs_in;  /* 1456 */
	u32 data_segs_in;  /* 1460 */
	u32 rcv_nxt;  /* 1464 */
	u8 pad1468[8];
	u32 snd_nxt;  /* 1476 */
	u32 segs_out;  /* 1480 */
	u32 data_segs_out;  /* 1484 */
	u8 pad1488[8];
	u64 bytes_acked;  /* 1496 */
	u32 dsack_dups;  /* 1504 */
	u32 snd_una;  /* 1508 */
	u8 pad1512[68];
	u32 mss_cache;  /* 1580 */
	u8 pad1584[88];
	u32 srtt_us;  /* 1672 */
	u8 pad1676[16];
	u8 rtt_min[24];  /* 1692 */
	u32 packets_out;  /* 1716 */
	u32 retrans_out;  /* 1720 */
	u8 pad1724[10];
	u8 ecn_flags;  /* 1734 */
	u8 pad1735[37];
	u32 snd_ssthresh;  /* 1772 */
	u32 snd_cwnd;  /* 1776 */
	u32 snd_cwnd_cnt;  /* 1780 */
	u8 pad1784[12];
	u32 prior_cwnd;  /* 1796 */
	u8 pad1800[8];
	u32 delivered;  /* 1808 */
	u32 delivered_ce;  /* 1812 */
	u8 pad1816[24];
	u32 rate_delivered;  /* 1840 */
	u32 rate_interval_us;  /* 1844 */
	u8 pad1848[16];
	u32 lost_out;  /* 1864 */
	u32 sacked_out;  /* 1868 */
	u8 pad1872[244];
	u32 prior_ssthresh;  /* 2116 */
	u8 pad2120[24];
	u32 total_retrans;  /* 2144 */
	u8 pad2148[16];
	u8 bpf_sock_ops_cb_flags;  /* 2164 */
	u8 pad2165[115];
};
_Static_assert(sizeof(struct tcp_sock) == 2280, "as in Linux 6.1");

/* an AF_XDP socket */
struct xdp_sock {
	u8 pad0[880];
	u16 queue_id;  /* 880 */
	u8 pad882[142];
};
_Static_assert(sizeof(struct xdp_sock) == 1024, "as in Linux 6.1");

/* lies in sk_buff.cb, in TCP */
struct tcp_skb_cb {
	u8 pad0[12];
	u8 tcp_flags;  /* 12 */
	u8 pad13[35];
};
_Static_assert(sizeof(struct tcp_skb_cb) == 48, "as in Linux 6.1");

/* lies in sk_buff.cb, for the programs of a sockmap */
struct sk_skb_cb {
	u8 data[20];  /* 0 */
	u8 pad20[20];
	u64 temp_reg;  /* 40 */
};
_Static_assert(sizeof(struct sk_skb_cb) == 48, "as in Linux 6.1");

/* the context of CGROUP_SOCK_ADDR */
struct bpf_sock_addr_kern {
	u64 sk;  /* 0 */
	u64 uaddr;  /* 8 */
	u64 tmp_reg;  /* 16 */
	u64 t_ctx;  /* 24 */
};
_Static_assert(sizeof(struct bpf_sock_addr_kern) == 32, "as in Linux 6.1");

/* the context of SOCK_OPS */
struct bpf_sock_ops_kern {
	u64 sk;  /* 0 */
	u32 replylong[4];  /* 8 */
	u64 syn_skb;  /* 24 */
	u64 skb;  /* 32 */
	u64 skb_data_end;  /* 40 */
	u8 op;  /* 48 */
	u8 is_fullsock;  /* 49 */
	u8 remaining_opt_len;  /* 50 */
	u8 pad51[5];
	u64 temp;  /* 56 */
};
_Static_assert(sizeof(struct bpf_sock_ops_kern) == 64, "as in Linux 6.1");

/* the context of SK_MSG */
struct sk_msg {
	u8 pad0[12];
	u32 sg_size;  /* 12 */
	u8 pad16[624];
	u64 data;  /* 640 */
	u64 data_end;  /* 648 */
	u32 apply_bytes;  /* 656 */
	u32 cork_bytes;  /* 660 */
	u32 flags;  /* 664 */
	u8 pad668[12];
	u64 sk_redir;  /* 680 */
	u64 sk;  /* 688 */
	u8 pad696[16];
};
_Static_assert(sizeof(struct sk_msg) == 712, "as in Linux 6.1");

/* the context of SK_REUSEPORT */
struct sk_reuseport_kern {
	u64 skb;  /* 0 */
	u64 sk;  /* 8 */
	u64 selected_sk;  /* 16 */
	u64 migrating_sk;  /* 24 */
	u64 data_end;  /* 32 */
	u32 hash;  /* 40 */
	u8 pad44[4];
	u8 bind_inany;  /* 48 */
	u8 pad49[7];
};
_Static_assert(sizeof(struct sk_reuseport_kern) == 56, "as in Linux 6.1");

/* the context of SK_LOOKUP */
struct bpf_sk_lookup_kern {
	u16 family;  /* 0 */
	u16 protocol;  /* 2 */
	u16 sport;  /* 4 */
	u16 dport;  /* 6 */
	u32 v4_saddr;  /* 8 */
	u32 v4_daddr;  /* 12 */
	u64 v6_saddr;  /* 16 */
	u64 v6_daddr;  /* 24 */
	u64 selected_sk;  /* 32 */
	u32 ingress_ifindex;  /* 40 */
	u8 no_reuseport;  /* 44 */
	u8 pad45[3];
};
_Static_assert(sizeof(struct bpf_sk_lookup_kern) == 48, "as in Linux 6.1");

/* the context of CGROUP_SOCKOPT */
struct bpf_sockopt_kern {
	u64 sk;  /* 0 */
	u64 optval;  /* 8 */
	u64 optval_end;  /* 16 */
	u32 level;  /* 24 */
	u32 optname;  /* 28 */
	u32 optlen;  /* 32 */
	u8 pad36[4];
	u64 current_task;  /* 40 */
	u64 tmp_reg;  /* 48 */
};
_Static_assert(sizeof(struct bpf_sockopt_kern) == 56, "as in Linux 6.1");

/* what goes on while programs of a cgroup run */
struct bpf_cg_run_ctx {
	u8 pad0[8];
	u32 retval;  /* 8 */
	u8 pad12[4];
};
_Static_assert(sizeof(struct bpf_cg_run_ctx) == 16, "as in Linux 6.1");

/* the context of CGROUP_SYSCTL */
struct bpf_sysctl_kern {
	u8 pad0[16];
	u64 cur_val;  /* 16 */
	u64 cur_len;  /* 24 */
	u64 new_val;  /* 32 */
	u64 new_len;  /* 40 */
	u32 new_updated;  /* 48 */
	u32 write;  /* 52 */
	u64 ppos;  /* 56 */
	u64 tmp_reg;  /* 64 */
};
_Static_assert(sizeof(struct bpf_sysctl_kern) == 72, "as in Linux 6.1");

/* the context of FLOW_DISSECTOR */
struct bpf_flow_dissector {
	u64 flow_keys;  /* 0 */
	u8 pad8[8];
	u64 data;  /* 16 */
	u64 data_end;  /* 24 */
};
_Static_assert(sizeof(struct bpf_flow_dissector) == 32, "as in Linux 6.1");

/* the context of PERF_EVENT */
struct bpf_perf_event_data_kern {
	u64 regs;  /* 0 */
	u64 data;  /* 8 */
	u8 pad16[8];
};
_Static_assert(sizeof(struct bpf_perf_event_data_kern) == 24, "as in Linux 6.1");

/* what a sample says */
struct perf_sample_data {
	u8 pad0[8];
	u64 period;  /* 8 */
	u8 pad16[32];
	u64 addr;  /* 48 */
	u8 pad56[200];
};
_Static_assert(sizeof(struct perf_sample_data) == 256, "as in Linux 6.1");

#endif
