#!/usr/bin/env bash
# test/errno/record.sh [NAME...]: asks a real Linux 6.1 and writes test/errno/NAME.expected. See sys/sys.h for $KERNEL_RUN.
set -e
cd "$(dirname "$0")/../.."
[ -n "$KERNEL_RUN" ] || { echo "KERNEL_RUN must name the command that boots a Linux 6.1: see test/errno/sys/sys.h" >&2; exit 2; }
[ $# -gt 0 ] || set -- $(basename -s .c -a test/errno/*.c)
mkdir -p build/errno
for name in "$@"; do
	${CC:-gcc} -std=gnu11 -Wall -Wextra -D_GNU_SOURCE -I. -O1 -static -o "build/errno/$name" \
		"test/errno/$name.c" test/errno/sys/real.c test/errno/sys/real_net.c test/errno/sys/entry.c test/errno/sys/show.c
	cpus=$(sed -n 's/.*sys_cpus(\([0-9]*\)).*/\1/p' "test/errno/$name.c")
	"$KERNEL_RUN" ${cpus:+-c "$cpus"} -f "build/errno/$name" -- "$name" >"build/errno/$name.expected"
	mv "build/errno/$name.expected" "test/errno/$name.expected"
	echo "test/errno/$name.expected: $(wc -l <"test/errno/$name.expected") lines"
done
