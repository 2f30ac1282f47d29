#!/usr/bin/env bash
# Machine code on this CPU: every sample, the recorded programs and random ones do what they do in the interpreter, at each instruction.
bpfwalk=build/asan/bpfwalk
out=build/native_test.out

if [ "$(uname -sm)" != "Linux x86_64" ]; then
	if $bpfwalk run samples/xdp_count.o --jit 2>&1 | grep -q "x86-64"; then
		echo "ok native: not here, and it says so"
	else
		echo "not ok native: says nothing on a machine that cannot run it"
	fi
	exit
fi

# What a walk tells, but for how many instructions a run took, the clock that xdp_ratelimit reads, and what the stacks hold
# afterwards; and the lockstep of all runs.
walk() { $bpfwalk run "$@" --json | sed -E 's/"insns": [0-9a-z]+/"insns": 0/; s/filled: [0-9]+/filled: 0/; /"(state_hash|steps)":/d'; }
for object in samples/*.o test/data/objects/{xdp_count,loop,sockfilter,tc_cls,globalfn,tailcall}.o; do
	packets="--pcap samples/web.pcap --pcap samples/scan.pcap"
	walk $object $packets --jit >$out.jit 2>/dev/null
	walk $object $packets --interp >$out.interp 2>/dev/null
	if [ -s $out.jit ] && diff $out.jit $out.interp >$out; then
		echo "ok native: $object"
	else
		head -n 20 $out
		echo "not ok native: $object"
	fi
	$bpfwalk run $object $packets --lockstep >$out 2>&1
	if grep -qE '^lockstep: [1-9].* compared at [1-9][0-9]* of bytecode; 0 differences|loaded, but not run yet' $out ||
		{ grep -q '^lockstep: 0 runs;' $out && ! grep -qE '[0-9] packets?: ' $out; }; then # packets are nothing to it
		echo "ok lockstep: $object"
	else
		echo "not ok lockstep: $object"
	fi
done

# Functions that timers call begin in the midst of a program.
if $bpfwalk run samples/xdp_tokens.o --scenario samples/tokens.scenario --lockstep 2>&1 |
	grep -q '^lockstep: 11 runs; .*; 0 differences'; then
	echo "ok lockstep: timers"
else
	echo "not ok lockstep: timers"
fi

# Recorded programs: no difference; and with machine code at least as many answers as with the interpreter.
for file in test/kernel/*.jsonl.gz ${VECTORS:+"$VECTORS"/opcodes.jsonl.gz "$VECTORS"/selftests*.jsonl.gz}; do
	$bpfwalk vectors "$file" --only run --lockstep >$out 2>&1
	if grep -qE '^lockstep: [0-9]+ runs,.* 0 differences' $out; then
		echo "ok lockstep: $file ($(grep -oE '^lockstep: .* compared' $out))"
	else
		grep '^lockstep' $out
		echo "not ok lockstep: $file"
	fi
	$bpfwalk vectors "$file" --only run --list >$out.interp 2>&1
	$bpfwalk vectors "$file" --only run --list --jit >$out.jit 2>&1
	if grep -qE '^run [0-9]+/' $out.jit && ! grep '^run differs' $out.jit | grep -vxFf $out.interp; then
		echo "ok vectors --jit: $file ($(grep -E '^run [0-9]+/' $out.jit))"
	else
		echo "not ok vectors --jit: $file"
	fi
done

# The same state in each process, wherever it lies in memory.
for i in 1 2; do $bpfwalk run samples/subprogs.o --pcap samples/web.pcap --jit --json >$out.$i 2>&1; done
if grep -q state_hash $out.1 && diff $out.1 $out.2; then
	echo "ok native: the same state hash in two processes"
else
	echo "not ok native: another state hash in each process"
fi

# A session of machine code is walked again, and leads to the same.
$bpfwalk run samples/xdp_count.o --set 'counts[6]=0' --pcap samples/web.pcap --jit --save $out.walk --embed >$out.jit 2>&1
$bpfwalk replay $out.walk >$out 2>&1
if diff <(tail -n 12 $out) <(tail -n 12 $out.jit) && grep -q '6  14' $out; then
	echo "ok native: replay"
else
	echo "not ok native: replay"
fi
if $bpfwalk run samples/xdp_count.o --jit --trace 2>&1 | grep -q "not with --jit"; then
	echo "ok native: --trace is the interpreter's"
else
	echo "not ok native: --trace with --jit"
fi

# A slice of the fuzzer.
if build/asan/test/fuzz/native_fuzz 1500 7 >$out 2>&1 && grep -qE ' [1-9][0-9]{4,} runs, .* no difference' $out; then
	echo "ok native: $(cat $out)"
else
	head -n 20 $out
	echo "not ok native: random programs"
fi
rm -f $out $out.[12] $out.jit $out.interp $out.walk
