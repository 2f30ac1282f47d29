/*
 * Captures: files of packets (pcap and pcapng, read and written by libpcap), held in memory with random
 * access.
 *
 * A capture is an input of the simulation and never changes. A file that ends within a packet gives the
 * packets before that, and `note` says so.
 */
#ifndef UI_CAPTURE_H
#define UI_CAPTURE_H

#include "../sim/sim.h"
#include "sha256.h"

struct capture_packet {
	u64 offset;     /* of its bytes in capture.bytes */
	u32 len;        /* bytes that were captured */
	u32 wire_len;   /* bytes that the packet had */
	u64 time_ns;    /* since 1970, as the file says */
};

struct capture {
	char *path;
	u8 sha256[SHA256_SIZE];   /* of the file */
	struct capture_packet *packet;
	u64 count, room;
	u8 *bytes;
	u64 used, size;           /* of bytes */
	char note[160];           /* what was wrong with the file's end, or "" */
};

/* 0, or -errno with the sentence: not there, not a capture, not of Ethernet. */
int capture_open(struct capture *capture, const char *path, struct why *why);
/* An empty one in memory; 0 or -ENOMEM. */
int capture_init(struct capture *capture, const char *path);
/* 0 or -ENOMEM. */
int capture_add(struct capture *capture, const u8 *data, u32 len, u32 wire_len, u64 time_ns);
/* As a pcap file. 0, or -EIO with the sentence. */
int capture_write(const struct capture *capture, const char *path, struct why *why);
void capture_close(struct capture *capture);

static inline const u8 *capture_data(const struct capture *capture, u64 index)
{
	return capture->bytes + capture->packet[index].offset;
}

#endif
