#!/usr/bin/env bash
# sim/world/layout.h holds exactly what Linux 6.1's BTF says, where that BTF is at hand.
btf=${VECTORS:-../shared/kernel}/vmlinux.btf.gz
if [ ! -e "$btf" ]; then
	echo "skip layout: no $btf"
elif diff <(build/asan/test/tools/layout "$btf") sim/world/layout.h; then
	echo "ok layout"
else
	echo "not ok layout: make it again with test/tools/layout.c"
fi
