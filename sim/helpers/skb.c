/* Packet helpers for programs with a struct __sk_buff (net/core/filter.c, bpf_skb_*). */
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "../progs/skb.h"
#include "../world/world.h"
#include "csum.h"
#include "helper.h"

#define SKB_MAX_LEN 65536u      /* BPF_SKB_MAX_LEN: SKB_MAX_ALLOC of order 2, roughly */
#define VLAN_HEADER 4u
#define MAC_ADDRESSES 12u

HELPER_FN(skb_load_bytes)
{
	const u8 *from = (u32)r2 > INT32_MAX ? NULL : skb_bytes(skb_at(r1), r2, r4);

	UNUSED_ARGS();
	if (!from) {
		memset((void *)r3, 0, (u32)r4);
		return -EFAULT;
	}
	memmove((void *)r3, from, (u32)r4);
	return 0;
}

/* Where @header begins, counted from skb->head; SKB_NO_HEADER when it is not known. */
static u32 header_start(const struct sk_buff *skb, u32 header)
{
	if (header == BPF_HDR_START_MAC)
		return skb->mac_header;
	return header == BPF_HDR_START_NET ? skb->network_header : SKB_NO_HEADER;
}

HELPER_FN(skb_load_bytes_relative)
{
	const struct sk_buff *skb = skb_at(r1);
	u32 start = header_start(skb, r5), off = r2, len = r4;

	UNUSED_ARGS();
	if (off > 0xffff || start == SKB_NO_HEADER || (u64)start + off + len > skb->tail) {
		memset((void *)r3, 0, len);
		return -EFAULT;
	}
	memmove((void *)r3, (void *)(skb->head + start + off), len);
	return 0;
}

/* The sum over the packet when bytes at @off become others: without the old ones, with the new ones. */
static void sum_without(struct sk_buff *skb, const u8 *at, u32 off, u32 len)
{
	if (skb->ip_summed == SKB_CHECKSUM_COMPLETE)
		skb->csum = csum_sub(skb->csum, csum_at(csum_partial(at, len, 0), off));
}

static void sum_with(struct sk_buff *skb, const u8 *at, u32 off, u32 len)
{
	if (skb->ip_summed == SKB_CHECKSUM_COMPLETE)
		skb->csum = csum_add(skb->csum, csum_at(csum_partial(at, len, 0), off));
}

static void clear_hash(struct sk_buff *skb)
{
	skb->hash = 0;
	skb->sw_hash = skb->l4_hash = 0;
}

HELPER_FN(skb_store_bytes)
{
	struct sk_buff *skb = skb_at(r1);
	u32 off = r2, len = r4;
	u8 *at;

	UNUSED_ARGS();
	if (r5 & ~(u64)(BPF_F_RECOMPUTE_CSUM | BPF_F_INVALIDATE_HASH))
		return -EINVAL;
	at = off > INT32_MAX ? NULL : skb_bytes(skb, off, len);
	skb_set_data_pointers(skb);
	if (!at)
		return -EFAULT;
	if (r5 & BPF_F_RECOMPUTE_CSUM)
		sum_without(skb, at, off, len);
	memmove(at, (void *)r3, len);
	if (r5 & BPF_F_RECOMPUTE_CSUM)
		sum_with(skb, at, off, len);
	if (r5 & BPF_F_INVALIDATE_HASH)
		clear_hash(skb);
	return 0;
}

/*
 * All of a packet is linear here: there is nothing to pull, only the question whether
 * there are as many bytes.
 */
HELPER_FN(skb_pull_data)
{
	struct sk_buff *skb = skb_at(r1);

	UNUSED_ARGS();
	skb_set_data_pointers(skb);
	return (u32)r2 > skb->len ? (u64)-ENOMEM : 0;
}

static u32 shortest(const struct sk_buff *skb)
{
	s32 network = skb->network_header - skb_headroom(skb);
	s32 transport = skb->transport_header - skb_headroom(skb);

	if (skb->transport_header != SKB_NO_HEADER && transport > 0)
		return transport;
	return network > 0 ? network : 0;
}

static s64 change_tail(struct sim *sim, struct sk_buff *skb, u32 len, u64 flags)
{
	u32 old = skb->len;

	if (flags || len > SKB_MAX_LEN || len < shortest(skb))
		return -EINVAL;
	if (skb->encapsulation)
		return -ENOTSUPP;
	if (len < old)
		sum_without(skb, (u8 *)skb->data + len, len, old - len);
	if (skb_resize(sim, skb, len))
		return -ENOMEM;
	if (skb_shinfo(skb)->gso_size)
		skb_shinfo(skb)->gso_size = skb_shinfo(skb)->gso_segs = skb_shinfo(skb)->gso_type = 0;
	return 0;
}

HELPER_FN(skb_change_tail)
{
	s64 ret = change_tail(sim, skb_at(r1), r2, r3);

	UNUSED_ARGS();
	skb_set_data_pointers(skb_at(r1));
	return ret;
}

static s64 change_head(struct sim *sim, struct sk_buff *skb, u32 more, u64 flags)
{
	u32 len = skb->len + more;

	if (flags || (!skb_shinfo(skb)->gso_size && len > SKB_MAX_LEN) || len < skb->len)
		return -EINVAL;
	if (skb_headroom(skb) < more && skb_expand(sim, skb, SKB_ALIGN(more - skb_headroom(skb)), 0))
		return -ENOMEM;
	skb_push(skb, more);
	memset((void *)skb->data, 0, more);
	skb->mac_header = skb_headroom(skb);
	skb->mac_len = skb->network_header - skb->mac_header;
	return 0;
}

HELPER_FN(skb_change_head)
{
	s64 ret = change_head(sim, skb_at(r1), r2, r3);

	UNUSED_ARGS();
	skb_set_data_pointers(skb_at(r1));
	return ret;
}

HELPER_FN(skb_change_type)
{
	struct sk_buff *skb = skb_at(r1);

	UNUSED_ARGS();
	if (skb->pkt_type > PACKET_OTHERHOST || (u32)r2 > PACKET_OTHERHOST)
		return -EINVAL;
	skb->pkt_type = r2;
	return 0;
}

/* --- VLAN tags: one beside the packet (as from a device), more in it --- */

/* The tag beside the packet goes into it, behind the MAC addresses. */
static s64 insert_tag(struct sim *sim, struct sk_buff *skb)
{
	u16 tag[2] = {skb->vlan_proto, __builtin_bswap16(skb->vlan_tci)};

	if (skb_headroom(skb) < VLAN_HEADER && skb_expand(sim, skb, SKB_HEADROOM, 0))
		return -ENOMEM;
	skb_push(skb, VLAN_HEADER);
	memmove((u8 *)skb->data, (u8 *)skb->data + VLAN_HEADER, MAC_ADDRESSES);
	memcpy((u8 *)skb->data + MAC_ADDRESSES, tag, sizeof(tag));
	skb->mac_header -= VLAN_HEADER;
	skb->protocol = skb->vlan_proto;
	skb->mac_len += VLAN_HEADER;
	sum_with(skb, (u8 *)skb->data + MAC_ADDRESSES, MAC_ADDRESSES, VLAN_HEADER);
	return 0;
}

static bool is_vlan(u16 protocol)
{
	return protocol == __builtin_bswap16(ETH_P_8021Q) || protocol == __builtin_bswap16(ETH_P_8021AD);
}

static s64 vlan_push(struct sim *sim, struct sk_buff *skb, u16 protocol, u16 tci)
{
	s64 err = skb->vlan_present ? insert_tag(sim, skb) : 0;

	if (err)
		return err;
	skb->vlan_proto = is_vlan(protocol) ? protocol : __builtin_bswap16(ETH_P_8021Q);
	skb->vlan_tci = tci;
	skb->vlan_present = 1;
	return 0;
}

/* The outermost tag in the packet comes out: 0 or -ENOMEM, the packet is too short for one. */
static s64 take_tag(struct sk_buff *skb, u16 *tci)
{
	u8 *at = skb_bytes(skb, MAC_ADDRESSES, VLAN_HEADER + 2);
	u16 tag[3];

	if (!at)
		return -ENOMEM;
	memcpy(tag, at, sizeof(tag));
	sum_without(skb, at, MAC_ADDRESSES, VLAN_HEADER);
	memmove((u8 *)skb->data + VLAN_HEADER, (u8 *)skb->data, MAC_ADDRESSES);
	skb_pull(skb, VLAN_HEADER);
	skb->mac_header += VLAN_HEADER;
	if (skb->network_header < skb_headroom(skb) + ETH_HEADER)
		skb->network_header = skb_headroom(skb) + ETH_HEADER;
	skb->mac_len = skb->network_header - skb->mac_header;
	skb->protocol = skb_protocol(tag[2], skb_bytes(skb, ETH_HEADER, 2));
	*tci = __builtin_bswap16(tag[1]);
	return 0;
}

static s64 vlan_pop(struct sk_buff *skb)
{
	u16 protocol, tci;
	s64 err = 0;

	if (skb->vlan_present)
		skb->vlan_present = 0;
	else if (is_vlan(skb->protocol))
		err = take_tag(skb, &tci);
	protocol = skb->protocol;
	if (err || !is_vlan(protocol))
		return err;
	/* A second tag moves from the packet to beside it. */
	err = take_tag(skb, &tci);
	if (err)
		return err;
	skb->vlan_proto = protocol;
	skb->vlan_tci = tci;
	skb->vlan_present = 1;
	return 0;
}

HELPER_FN(skb_vlan_push)
{
	s64 ret = vlan_push(sim, skb_at(r1), r2, r3);

	UNUSED_ARGS();
	skb_set_data_pointers(skb_at(r1));
	return ret;
}

HELPER_FN(skb_vlan_pop)
{
	s64 ret = vlan_pop(skb_at(r1));

	UNUSED_ARGS();
	skb_set_data_pointers(skb_at(r1));
	return ret;
}

HELPER_FN(skb_set_tstamp)
{
	struct sk_buff *skb = skb_at(r1);
	u16 protocol = __builtin_bswap16(skb->protocol);
	u32 type = r3;

	UNUSED_ARGS();
	if (protocol != ETH_P_IP && protocol != ETH_P_IPV6)
		return -EOPNOTSUPP;
	if (type > BPF_SKB_TSTAMP_DELIVERY_MONO || (type == BPF_SKB_TSTAMP_DELIVERY_MONO) != (r2 != 0))
		return -EINVAL;
	skb->tstamp = r2;
	skb->mono_delivery_time = type;
	return 0;
}

/* --- the hash of the flow --- */

/*
 * Simplified: Linux hashes addresses, ports and protocol with a key that is random for each boot; this one
 * always gives the same number for a flow, and looks at the first 40 bytes of the network layer (without
 * TTL, length and checksums).
 */
static u32 flow_hash(const struct sk_buff *skb)
{
	u32 at = skb->network_header - skb_headroom(skb), hash = 2166136261u;

	for (u32 i = 0; i < 40; i++) {
		const u8 *byte = skb_bytes(skb, at + i, 1);

		if (byte && (i == 9 || (i >= 12 && i < 24)))
			hash = (hash ^ *byte) * 16777619u;
	}
	return hash ? hash : 1;
}

HELPER_FN(get_hash_recalc)
{
	struct sk_buff *skb = skb_at(r1);

	UNUSED_ARGS();
	if (!skb->l4_hash && !skb->sw_hash) {
		skb->hash = flow_hash(skb);
		skb->sw_hash = 1;
	}
	return skb->hash;
}

HELPER_FN(set_hash)
{
	struct sk_buff *skb = skb_at(r1);

	UNUSED_ARGS();
	skb->hash = r2;
	skb->l4_hash = skb->sw_hash = 1;
	return 0;
}

HELPER_FN(set_hash_invalid)
{
	UNUSED_ARGS();
	clear_hash(skb_at(r1));
	return 0;
}

/* No task is in a net_cls class. */
HELPER_FN(get_cgroup_classid)
{
	UNUSED_ARGS();
	return 0;
}
