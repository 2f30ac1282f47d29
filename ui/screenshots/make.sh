#!/usr/bin/env bash
# The README's pictures, of the program as it is now: `make screenshots`. Without a terminal: keys in, a picture out.
cd "$(dirname "$0")/../.." || exit 2

picture() { # name, size, keys, arguments
	local name=$1 size=$2 keys=$3
	shift 3
	LC_ALL=C.UTF-8 build/bpfwalk tui "$@" --size "$size" --keys "$keys:screenshot ui/screenshots/$name.svg<Enter>" >/dev/null &&
		echo "  ui/screenshots/$name.svg"
}

tcp=(samples/xdp_count.o --set 'counts[1]=0' --set 'counts[6]=17' --set 'counts[17]=5' --event 'tcp 10.0.0.1:443 > 10.0.0.2:51514')
picture start 120x36 ''
picture event 120x36 ':b event<Enter>c:b 14<Enter>cs' "${tcp[@]}"
picture verify 120x36 ':b stage:verify<Enter>c<Enter>sssssssssssss' "${tcp[@]}"
