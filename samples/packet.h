/* What the samples look at in packets: an IPv4 header behind an Ethernet header without VLAN. */
#ifndef SAMPLES_PACKET_H
#define SAMPLES_PACKET_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* NULL when it is no IPv4 packet, or not all of the header is there. */
static __always_inline struct iphdr *ipv4(void *data, void *end)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	return ip;
}

/*
 * The first eight bytes behind a header without options: the ports of TCP and UDP.
 * NULL: they are not there.
 */
static __always_inline struct udphdr *ports(struct iphdr *ip, void *end)
{
	struct udphdr *l4 = (void *)(ip + 1);

	if (ip->ihl != 5 || (void *)(l4 + 1) > end ||
	    (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP))
		return NULL;
	return l4;
}

#endif
