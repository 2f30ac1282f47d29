#!/usr/bin/env bash
# sim/world/layout.h and layout_task.h hold exactly what Linux 6.1's BTF says.
layout() {
	build/asan/test/tools/layout sim/elf/vmlinux.btf.gz "$@"
}
if diff <(layout) sim/world/layout.h && diff <(layout tasks) sim/world/layout_task.h; then
	echo "ok layout"
else
	echo "not ok layout: make it again with test/tools/layout.c"
fi
