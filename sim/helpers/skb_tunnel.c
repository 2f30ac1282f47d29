/*
 * The key of a tunnel that goes with a packet: which tunnel it came through, or is to go through (net/core/filter.c,
 * bpf_skb_{set,get}_tunnel_key). It is what the metadata of the packet's route says (_skb_refdst).
 *
 * Simplified: there are no devices for tunnels; what is set can be read again, and goes with the packet as long as it lives.
 */
#include "../progs/skb.h"
#include "helper.h"

#define SET_FLAGS (BPF_F_TUNINFO_IPV6 | BPF_F_ZERO_CSUM_TX | BPF_F_DONT_FRAGMENT | BPF_F_SEQ_NUMBER)
#define GET_FLAGS (BPF_F_TUNINFO_IPV6 | BPF_F_TUNINFO_FLAGS)
#define LABEL_MASK 0xfffffu
#define SIZE sizeof(struct bpf_tunnel_key)
#define UP_TO(member) offsetof(struct bpf_tunnel_key, member)

/* TUNNEL_*, which stand in memory with the high byte first. */
enum { KEY_CSUM = 0x0001, KEY_KEY = 0x0004, KEY_SEQ = 0x0008, KEY_DONT_FRAGMENT = 0x0100, KEY_NOCACHE = 0x2000 };

/* Older programs know fewer members. */
static bool is_older(u32 size)
{
	return size == UP_TO(local_ipv6[0]) || size == UP_TO(tunnel_label) || size == UP_TO(tunnel_ext) ||
	       size == UP_TO(remote_ipv6[1]);
}

static u16 flags_of(u64 flags)
{
	u16 key = KEY_CSUM | KEY_KEY | KEY_NOCACHE;

	if (flags & BPF_F_ZERO_CSUM_TX)
		key &= ~KEY_CSUM;
	if (flags & BPF_F_DONT_FRAGMENT)
		key |= KEY_DONT_FRAGMENT;
	return flags & BPF_F_SEQ_NUMBER ? key | KEY_SEQ : key;
}

HELPER_FN(skb_set_tunnel_key)
{
	struct bpf_tunnel_key key = {0};
	struct sk_buff *skb = skb_at(r1);
	struct skb_tunnel *tunnel;
	u32 size = r3;

	UNUSED_ARGS();
	if (r4 & ~(u64)SET_FLAGS || (size != SIZE && !is_older(size)))
		return -EINVAL;
	memcpy(&key, (void *)r2, size);
	if ((!(r4 & BPF_F_TUNINFO_IPV6) && key.tunnel_label) || key.tunnel_ext)
		return -EINVAL;
	tunnel = skb->_skb_refdst ? (void *)skb->_skb_refdst : sim_alloc(sim, sizeof(*tunnel));
	if (!tunnel)
		return -ENOMEM;
	skb->_skb_refdst = (u64)tunnel;
	tunnel->ipv6 = r4 & BPF_F_TUNINFO_IPV6;
	tunnel->flags = flags_of(r4);
	tunnel->key = key;
	tunnel->key.tunnel_label &= LABEL_MASK;
	return 0;
}

/* As one who receives sees it: what is the sender's local address is remote. Of an IPv4 tunnel only the first word of each address is known. */
static void give(const struct skb_tunnel *tunnel, u64 flags, struct bpf_tunnel_key *out)
{
	*out = tunnel->key;
	memcpy(out->remote_ipv6, tunnel->key.local_ipv6, sizeof(out->remote_ipv6));
	memcpy(out->local_ipv6, tunnel->key.remote_ipv6, sizeof(out->local_ipv6));
	out->tunnel_ext = flags & BPF_F_TUNINFO_FLAGS ? __builtin_bswap16(tunnel->flags) : 0;
	if (tunnel->ipv6)
		return;
	memset(&out->remote_ipv6[1], 0, 3 * sizeof(u32));
	memset(&out->local_ipv6[1], 0, 3 * sizeof(u32));
	out->tunnel_label = 0;
}

HELPER_FN(skb_get_tunnel_key)
{
	const struct skb_tunnel *tunnel = (const void *)skb_at(r1)->_skb_refdst;
	struct bpf_tunnel_key key;
	u32 size = r3;
	s64 err = 0;

	UNUSED_ARGS();
	if (!tunnel || r4 & ~(u64)GET_FLAGS)
		err = -EINVAL;
	else if (tunnel->ipv6 != (bool)(r4 & BPF_F_TUNINFO_IPV6))
		err = -EPROTO;
	else if (size != SIZE && (!is_older(size) || (tunnel->ipv6 && size == UP_TO(remote_ipv6[1]))))
		err = -EINVAL;
	if (err) {
		memset((void *)r2, 0, size);
		return err;
	}
	give(tunnel, r4, &key);
	memcpy((void *)r2, &key, size);
	return 0;
}
