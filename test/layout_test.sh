#!/usr/bin/env bash
# sim/world/layout.h, layout_task.h and layout_iter.h hold exactly what Linux 6.1's BTF says.
layout() {
	build/asan/test/tools/layout sim/elf/vmlinux.btf.gz "$@"
}
if diff <(layout) sim/world/layout.h && diff <(layout tasks) sim/world/layout_task.h && diff <(layout iter) sim/world/layout_iter.h; then
	echo "ok layout"
else
	echo "not ok layout: make it again with test/tools/layout.c"
fi
