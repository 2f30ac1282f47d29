#!/usr/bin/env bash
# bpfwalk run --race: what two CPUs do to a counter, in one order and in all of them.
export LC_ALL=C ASAN_OPTIONS=detect_leaks=1
bpfwalk=${BPFWALK:-build/asan/bpfwalk}
out=build/race.out
packet='udp 10.0.0.1:1 > 10.0.0.2:2'

# expect NAME STATUS LINES -- ARGUMENTS: each line (an extended regular expression) is found, in this order
expect() {
	local name=$1 status=$2 lines=$3 found=0 line
	shift 4
	$bpfwalk run samples/race.o --race "$packet" "$@" >$out 2>&1 </dev/null
	found=$?
	if [ $found != "$status" ]; then
		tail -5 $out
		echo "not ok race: $name: status $found, expected $status"
		return
	fi
	if [ "$status" = 0 ]; then sed -n '/6 event/,$p' $out >$out.event; else cp $out $out.event; fi
	while IFS= read -r line; do
		grep -nE -m1 -- "$line" $out.event >$out.hit || { echo "not ok race: $name: no line like: $line"; return; }
		sed -i "1,$(cut -d: -f1 $out.hit)d" $out.event
	done <<<"$lines"
	echo "ok race: $name"
}

expect "a plain counter loses one" 0 'reads map counts\[0\]\+0: 0
 {40}reads map counts\[0\]\+0: 0
writes map counts\[0\]\+0 = 1
 {40}writes map counts\[0\]\+0 = 1' -- --prog plain
expect "one after the other loses none" 0 'writes map counts\[0\]\+0 = 1
 {40}reads map counts\[0\]\+0: 1
 {40}writes map counts\[0\]\+0 = 2' -- --prog plain --schedule 000000000000000000
expect "plain, every order" 0 'touch what the CPUs share: 6
4 of them end with  counts\[0\] = 1
2 of them end with  counts\[0\] = 2' -- --prog plain --schedule all
expect "atomic, every order" 0 'touch what the CPUs share: 2
2 of them end with  counts\[0\] = 2' -- --prog atomic --schedule all
expect "one has the lock, the other waits" 0 'takes the lock at map locked\[0\]\+0
 {40}waits for the lock at map locked\[0\]\+0: CPU 0 has it
gives back the lock at map locked\[0\]\+0
 {40}takes the lock
writes map locked\[0\]\+4 = 2' -- --prog with_lock
expect "with a lock, every order" 0 'touch what the CPUs share: 8
8 of them end with  locked\[0\] = .lock: .val: 0., n: 2.' -- --prog with_lock --schedule all
expect "a value for each CPU" 0 'percpu\[0\] = CPU 0: 1 · CPU 1: 1' -- --prog own_value --schedule all
for seed in 1 2 3; do
	expect "with a lock, random order $seed" 0 'n: 2' -- --prog with_lock --schedule random:$seed
done
expect "three CPUs" 0 'CPU 0 +CPU 1 +CPU 2
changes at once map counts\[0\]\+0: now 3' -- --prog atomic --race "$packet" --race "$packet"
expect "--cpus" 0 'CPU 0: 1 · CPU 1: 1 · together 2' -- --prog own_value --cpus 2
expect "a schedule that is none" 2 "schedule '0a1': expected turns, all, random:SEED" -- --schedule 0a1
expect "a CPU that takes no part" 2 "the numbers of CPUs, 0 to 1" -- --schedule 0012
expect "too few CPUs" 2 'there is no CPU 1: the machine has 1' -- --cpus 1
expect "no such number of CPUs" 2 'bpfwalk.cpus is 1 to 64, not 65' -- --cpus 65

# events that name their CPU
for cpu in 2 9; do
	$bpfwalk run samples/race.o --prog own_value --event "$packet cpu $cpu" >$out 2>&1
	case $cpu in
	2) grep -q 'CPU 1: 0 · CPU 2: 1' $out ;;
	*) grep -q 'there is no CPU 9: the machine has 4, from 0' $out ;;
	esac && echo "ok race: an event on CPU $cpu" || echo "not ok race: an event on CPU $cpu"
done

# the same again from the session file
$bpfwalk run samples/race.o --prog with_lock --race "$packet" --schedule random:5 --save $out.walk >$out 2>&1
$bpfwalk replay $out.walk >$out.again 2>&1
if grep -q 'n: 2' $out.again && [ "$(grep -c 'XDP_PASS' $out.again)" -ge 2 ]; then
	echo "ok race: replayed"
else
	tail -20 $out.again
	echo "not ok race: replayed"
fi
rm -f $out $out.event $out.hit $out.walk $out.again
