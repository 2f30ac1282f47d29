/*
 * What packet sockets get, and the filters of sockets: programs of SO_ATTACH_BPF, which say how many bytes of a packet are kept.
 *
 * Simplified: a packet socket gets every frame of its device (ETH_P_ALL), SOCK_RAW; of a packet that waits there is only its
 * length.
 */
#ifndef SIM_WORLD_SOCK_FILTER_H
#define SIM_WORLD_SOCK_FILTER_H

#include "../object.h"

#define SOCK_FILTERS 32u
#define SOCK_FILTER_QUEUE 16u

struct prog;

struct sock_filter_entry {
	struct obj *socket;  /* no reference: it goes with the socket */
	bool packet;         /* it is a packet socket, which frames come by */
	bool locked;         /* SO_LOCK_FILTER */
	struct prog *prog;   /* a reference; NULL: everything is kept */
	u32 ifindex;         /* packet: the device, 0 = all */
	u64 received, filtered;
	u32 waiting;         /* packets that nobody has read yet, and their lengths */
	u32 len[SOCK_FILTER_QUEUE];
};

/* The newest first. */
struct sock_filters {
	u32 count;
	struct sock_filter_entry entry[SOCK_FILTERS];
};

#endif
