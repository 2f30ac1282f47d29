/*
 * XDP's packet helpers: moving the packet's borders, reading and writing it (net/core/filter.c, bpf_xdp_*).
 */
#include "../progs/xdp.h"
#include "../world/world.h"
#include "helper.h"

#define ETH_HEADER 14

/*
 * Where data and metadata may begin: an xdp_frame takes the first bytes of the headroom
 * when the packet goes on.
 */
static u64 first_byte(const struct xdp_buff *xdp)
{
	return xdp->data_hard_start + sizeof(struct xdp_frame);
}

HELPER_FN(xdp_adjust_head)
{
	struct xdp_buff *xdp = xdp_at(r1);
	s32 delta = r2;
	u64 meta = xdp->data - xdp->data_meta, data = xdp->data + delta;

	UNUSED_ARGS();
	if (data < first_byte(xdp) + meta || data > xdp->data_end - ETH_HEADER)
		return -EINVAL;
	memmove((void *)(xdp->data_meta + delta), (void *)xdp->data_meta, meta);
	xdp->data_meta += delta;
	xdp->data = data;
	return 0;
}

static s64 grow_last_frag(struct xdp_buff *xdp, u32 by)
{
	struct skb_shared_info *info = xdp_shinfo(xdp);
	struct bio_vec *frag = &info->frags[info->nr_frags - 1];
	u32 frag_size = ((const struct xdp_rxq_info *)xdp->rxq)->frag_size;

	if (!frag_size || frag_size > xdp->frame_sz)
		return -EOPNOTSUPP;
	if (by > frag_size - frag->bv_len - frag->bv_offset % frag_size)
		return -EINVAL;
	memset((u8 *)frag->bv_page + frag->bv_offset + frag->bv_len, 0, by);
	frag->bv_len += by;
	info->xdp_frags_size += by;
	return 0;
}

static s64 shrink_frags(struct sim *sim, struct xdp_buff *xdp, u32 by)
{
	struct skb_shared_info *info = xdp_shinfo(xdp);

	if ((s64)by > (s64)xdp_len(xdp) - ETH_HEADER)
		return -EINVAL;
	while (by && info->nr_frags) {
		struct bio_vec *frag = &info->frags[info->nr_frags - 1];
		u32 n = min_u64(by, frag->bv_len);

		by -= n;
		frag->bv_len -= n;
		info->xdp_frags_size -= n;
		if (frag->bv_len)
			break;
		arena_free(sim->arena, (void *)frag->bv_page);
		info->nr_frags--;
	}
	if (!info->nr_frags) {
		xdp->flags &= ~XDP_HAS_FRAGS;
		xdp->data_end -= by;
	}
	return 0;
}

HELPER_FN(xdp_adjust_tail)
{
	struct xdp_buff *xdp = xdp_at(r1);
	s32 delta = r2;
	u64 end = xdp->data_end + delta;

	UNUSED_ARGS();
	if (xdp->flags & XDP_HAS_FRAGS)
		return delta < 0 ? shrink_frags(sim, xdp, -(u32)delta) : grow_last_frag(xdp, delta);
	if (end > (u64)xdp_shinfo(xdp) || end < xdp->data + ETH_HEADER)
		return -EINVAL;
	if (delta > 0)
		memset((void *)xdp->data_end, 0, delta);
	xdp->data_end = end;
	return 0;
}

HELPER_FN(xdp_adjust_meta)
{
	struct xdp_buff *xdp = xdp_at(r1);
	u64 meta = xdp->data_meta + (s32)r2;

	UNUSED_ARGS();
	if (meta < first_byte(xdp) || meta > xdp->data)
		return -EINVAL;
	if (!xdp_meta_ok(xdp->data - meta))
		return -EACCES;
	xdp->data_meta = meta;
	return 0;
}

HELPER_FN(xdp_get_buff_len)
{
	UNUSED_ARGS();
	return xdp_len(xdp_at(r1));
}

HELPER_FN(xdp_load_bytes)
{
	UNUSED_ARGS();
	return xdp_copy(xdp_at(r1), r2, (void *)r3, r4, false);
}

HELPER_FN(xdp_store_bytes)
{
	UNUSED_ARGS();
	return xdp_copy(xdp_at(r1), r2, (void *)r3, r4, true);
}

HELPER_FN(redirect_map)
{
	const u64 action_mask = XDP_ABORTED | XDP_DROP | XDP_PASS | XDP_TX;
	struct map *map = map_of((const struct bpf_map_layout *)r1);
	struct redirect *redirect = &sim->world->redirect;
	struct redirect_target target = {0};
	bool found;

	UNUSED_ARGS();
	if (r3 & ~(action_mask | map_ops(map)->redirect_flags))
		return XDP_ABORTED;
	redirect->asked = true;
	redirect->ifindex = redirect->map_id = 0;
	found = map_ops(map)->redirect(sim, map, r2, &target);
	if (!found && !(r3 & BPF_F_BROADCAST))
		return r3 & action_mask;
	redirect->ifindex = found && target.kind == REDIRECT_DEVICE ? target.number : 0;
	redirect->map_id = map->obj.id;
	redirect->index = r2;
	redirect->flags = r3 & BPF_F_BROADCAST ? r3 : 0;
	return XDP_REDIRECT;
}
