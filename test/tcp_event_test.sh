#!/usr/bin/env bash
# Events of TCP connections (ack, loss, undo, congestion): what they refuse, and that machine code does the same.
export LC_ALL=C ASAN_OPTIONS=detect_leaks=1
bpfwalk=build/asan/bpfwalk
out=build/tcp_event.out

expect() { # NAME EVENT LINE
	$bpfwalk run samples/tcp_aimd.o --event "$2" >$out 2>&1
	if grep -qE -- "$3" $out; then echo "ok tcp: $1"; else tail -3 $out; echo "not ok tcp: $1"; fi
}
expect "a congestion control that is not there" 'congestion name=vegas' '= -1 ENOENT'
expect "cubic" 'congestion name=cubic' 'of the kernel.s own congestion controls there is reno here'
expect "nothing was lost" 'undo pid=7' 'the connection of task 7 has lost nothing: `loss pid=7` first'
for acked in 0 -1 65537 99999999999; do
	expect "acked=$acked" "ack acked=$acked" 'expected 1 to 65536 packets'
done
for name in '' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
	expect "name=$name" "congestion name=$name" '= -1 ENOENT|expected'
done
$bpfwalk run samples/tcp_aimd.o --scenario samples/tcp.scenario --lockstep >$out 2>&1
grep -q 'lockstep: 7 runs; .* 0 differences' $out && echo "ok tcp: lockstep" || { tail -3 $out; echo "not ok tcp: lockstep"; }
$bpfwalk run samples/tcp_aimd.o --scenario samples/tcp.scenario --race 'ack acked=3' --schedule all >$out 2>&1
grep -q 'every order' $out && echo "ok tcp: a race" || { tail -3 $out; echo "not ok tcp: a race"; }
rm -f $out
