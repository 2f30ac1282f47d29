#!/usr/bin/env bash
# Programs that a real Linux 6.1 has run (test/kernel, and those in $VECTORS) return the same here. Only what can run so far:
# socket filters, classifiers and XDP with no maps but hashes and arrays.
#
# Known to differ, by name:
#   calls.c#13                 calls functions of the kernel (kfuncs), which are not there
#   direct_packet_access.c#22  shifts a packet's address right by 49: kernel addresses are higher than ours
known='calls.c#13|direct_packet_access.c#22'

for file in test/kernel/*.jsonl.gz ${VECTORS:+"$VECTORS"/*.jsonl.gz}; do
	[ -e "$file" ] || continue
	build/asan/bpfwalk vectors "$file" --only run --prog-types 1,3,6 --map-types 1,2 --list >build/vectors.out 2>&1
	count=$(grep -oE '^run [0-9]+/[0-9]+$' build/vectors.out)
	if [ -n "$count" ] && ! grep -vE "^run differs: ($known): |^run [0-9]+/" build/vectors.out; then
		echo "ok vectors of $file ($count)"
	else
		echo "not ok vectors of $file"
		tail -n 40 build/vectors.out
	fi
done
