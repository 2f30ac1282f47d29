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
	u8 pad1[1];
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
	u8 pad88[24];
	u32 len;  /* 112 */
	u32 data_len;  /* 116 */
	u16 mac_len;  /* 120 */
	u8 pad122[2];
	u16 queue_mapping;  /* 124 */
	u8 pad126[2];
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
	u8 pad24[32];
	u8 skc_v6_daddr[16];  /* 56 */
	u8 skc_v6_rcv_saddr[16];  /* 72 */
	u8 pad88[34];
	u16 skc_rx_queue_mapping;  /* 122 */
	u8 pad124[12];
};
_Static_assert(sizeof(struct sock_common) == 136, "as in Linux 6.1");

/* a socket */
struct sock {
	struct sock_common __sk_common;  /* 0 */
	u8 pad136[312];
	u32 sk_priority;  /* 448 */
	u32 sk_mark;  /* 452 */
	u8 pad456[58];
	u16 sk_type;  /* 514 */
	u16 sk_protocol;  /* 516 */
	u8 pad518[258];
};
_Static_assert(sizeof(struct sock) == 776, "as in Linux 6.1");

#endif
