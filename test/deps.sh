#!/usr/bin/env bash
# Installs what the build needs and does not find. Quiet when all is there; says what to install where there is no apt.
need=()
has() { [ -n "$(find /usr/include /usr/local/include -path "*/$1" -print -quit 2>/dev/null)" ]; }
has libelf.h || need+=(libelf-dev)
has ncursesw/ncurses.h || has ncurses.h || need+=(libncurses-dev)
has readline/readline.h || need+=(libreadline-dev)
has jansson.h || need+=(libjansson-dev)
has pcap/pcap.h || need+=(libpcap-dev)
has cmocka.h || need+=(libcmocka-dev)
has Zydis/Zydis.h || need+=(libzydis-dev)
has zlib.h || need+=(zlib1g-dev)
has linux/bpf.h || need+=(libc6-dev)
command -v "${CC:-gcc}" >/dev/null || need+=(gcc libc6-dev)
[ ${#need[@]} = 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
	echo "Missing: ${need[*]} (names of the Debian packages). There is no apt-get here:" >&2
	echo "install the same with your system's package manager, then run make again." >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || { echo "Missing: ${need[*]}. As root: apt-get install ${need[*]}" >&2; exit 1; }
	sudo="sudo -E"
fi
echo "Installing ${need[*]} ..." >&2
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null ||
	{ echo "apt-get could not install: ${need[*]}" >&2; exit 1; }
