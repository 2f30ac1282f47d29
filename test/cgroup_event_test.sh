#!/usr/bin/env bash
# Programs of cgroups are asked by events: what they say decides, for the tasks of their cgroup and below.
bpfwalk=build/asan/bpfwalk
out=$(mktemp)
trap 'rm -f "$out"' EXIT

says() { # NAME, then lines that must be there; what was run is in $out
	local name=$1 line
	shift
	for line in "$@"; do
		grep -qF -- "$line" "$out" || { tail -30 "$out"; echo "not ok $name: missing: $line"; return; }
	done
	echo "ok $name"
}

for engine in --interp --jit; do
	$bpfwalk run samples/cgroup_bytes.o $engine --cgroup /web --event 'recv cgroup=/web bytes=10' \
		--event 'recv cgroup=/web/php bytes=20' --event 'recv pid=7 bytes=1000 cgroup=/' >"$out" 2>&1
	says "storage of an attachment$engine" 'attached once, called 2 times' 'cgroup_inode_id: 2, attach_type: 0}  86'
done
$bpfwalk run samples/cgroup_guard.o --event 'bind port=80' --event 'bind port=80 uid=0 pid=3' --event socket \
	--event 'send bytes=77' --event 'sysctl' >"$out" 2>&1
says "without a program the kernel's own answer" '= -1 EACCES' '= 77' '= 3' 'cgroup sysctl'
$bpfwalk run samples/cgroup_guard.o --cgroup web --event socket >"$out" 2>&1
says "a bad path" "cgroup web: expected a path like / or /web"
for bad in 'socket type=raw' 'bind addr=1.2.3' 'bind port=70000' 'send bytes=20000' 'recv to=x' 'socket cgroup=web'; do
	$bpfwalk run samples/cgroup_guard.o --event "$bad" >"$out" 2>&1
	says "refused: $bad" "expected"
done
