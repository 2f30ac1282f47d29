/*
 * Packets in the network stack: see skb.h. Mirrors what net/core/skbuff.c and net/ethernet/eth.c do to the few members
 * that programs can see.
 */
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "skb.h"

/* --- fields that are not plain members --- */

u64 skb_get_pkt_type(u64 ctx)
{
	return skb_at(ctx)->pkt_type;
}

u64 skb_get_vlan_present(u64 ctx)
{
	return skb_at(ctx)->vlan_present;
}

u64 skb_get_napi_id(u64 ctx)
{
	u32 id = skb_at(ctx)->napi_id;

	return id >= SKB_MIN_NAPI_ID ? id : 0;
}

/* In the high half of the word: programs compare it with htonl(port). */
u64 skb_get_remote_port(u64 ctx)
{
	const struct sock_common *sk = (const void *)skb_at(ctx)->sk;

	return sk ? (u32)sk->skc_dport << 16 : 0;
}

u64 skb_get_gso_segs(u64 ctx)
{
	return skb_shinfo(skb_at(ctx))->gso_segs;
}

u64 skb_get_gso_size(u64 ctx)
{
	return skb_shinfo(skb_at(ctx))->gso_size;
}

u64 skb_get_tstamp_type(u64 ctx)
{
	return skb_at(ctx)->mono_delivery_time ? BPF_SKB_TSTAMP_DELIVERY_MONO : BPF_SKB_TSTAMP_UNSPEC;
}

u64 skb_get_hwtstamp(u64 ctx)
{
	return skb_shinfo(skb_at(ctx))->hwtstamps;
}

/* 65535 means "none" and cannot be set; neither can what does not fit (the kernel compares the whole register). */
void skb_set_queue_mapping(u64 ctx, u64 value)
{
	if (value < SKB_NO_QUEUE_MAPPING)
		skb_at(ctx)->queue_mapping = value;
}

/* --- packets --- */

/* Aligned as kmalloc aligns a buffer of this size: programs can see the low bits of addresses. */
static u8 *buffer_new(struct sim *sim, struct sk_buff *skb, u32 bytes)
{
	u8 *head = arena_alloc_pages(sim->arena, bytes + sizeof(struct skb_shared_info), TAG_PACKET, skb);

	if (!head)
		sim_fail(&sim->why, -ENOMEM, "no memory for a packet of %u bytes", bytes);
	return head;
}

struct sk_buff *skb_new(struct sim *sim, const struct netdev *dev, u32 len)
{
	struct sk_buff *skb = arena_alloc(sim->arena, sizeof(*skb), TAG_CTX, NULL);
	u32 room = SKB_HEADROOM + SKB_ALIGN(len);
	u8 *head = skb ? buffer_new(sim, skb, room) : NULL;

	if (!head) {
		arena_free(sim->arena, skb);
		return NULL;
	}
	skb->head = (u64)head;
	skb->data = skb->head + SKB_HEADROOM;
	skb->tail = SKB_HEADROOM + len;
	skb->end = room;
	skb->len = len;
	skb->dev = (u64)&dev->k;
	skb->truesize = SKB_ALIGN(sizeof(*skb)) + room + sizeof(struct skb_shared_info);
	skb->mac_header = skb->transport_header = SKB_NO_HEADER;
	return skb;
}

void skb_free(struct sim *sim, struct sk_buff *skb)
{
	if (!skb)
		return;
	if (skb->sk)
		map_forget(sim, (const void *)skb->sk);
	arena_free(sim->arena, (void *)skb->sk);
	sim_free(sim, (void *)skb->_skb_refdst);
	arena_free(sim->arena, (void *)skb->head);
	arena_free(sim->arena, skb);
}

void skb_push(struct sk_buff *skb, u32 len)
{
	assert(len <= skb_headroom(skb));
	skb->data -= len;
	skb->len += len;
}

void skb_pull(struct sk_buff *skb, u32 len)
{
	assert(len <= skb->len);
	skb->data += len;
	skb->len -= len;
}

/* The offsets of headers count from `head`: they move with the data. */
static void move_headers(struct sk_buff *skb, u32 by)
{
	skb->tail += by;
	skb->network_header += by;
	if (skb->mac_header != SKB_NO_HEADER)
		skb->mac_header += by;
	if (skb->transport_header != SKB_NO_HEADER)
		skb->transport_header += by;
}

int skb_expand(struct sim *sim, struct sk_buff *skb, u32 more, u32 tail)
{
	u32 end = skb->end + more + tail;
	u8 *head = buffer_new(sim, skb, end);

	if (!head)
		return -ENOMEM;
	memcpy(head + more, (void *)skb->head, skb->tail);
	memcpy(head + end, skb_shinfo(skb), sizeof(struct skb_shared_info));
	arena_free(sim->arena, (void *)skb->head);
	skb->data = (u64)head + skb_headroom(skb) + more;
	skb->head = (u64)head;
	skb->end = end;
	move_headers(skb, more);
	return 0;
}

int skb_resize(struct sim *sim, struct sk_buff *skb, u32 len)
{
	if (len > skb->len && len - skb->len > skb_tailroom(skb) &&
	    skb_expand(sim, skb, 0, SKB_ALIGN(len - skb->len - skb_tailroom(skb))))
		return -ENOMEM;
	if (len > skb->len)
		memset((void *)(skb->data + skb->len), 0, len - skb->len);
	skb->tail += len - skb->len;
	skb->len = len;
	return 0;
}

void skb_set_data_pointers(struct sk_buff *skb)
{
	skb_data_end(skb)->data_meta = skb->data - skb_shinfo(skb)->meta_len;
	skb_data_end(skb)->data_end = skb->data + skb->len;
}

struct sk_buff *skb_copy(struct sim *sim, const struct sk_buff *from)
{
	struct sk_buff *skb = arena_alloc(sim->arena, sizeof(*skb), TAG_CTX, NULL);
	u32 bytes = from->end + sizeof(struct skb_shared_info);
	u8 *head = skb ? buffer_new(sim, skb, from->end) : NULL;

	if (!head) {
		arena_free(sim->arena, skb);
		return NULL;
	}
	*skb = *from;
	memcpy(head, (void *)from->head, bytes);
	skb->data = (u64)head + skb_headroom(from);
	skb->head = (u64)head;
	skb->sk = skb->_skb_refdst = 0;
	return skb;
}

static u8 packet_type(const struct ethhdr *eth, const struct net_device *dev)
{
	static const u8 no_address[ETH_ALEN];
	const void *own = dev->dev_addr ? (const void *)dev->dev_addr : no_address;

	if (!memcmp(eth->h_dest, own, ETH_ALEN))
		return PACKET_HOST;
	if (!(eth->h_dest[0] & 1))
		return PACKET_OTHERHOST;
	/* lo has no broadcast address: there even ff:ff:... is a multicast. */
	if (dev->ifindex != 1 && !memcmp(eth->h_dest, "\xff\xff\xff\xff\xff\xff", ETH_ALEN))
		return PACKET_BROADCAST;
	return PACKET_MULTICAST;
}

u16 skb_protocol(u16 type, const u8 *next)
{
	if (__builtin_bswap16(type) >= ETH_P_802_3_MIN)
		return type;
	/* A length, not a type: an 802.3 frame; Novell's begin with ff ff. */
	return __builtin_bswap16(next && next[0] == 0xff && next[1] == 0xff ? ETH_P_802_3 : ETH_P_802_2);
}

void skb_eth_type(struct sk_buff *skb)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;

	skb->mac_header = skb_headroom(skb);
	skb_pull(skb, ETH_HEADER);
	skb->pkt_type = packet_type(eth, (const struct net_device *)skb->dev);
	skb->protocol = skb_protocol(eth->h_proto, skb_bytes(skb, 0, 2));
}

void skb_receive(struct sk_buff *skb)
{
	skb_eth_type(skb);
	skb->skb_iif = ((const struct net_device *)skb->dev)->ifindex;
	skb->network_header = skb->transport_header = skb_headroom(skb);
	skb->mac_len = ETH_HEADER;
}

void skb_scrub(struct sk_buff *skb, struct netdev *dev)
{
	skb->dev = (u64)&dev->k;
	skb->tstamp = 0;
	skb->mono_delivery_time = 0;
	skb->priority = 0;
	skb->mac_header = skb_headroom(skb);
}

u8 *skb_bytes(const struct sk_buff *skb, u32 off, u32 len)
{
	return off <= skb->len && len <= skb->len - off ? (u8 *)skb->data + off : NULL;
}

/* --- common parts of the program types --- */

void skb_packet(u64 ctx, struct packet_place *out)
{
	const struct bpf_skb_data_end *ends = skb_data_end(skb_at(ctx));

	*out = (struct packet_place){ends->data_meta, skb_at(ctx)->data, ends->data_end, REGION_READ | REGION_WRITE};
}

void skb_packet_read(u64 ctx, struct packet_place *out)
{
	skb_packet(ctx, out);
	out->access = REGION_READ;
}

void skb_packet_hidden(u64 ctx, struct packet_place *out)
{
	const struct sk_buff *skb = skb_at(ctx);

	*out = (struct packet_place){skb->data, skb->data, skb->data + skb->len, 0};
}

/* Offsets below zero count from the network or the link layer's header (bpf_skb_load_helper_convert_offset). */
static s64 classic_offset(const struct sk_buff *skb, s32 off)
{
	if (off >= 0)
		return off;
	if (off >= SKF_NET_OFF)
		return (s64)off - SKF_NET_OFF + skb->network_header - skb_headroom(skb);
	if (off >= SKF_LL_OFF && skb->mac_header != SKB_NO_HEADER)
		return (s64)off - SKF_LL_OFF + skb->mac_header - skb_headroom(skb);
	return INT64_MAX;
}

s64 skb_load_classic(u64 ctx, s32 off, u32 size)
{
	const struct sk_buff *skb = skb_at(ctx);
	s64 at = classic_offset(skb, off);
	u64 value = 0;

	if (at > (s64)skb->len - size || at < -(s64)skb_headroom(skb))
		return -EFAULT;
	for (u32 i = 0; i < size; i++)
		value = value << 8 | *(const u8 *)(skb->data + at + i);
	return value;
}
