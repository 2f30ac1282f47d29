#!/usr/bin/env bash
# What `make run` starts: on a terminal the start screen; without one, the walk of a sample. xdp_count counts only protocols that are
# in its map, so user space puts three of them in: ICMP, TCP, UDP.
cd "$(dirname "$0")/.." || exit 2
[ -t 0 ] && [ -t 1 ] && exec build/bpfwalk
exec build/bpfwalk run samples/xdp_count.o --set 'counts[1]=0' --set 'counts[6]=0' --set 'counts[17]=0' --pcap samples/web.pcap
