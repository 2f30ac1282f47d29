/*
 * Room inside a packet: behind the Ethernet header or the network header it is made or taken away, for tunnels and for
 * translation between IPv4 and IPv6 (net/core/filter.c, bpf_skb_adjust_room, bpf_skb_change_proto); does it fit through a device
 * (bpf_*_check_mtu); the mark of congestion.
 *
 * Simplified: of a packet that is to be cut by the device (GSO) nothing is adjusted but its size.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "../progs/skb.h"
#include "../progs/xdp.h"
#include "../world/world.h"
#include "csum.h"
#include "helper.h"

#define ROOM_MAX 0xfffu
#define PACKET_LEN_MAX 65536u /* BPF_SKB_MAX_LEN, as change_tail's */
#define ECN_MASK 3u
#define ENCAP_L3 (BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L3_IPV6)
#define ENCAP_L4 (BPF_F_ADJ_ROOM_ENCAP_L4_GRE | BPF_F_ADJ_ROOM_ENCAP_L4_UDP)
#define ENCAP_L2 ((u64)BPF_ADJ_ROOM_ENCAP_L2_MASK << BPF_ADJ_ROOM_ENCAP_L2_SHIFT)
#define SHRINK_FLAGS (BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET)
#define ROOM_FLAGS (SHRINK_FLAGS | ENCAP_L3 | ENCAP_L4 | BPF_F_ADJ_ROOM_ENCAP_L2_ETH | ENCAP_L2)

static bool is_protocol(const struct sk_buff *skb, u16 protocol)
{
	return skb->protocol == __builtin_bswap16(protocol);
}

static u32 base_len(const struct sk_buff *skb)
{
	if (is_protocol(skb, ETH_P_IP))
		return sizeof(struct iphdr);
	return is_protocol(skb, ETH_P_IPV6) ? sizeof(struct ipv6hdr) : UINT32_MAX;
}

static u32 mac_header_len(const struct sk_buff *skb)
{
	return skb->network_header - skb->mac_header;
}

/* @len bytes of zeroes at @off of the data; what is in front of them moves forward, headers with it. 0 or -ENOMEM. */
static s64 push_room(struct sim *sim, struct sk_buff *skb, u32 off, u32 len)
{
	bool same = skb->transport_header == skb->network_header;

	if (skb_headroom(skb) < len && skb_expand(sim, skb, SKB_ALIGN(len - skb_headroom(skb)), 0))
		return -ENOMEM;
	skb_push(skb, len);
	memmove((u8 *)skb->data, (u8 *)skb->data + len, off);
	memset((u8 *)skb->data + off, 0, len);
	skb->mac_header -= len;
	skb->network_header -= len;
	if (same)
		skb->transport_header = skb->network_header;
	return 0;
}

static s64 pop_room(struct sk_buff *skb, u32 off, u32 len)
{
	bool same = skb->transport_header == skb->network_header;

	if (off + len > skb->len)
		return -ENOMEM;
	if (skb->ip_summed == SKB_CHECKSUM_COMPLETE)
		skb->csum = csum_sub(skb->csum, csum_partial((u8 *)skb->data + off, len, 0));
	memmove((u8 *)skb->data + len, (u8 *)skb->data, off);
	skb_pull(skb, len);
	skb->mac_header += len;
	skb->network_header += len;
	if (same)
		skb->transport_header = skb->network_header;
	return 0;
}

/* --- adjust_room --- */

static s64 check_encap(const struct sk_buff *skb, u32 len, u64 flags)
{
	u32 inner_mac = flags >> BPF_ADJ_ROOM_ENCAP_L2_SHIFT & BPF_ADJ_ROOM_ENCAP_L2_MASK;

	if ((flags & ENCAP_L3) == ENCAP_L3 || (flags & ENCAP_L4) == ENCAP_L4)
		return -EINVAL;
	if (flags & BPF_F_ADJ_ROOM_ENCAP_L2_ETH && inner_mac < ETH_HLEN)
		return -EINVAL;
	if (skb->encapsulation)
		return -EALREADY;
	return inner_mac > len ? -EINVAL : 0;
}

static s64 grow(struct sim *sim, struct sk_buff *skb, u32 off, u32 len, u64 flags)
{
	u32 mac_len = mac_header_len(skb);
	s64 err = flags & ENCAP_L3 ? check_encap(skb, len, flags) : 0;

	if (!err)
		err = push_room(sim, skb, off, len);
	if (err || !(flags & ENCAP_L3))
		return err;
	skb->encapsulation = 1;
	skb->network_header = skb->mac_header + mac_len;
	skb->protocol = __builtin_bswap16(flags & BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 ? ETH_P_IP : ETH_P_IPV6);
	return 0;
}

static s64 adjust_room(struct sim *sim, struct sk_buff *skb, s32 diff, u32 mode, u64 flags)
{
	u32 len = diff < 0 ? -(u32)diff : (u32)diff, least = base_len(skb), off, now;

	if (flags & ~(u64)ROOM_FLAGS)
		return -EINVAL;
	if (len > ROOM_MAX)
		return -EFAULT;
	if (least == UINT32_MAX || mode > BPF_ADJ_ROOM_MAC)
		return -ENOTSUPP;
	off = mac_header_len(skb) + (mode == BPF_ADJ_ROOM_NET ? least : 0);
	now = skb->len - (skb->network_header - skb_headroom(skb));
	if (diff >= 0)
		return skb->len + len > PACKET_LEN_MAX && !skb_shinfo(skb)->gso_size ? -ENOTSUPP
										     : grow(sim, skb, off, len, flags);
	if (len >= now || now - len < least)
		return -ENOTSUPP;
	return flags & ~(u64)SHRINK_FLAGS ? -EINVAL : pop_room(skb, off, len);
}

HELPER_FN(skb_adjust_room)
{
	struct sk_buff *skb = skb_at(r1);
	s64 ret = adjust_room(sim, skb, r2, r3, r4);

	UNUSED_ARGS();
	if (!ret && !(r4 & BPF_F_ADJ_ROOM_NO_CSUM_RESET) && skb->ip_summed == SKB_CHECKSUM_UNNECESSARY) {
		skb->ip_summed = SKB_CHECKSUM_NONE;
		skb->csum_level = 0;
	}
	skb_set_data_pointers(skb);
	return ret;
}

/* --- change_proto --- */

#define DIFFERENCE (sizeof(struct ipv6hdr) - sizeof(struct iphdr))

static s64 change_proto(struct sim *sim, struct sk_buff *skb, u16 protocol)
{
	bool to_6 = is_protocol(skb, ETH_P_IP) && protocol == __builtin_bswap16(ETH_P_IPV6);
	bool to_4 = is_protocol(skb, ETH_P_IPV6) && protocol == __builtin_bswap16(ETH_P_IP);
	s64 err;

	if (!to_6 && !to_4)
		return -ENOTSUPP;
	err = to_6 ? push_room(sim, skb, mac_header_len(skb), DIFFERENCE) : pop_room(skb, mac_header_len(skb), DIFFERENCE);
	if (err)
		return err;
	skb->protocol = protocol;
	skb->hash = 0;
	skb->sw_hash = skb->l4_hash = 0;
	return 0;
}

HELPER_FN(skb_change_proto)
{
	s64 ret = r3 ? -EINVAL : change_proto(sim, skb_at(r1), r2);

	UNUSED_ARGS();
	skb_set_data_pointers(skb_at(r1));
	return ret;
}

/* --- congestion --- */

/* The IPv4 header with another tos has another checksum. */
static u64 mark_ipv4(struct iphdr *ip)
{
	u8 old[2] = {((u8 *)ip)[0], ip->tos}, new[2] = {((u8 *)ip)[0], ip->tos | ECN_MASK};
	u32 sum = ~ip->check & 0xffff;

	if (!(ip->tos & ECN_MASK))
		return 0;
	sum = csum_add(csum_sub(sum, csum_partial(old, 2, 0)), csum_partial(new, 2, 0));
	ip->check = csum_fold(sum);
	ip->tos |= ECN_MASK;
	return 1;
}

HELPER_FN(skb_ecn_set_ce)
{
	struct sk_buff *skb = skb_at(r1);
	u32 at = skb->network_header - skb_headroom(skb);
	u8 *ip = skb_bytes(skb, at, is_protocol(skb, ETH_P_IPV6) ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));

	UNUSED_ARGS();
	if (!ip || base_len(skb) == UINT32_MAX)
		return 0;
	if (is_protocol(skb, ETH_P_IP))
		return mark_ipv4((struct iphdr *)ip);
	if (!(ip[1] & ECN_MASK << 4))
		return 0;
	ip[1] |= ECN_MASK << 4;
	return 1;
}

/* --- check_mtu --- */

static s64 check_mtu(struct sim *sim, const struct net_device *own, u32 ifindex, u32 *mtu_len, u32 len, s32 diff)
{
	const struct netdev *dev = netdev_by_index(sim, ifindex ? ifindex : own->ifindex);
	u32 asked = *mtu_len;

	*mtu_len = 0;
	if (!dev)
		return -ENODEV;
	*mtu_len = dev->mtu;
	len = (asked ? asked + dev->k.hard_header_len : len) + diff;
	return (s32)len <= (s32)(dev->mtu + dev->k.hard_header_len) ? BPF_MTU_CHK_RET_SUCCESS : BPF_MTU_CHK_RET_FRAG_NEEDED;
}

/* What the context is, the run's own record of redirects tells. */
HELPER_FN(check_mtu)
{
	bool xdp = sim->world->redirect.accepted == XDP_REDIRECT;
	const struct xdp_rxq_info *rxq = xdp ? (const struct xdp_rxq_info *)xdp_at(r1)->rxq : NULL;
	const struct net_device *own = (const void *)(xdp ? rxq->dev : skb_at(r1)->dev);
	u32 *mtu_len = (u32 *)r3, asked = *mtu_len;
	u64 known = xdp ? 0 : BPF_MTU_CHK_SEGS;

	UNUSED_ARGS();
	*mtu_len = 0;
	if (r5 & ~known || (r5 && ((s32)r4 || asked)))
		return -EINVAL;
	*mtu_len = asked;
	return check_mtu(sim, own, r2, mtu_len, xdp ? xdp_len(xdp_at(r1)) : skb_at(r1)->len, r4);
}
