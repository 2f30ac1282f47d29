/*
 * Packets in the network stack: struct sk_buff, the context of socket filters and classifiers.
 *
 * The packet's bytes lie in one block (TAG_PACKET) with head- and tailroom; skb_shared_info stands behind it at `end`.
 * Simplified: no fragments, no clones; each packet has its own socket or none.
 */
#ifndef SIM_PROGS_SKB_H
#define SIM_PROGS_SKB_H

#include "../world/layout.h"
#include "prog_type.h"

#define ETH_HEADER 14u
#define SKB_HEADROOM 64u              /* NET_SKB_PAD + NET_IP_ALIGN on x86 */
#define SKB_ALIGN(n) (((n) + 63) & ~63u)
#define SKB_NO_HEADER UINT16_MAX      /* sk_buff.mac_header, transport_header: not known */

enum skb_ip_summed { SKB_CHECKSUM_NONE, SKB_CHECKSUM_UNNECESSARY, SKB_CHECKSUM_COMPLETE, SKB_CHECKSUM_PARTIAL };

/* Behind sk_buff._skb_refdst: the tunnel that it came through or is to go through; the packet's own. */
struct skb_tunnel {
	bool ipv6;
	u16 flags;                    /* TUNNEL_* */
	struct bpf_tunnel_key key;
};

static inline struct sk_buff *skb_at(u64 ctx)
{
	return (struct sk_buff *)ctx;
}

static inline struct skb_shared_info *skb_shinfo(const struct sk_buff *skb)
{
	return (struct skb_shared_info *)(skb->head + skb->end);
}

static inline struct bpf_skb_data_end *skb_data_end(struct sk_buff *skb)
{
	return (struct bpf_skb_data_end *)skb->cb;
}

static inline struct qdisc_skb_cb *skb_qdisc_cb(struct sk_buff *skb)
{
	return (struct qdisc_skb_cb *)skb->cb;
}

static inline u32 skb_headroom(const struct sk_buff *skb)
{
	return skb->data - skb->head;
}

static inline u32 skb_tailroom(const struct sk_buff *skb)
{
	return skb->end - skb->tail;
}

/* A packet of @len zero bytes at device @dev, SKB_HEADROOM before it. NULL when there is no memory. */
struct sk_buff *skb_new(struct sim *sim, const struct netdev *dev, u32 len);
void skb_free(struct sim *sim, struct sk_buff *skb);

/* Moves the start of the data: a header is added (its bytes are as they were) or taken off. */
void skb_push(struct sk_buff *skb, u32 len);
void skb_pull(struct sk_buff *skb, u32 len);
/* Room for @more bytes in front and @tail behind the data; the bytes may move. 0 or -ENOMEM. */
int skb_expand(struct sim *sim, struct sk_buff *skb, u32 more, u32 tail);
/* Shortens or lengthens (by zeroes) the data. 0 or -ENOMEM. */
int skb_resize(struct sim *sim, struct sk_buff *skb, u32 len);

/* Sets data_meta and data_end from data and len (bpf_compute_data_pointers). */
void skb_set_data_pointers(struct sk_buff *skb);
/* Takes the Ethernet header off, sets mac_header, protocol and pkt_type (eth_type_trans). */
void skb_eth_type(struct sk_buff *skb);
/* It has come in by its device, Ethernet header first: that is taken off, all other headers are not known yet. */
void skb_receive(struct sk_buff *skb);
/* It is handed to another device, which gets it like one from a wire (skb_scrub_packet, __dev_forward_skb). */
void skb_scrub(struct sk_buff *skb, struct netdev *dev);
/* A packet like this one. NULL: no memory. */
struct sk_buff *skb_copy(struct sim *sim, const struct sk_buff *from);
/* skb->protocol: @type as the header says it, or the kind of 802.3 frame; @next: the 2 bytes behind it, or NULL. */
u16 skb_protocol(u16 type, const u8 *next);
/* The address of @len bytes at @off of the data, NULL when they are not all there. */
u8 *skb_bytes(const struct sk_buff *skb, u32 off, u32 len);

/* The common parts of the types whose context is struct __sk_buff. */
void skb_packet(u64 ctx, struct packet_place *out);
/* Read-only. */
void skb_packet_read(u64 ctx, struct packet_place *out);
void skb_packet_hidden(u64 ctx, struct packet_place *out);
s64 skb_load_classic(u64 ctx, s32 off, u32 size);
int skb_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
		   void **state);
int skb_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration);
void skb_test_free(struct sim *sim, void *state);

/* Offset and size of a field in struct __sk_buff: for a type's FIELD (skb_fields.h). */
#define SKB_PLACE(field) offsetof(struct __sk_buff, field), sizeof(((struct __sk_buff *)0)->field)

/* Behind the fields of struct __sk_buff that are not plain members (skb_fields.h). */
#define SKB_MIN_NAPI_ID (8192 + 1)      /* Debian's CONFIG_NR_CPUS, and one */
#define SKB_NO_QUEUE_MAPPING UINT16_MAX

u64 skb_get_pkt_type(u64 ctx);
u64 skb_get_vlan_present(u64 ctx);
u64 skb_get_napi_id(u64 ctx);
u64 skb_get_remote_port(u64 ctx);
u64 skb_get_gso_segs(u64 ctx);
u64 skb_get_gso_size(u64 ctx);
u64 skb_get_tstamp_type(u64 ctx);
u64 skb_get_hwtstamp(u64 ctx);
void skb_set_queue_mapping(u64 ctx, u64 value);

/* The same, translated. skb_convert.c */
void skb_convert_pkt_type(const struct ctx_conversion *c, struct patch *out);
void skb_convert_vlan_present(const struct ctx_conversion *c, struct patch *out);
void skb_convert_queue_mapping(const struct ctx_conversion *c, struct patch *out);
void skb_convert_napi_id(const struct ctx_conversion *c, struct patch *out);
void skb_convert_tstamp(const struct ctx_conversion *c, struct patch *out);
void skb_convert_tstamp_type(const struct ctx_conversion *c, struct patch *out);
void skb_convert_shinfo(const struct ctx_conversion *c, struct patch *out);

#endif
