#!/usr/bin/env bash
# bpfwalk run --race: what two CPUs do to a counter, in one order and in all of them.
export LC_ALL=C ASAN_OPTIONS=detect_leaks=1
bpfwalk=${BPFWALK:-build/asan/bpfwalk}
out=build/race.out
packet='udp 10.0.0.1:1 > 10.0.0.2:2'
sample=race
happens=$packet

# expect NAME STATUS LINES -- ARGUMENTS: each line (an extended regular expression) is found, in this order
expect() {
	local name=$1 status=$2 lines=$3 found=0 line
	shift 4
	$bpfwalk run samples/$sample.o --race "$happens" "$@" >$out 2>&1 </dev/null
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

# what tasks do, and programs of other types that hang there
sample=race_files happens='openat file=/a'
expect "files, a plain counter loses one" 0 'openat file=/a pid=1000
 {40}openat file=/a pid=1001
reads map counts\[0\]\+0: 0
 {40}reads map counts\[0\]\+0: 0
writes map counts\[0\]\+0 = 1
 {40}writes map counts\[0\]\+0 = 1
= 3' -- --prog plain
expect "files, plain, every order" 0 '4 of them end with  counts\[0\] = 1
2 of them end with  counts\[0\] = 2' -- --prog plain --schedule all
expect "files, atomic, every order" 0 '2 of them end with  counts\[0\] = 2' -- --prog atomic --schedule all
expect "files, one has the lock, the other waits" 0 'takes the lock at map locked\[0\]\+0
 {40}waits for the lock at map locked\[0\]\+0: CPU 0 has it' -- --prog with_lock
expect "files, with a lock, every order" 0 '8 of them end with  locked\[0\] = .lock: .val: 0., n: 2.' -- --prog with_lock --schedule all
expect "files, a value for each CPU" 0 'percpu\[0\] = CPU 0: 1 · CPU 1: 1' -- --prog own_value --schedule all
expect "files, random order" 0 'n: 2' -- --prog with_lock --schedule random:3
happens='openat pid=7 file=/a'
expect "the second is another task" 0 'openat pid=8 file=/a' -- --prog plain
expect "a task is on one CPU at a time" 2 'task 7 is on CPU 0 just now' -- --prog plain --race 'openat pid=7 file=/b'
expect "different events" 0 ' {40}exec pid=9
writes map counts\[0\]\+0 = 1' -- --prog plain --race 'exec pid=9'
expect "no such event" 2 "neither a packet .* nor an event" -- --race 'opnat file=/a'
expect "a packet, and no program at a device" 2 'a race of packets needs a program that is attached to a device' -- --race "$packet"
sample=opensnoop
expect "tracepoints" 0 'begins open_begins
 {40}begins open_ends
buffer of CPU 1, 68 bytes: struct open_event .pid: 8' --
sample=tc_events happens="out $packet"
expect "a hook of tc" 0 'begins tell
 {40}begins tell
buffer of CPU 1' -- --attach tc:eth0:egress
sample=xdp_tokens happens='tick 10ms'
expect "time on two CPUs" 0 'tick 10ms
 {40}tick 10ms' --
sample=cgroup_guard happens='openat file=/dev/vda cgroup=/web'
expect "a program of a cgroup" 0 'changes at once map refused\[0\]\+0: now 2
EPERM' -- --cgroup /web

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
# at the prompt: forward, back and forward again
commands='goto end
race openat file=/a | openat pid=50 file=/b
when
schedule 0
goto 0
goto end
map lookup counts key 0
'
printf '%s' "$commands" | $bpfwalk tui samples/race_files.o --prog plain --event 'openat file=/x' --batch >$out 2>&1
if grep -q 'counts\[0\] = 2' $out; then
	echo "ok race: at the prompt"
else
	cat $out
	echo "not ok race: at the prompt"
fi
rm -f $out $out.event $out.hit $out.walk $out.again
