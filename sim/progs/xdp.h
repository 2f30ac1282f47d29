/*
 * Packets before the network stack sees them: struct xdp_buff, the context of XDP programs.
 *
 * A frame is one block of frame_sz bytes: data_hard_start, headroom, metadata, data, tailroom,
 * skb_shared_info. What is longer goes on in fragments of a page each, listed in the skb_shared_info.
 */
#ifndef SIM_PROGS_XDP_H
#define SIM_PROGS_XDP_H

#include "../world/layout.h"
#include "prog_type.h"

#define XDP_HEADROOM 256u                 /* XDP_PACKET_HEADROOM */
#define XDP_TAILROOM ((u32)sizeof(struct skb_shared_info))
#define XDP_META_MAX 32u
#define XDP_HAS_FRAGS 1u                  /* xdp_buff.flags */

static inline struct xdp_buff *xdp_at(u64 ctx)
{
	return (struct xdp_buff *)ctx;
}

static inline struct skb_shared_info *xdp_shinfo(const struct xdp_buff *xdp)
{
	return (struct skb_shared_info *)(xdp->data_hard_start + xdp->frame_sz -
					  sizeof(struct skb_shared_info));
}

/* Bytes of the packet, fragments included. */
static inline u32 xdp_len(const struct xdp_buff *xdp)
{
	u32 linear = xdp->data_end - xdp->data;

	return xdp->flags & XDP_HAS_FRAGS ? linear + xdp_shinfo(xdp)->xdp_frags_size : linear;
}

/* Metadata is a multiple of 4 bytes, and short. */
static inline bool xdp_meta_ok(u64 len)
{
	return len % 4 == 0 && len <= XDP_META_MAX;
}

/*
 * A frame of @frame_sz bytes that came in at @dev, its @len bytes of data (zeroes) after
 * @headroom. NULL: no memory.
 */
struct xdp_buff *xdp_new(struct sim *sim, const struct netdev *dev, u32 frame_sz, u32 headroom, u32 len);
void xdp_free(struct sim *sim, struct xdp_buff *xdp);
/* A frame like @from, which has no fragments and came in at a device. NULL: no memory. */
struct xdp_buff *xdp_clone(struct sim *sim, const struct xdp_buff *from);
/* One more fragment, a page with @len bytes in use: its address, or NULL. At most 17. */
u8 *xdp_add_frag(struct sim *sim, struct xdp_buff *xdp, u32 len);
/*
 * Copies between @buf and the packet, across fragments; all of it must be there: -EFAULT for absurd
 * figures, -EINVAL beyond the end (bpf_xdp_pointer).
 */
int xdp_copy(struct xdp_buff *xdp, u32 off, void *buf, u32 len, bool write);

/* A run begins: bpf_redirect has not been called. */
void xdp_begin(struct sim *sim);

int xdp_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
		   void **state);
void xdp_test_again(struct sim *sim, void *state);
int xdp_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration);
void xdp_test_free(struct sim *sim, void *state);

#endif
