#!/usr/bin/env bash
# sim/world/layout.h holds exactly what Linux 6.1's BTF says.
if diff <(build/asan/test/tools/layout sim/elf/vmlinux.btf.gz) sim/world/layout.h; then
	echo "ok layout"
else
	echo "not ok layout: make it again with test/tools/layout.c"
fi
