/*
 * Network devices: where packets arrive and leave, and programs of XDP and tc hang. Two of them may be joined by a link, as a
 * pair of veth: what leaves one arrives at the other.
 *
 * Simplified: no upper devices, no drivers. lo has no native XDP (its driver lacks
 * ndo_bpf); the others are like veth and have it.
 */
#ifndef SIM_WORLD_NETDEV_H
#define SIM_WORLD_NETDEV_H

#include "../object.h"
#include "layout.h"
#include "tc.h"

#define NETDEV_MAX 32
#define NETDEV_NAME 16

struct prog;

enum xdp_mode { XDP_MODE_GENERIC, XDP_MODE_NATIVE, XDP_MODES };

struct netdev {
	u32 ifindex;               /* 0 = slot free */
	char name[NETDEV_NAME];
	u8 mac[6];
	u32 mtu;
	bool native_xdp;           /* the driver can run XDP programs itself */
	struct obj *xdp_link[XDP_MODES]; /* no reference: a link that goes away detaches itself */
	struct prog *xdp_prog[XDP_MODES]; /* attached by netlink: a reference; there is a link or such a program */
	u32 peer;                  /* ifindex at the other end of its link; 0 = a wire that leads out of this machine */
	bool had_clsact;           /* its ingress queue has been there once */
	bool clsact;               /* it has the hooks of tc ... */
	struct tc_hook tc[TC_DIRECTIONS]; /* ... which are these */
	u64 rx_packets, rx_dropped, tx_packets;
	/* the same as the kernel's structs, which translated programs read; one receive queue */
	struct net_device k;
	struct xdp_rxq_info rxq;
};

struct netdevs {
	u32 last_ifindex;
	struct netdev dev[NETDEV_MAX];
};

/* None yet. */
struct netdevs *netdevs_new(struct sim *sim);
/* A new device, up: its ifindex, -EEXIST, -EINVAL (bad name), -ENFILE. */
s64 netdev_add(struct sim *sim, const char *name);
/* "NAME", or "NAME peer OTHER": two that are joined by a link. The ifindex of NAME, or as above. */
s64 netdev_add_words(struct sim *sim, const char *words);
/* The two become the ends of one link. */
void netdev_join(struct netdev *a, struct netdev *b);
struct netdev *netdev_by_index(struct sim *sim, u32 ifindex);
struct netdev *netdev_by_name(struct sim *sim, const char *name);

#endif
