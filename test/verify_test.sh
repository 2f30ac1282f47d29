#!/usr/bin/env bash
# bpfwalk verify: what it tells of each program of test/data/verify (NAME.expected), the kernel's refusals, JSON, bad usage.
bpfwalk=build/asan/bpfwalk
out=build/verify_test.out
export LC_ALL=C

# NAME STATUS PATTERN ARGUMENTS...: the exit status, and a text in what is printed
try() {
	local name=$1 status=$2 pattern=$3
	shift 3
	$bpfwalk verify "$@" >$out 2>&1
	if [ $? = "$status" ] && grep -qF -- "$pattern" $out; then
		echo "ok verify $name"
	else
		echo "not ok verify $name"
		cat $out
	fi
}

for source in test/data/verify/*.asm; do
	name=$(basename "$source" .asm)
	if $bpfwalk --no-color verify "$source" --trace --log-level 2 2>&1 | diff - "test/data/verify/$name.expected" >$out; then
		echo "ok verify $name"
	else
		echo "not ok verify $name (< now, > expected)"
		cat $out
	fi
done

unpriv="--unprivileged --sysctl kernel.unprivileged_bpf_disabled=0"
try sample 0 "accepted" samples/xdp_count.o
try "which program" 0 "xdp_drop: XDP" samples/xdp_drop.o --prog xdp_drop
try "no such program" 2 "no program 'nobody'" samples/xdp_drop.o --prog nobody
try "no capabilities" 1 "kernel.unprivileged_bpf_disabled is 2" samples/socket_filter.o --unprivileged
try "unprivileged, and the kernel allows it" 0 "accepted" samples/socket_filter.o $unpriv
try "a type that is not for everybody" 1 "rejected: EPERM" samples/xdp_count.o $unpriv
try "no log" 0 "accepted" samples/xdp_count.o --log-level 0
try "bad log level" 2 "--log-level is 0 to 7" samples/xdp_count.o --log-level 8
try "no file" 2 "expected one program file" --trace
try "no such file" 2 "nowhere.o" nowhere.o
try "bad sysctl" 2 "expected NAME=N" samples/xdp_count.o --sysctl x
try json 0 '"accepted": true' samples/xdp_count.o --json
try "json, rejected" 1 '"message": "back-edge from insn 2 to 3"' test/data/verify/loop.asm --json
try "json, with steps" 1 '"edge": "back"' test/data/verify/loop.asm --json --trace
try "json, not loaded" 1 '"message": "' samples/socket_filter.o --unprivileged --json
