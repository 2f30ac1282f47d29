#!/usr/bin/env bash
# What `make run` starts: bpfwalk; without a terminal, the walk of a sample.
cd "$(dirname "$0")/.." || exit 2
exec build/bpfwalk run samples/xdp_count.o --pcap samples/web.pcap
