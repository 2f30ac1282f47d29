/*
 * Which way a packet in words takes: "dev eth1 tcp 10.0.0.1:1 > ..." arrives at eth1, "out dev eth1 tcp ..."
 * leaves by it. Without these words it arrives at the usual device, or goes to the program by
 * BPF_PROG_TEST_RUN.
 */
#ifndef UI_PACKET_WAY_H
#define UI_PACKET_WAY_H

#include "walk.h"

struct packet_way {
	char device[NETDEV_NAME]; /* "" = the usual one */
	bool out;
};

/* Takes such words off; what follows them. */
const char *packet_way_take(const char *words, struct packet_way *way);
/* The device as it is now: the ifindex, @usual when none is named, or -ENODEV with the sentence in sim->why.
 */
s64 packet_way_device(struct sim *sim, const struct packet_way *way, s64 usual);

#endif
