#!/usr/bin/env bash
# bpfwalk verify: what it tells of each program of test/data/verify (NAME.expected; NAME.explained with --explain), the kernel's refusals, JSON, bad usage.
bpfwalk=build/asan/bpfwalk
out=build/verify_test.out
export LC_ALL=C
unset COLUMNS

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

for expected in test/data/verify/*.expected; do
	name=$(basename "$expected" .expected)
	source=test/data/verify/$name.asm
	if $bpfwalk --no-color verify "$source" --trace --log-level 2 2>&1 | sed 's/0xffff8[0-9a-f]*/0xffff8.../' |
		diff - "test/data/verify/$name.expected" >$out; then
		echo "ok verify $name"
	else
		echo "not ok verify $name (< now, > expected)"
		cat $out
	fi
done

# rejected.o has a program for each category of reasons but the last one: internal ones do not happen
for expected in test/data/verify/*.explained; do
	name=$(basename "$expected" .explained)
	file=test/data/verify/$name.asm
	[ -e "$file" ] || file=test/data/verify/$name.o
	if $bpfwalk --no-color verify "$file" --explain 2>&1 | diff - "$expected" >$out; then
		echo "ok verify --explain $name"
	else
		echo "not ok verify --explain $name (< now, > expected)"
		cat $out
	fi
done

unpriv="--unprivileged --sysctl kernel.unprivileged_bpf_disabled=0"
try "an object that asks for the kernel's BTF" 0 "accepted: 52 instructions" test/data/objects/execsnoop.o
try sample 0 "accepted" samples/xdp_count.o
try "which program" 0 "xdp_drop: XDP" samples/xdp_drop.o --prog xdp_drop
try "no such program" 2 "no program 'nobody'" samples/xdp_drop.o --prog nobody
try "no capabilities" 1 "kernel.unprivileged_bpf_disabled is 2" samples/socket_filter.o --unprivileged
try "unprivileged, and the kernel allows it" 0 "accepted" samples/socket_filter.o $unpriv
try "a type that is not for everybody" 1 "rejected: EPERM" samples/xdp_count.o $unpriv
# what a real Linux 6.1.192 said of them
if awk '/^[a-z_]+:$/ {name = $0} /^error/ {print name, $0}' test/data/verify/rejected.explained |
	diff - test/data/verify/rejected.linux >$out; then
	echo "ok verify --explain: the words and errnos of rejected.o are Linux's"
else
	echo "not ok verify --explain: words or errnos of rejected.o are not Linux's (< ours, > Linux)"
	cat $out
fi

for category in "memory safety" "register type" "call type" "resource lifetime" "execution context" "program structure" policy limit; do
	if grep -q "= category:   $category\$" test/data/verify/rejected.explained; then
		echo "ok verify --explain has a golden text of: $category"
	else
		echo "not ok verify --explain has no golden text of: $category"
	fi
done

# What is ours fits the terminal; the first line is the kernel's.
for columns in 80 120; do
	for object in test/data/verify/rejected.o test/data/objects/broken.o; do
		COLUMNS=$columns $bpfwalk --no-color verify $object --explain | grep -v -e '^error' -e 'in the log:' |
			awk -v most=$columns 'length > most' >$out
		if [ -s $out ]; then
			echo "not ok verify --explain $object: lines of more than $columns columns"
			cat $out
		else
			echo "ok verify --explain $object fits $columns columns"
		fi
	done
done

try "no log" 0 "accepted" samples/xdp_count.o --log-level 0
try "bad log level" 2 "--log-level is 0 to 7" samples/xdp_count.o --log-level 8
try "no file" 2 "expected one program file" --trace
try "no such file" 2 "nowhere.o" nowhere.o
try "bad sysctl" 2 "expected NAME=N" samples/xdp_count.o --sysctl x
try "json, explained" 1 '"category": "memory safety"' test/data/verify/bounds.asm --json
broken="test/data/objects/broken.o --explain --prog"
try "a byte swap" 1 "the byte swap at instruction 8" $broken bad_packet_var
try "a record used after it was submitted" 1 "the call at instruction 9 gave back what r6 points to" $broken bad_ringbuf_double
try "a size that may be 0: the register of the size" 1 "^ r4 is a number from 0 to 4294967295" $broken bad_mem_len_var
try "part of a pointer overwritten on the stack" 1 "stores r2 at fp-7: the number 0" $broken bad_spill_corrupt
try "a number that may be negative" 1 "signed 32-bit number: at most 15, maybe" $broken bad_map_value_signed
try "json, the path: a write" 1 '"what": "now r0 is a pointer to a value of map counts (8 bytes), at a byte from 0 to 8"' test/data/verify/bounds.asm --json
try "json, the path: a branch" 1 '"what": "not taken: r6 is a number from 0 to 8"' test/data/verify/bounds.asm --json
try "json, what to change here" 1 '"here": "the access may begin at byte 8;' test/data/verify/bounds.asm --json
try json 0 '"accepted": true' samples/xdp_count.o --json
try "json, rejected" 1 '"message": "back-edge from insn 2 to 3"' test/data/verify/loop.asm --json
try "json, with steps" 1 '"edge": "back"' test/data/verify/loop.asm --json --trace
try "json, not loaded" 1 '"message": "' samples/socket_filter.o --unprivileged --json

# --watch: a file that is written in place, one that is replaced, one that cannot be used for a while
dir=$(mktemp -d)
trap 'kill $watcher 2>/dev/null; rm -rf "$dir"' EXIT
cp samples/xdp_pass.asm "$dir/p.asm"
$bpfwalk verify "$dir/p.asm" --explain --watch >$out 2>&1 &
watcher=$!

# NAME PATTERN ROUNDS: the pattern comes, and the file has been checked so often
comes() {
	for _ in $(seq 200); do
		[ "$(grep -c -- '--- waiting' $out)" -ge "$3" ] && break
		sleep 0.05
	done
	if grep -qF -- "$2" $out; then echo "ok verify --watch $1"; else echo "not ok verify --watch $1"; cat $out; fi
}
comes "begins with what is there" "accepted: 11 instructions" 1
cat test/data/verify/bounds.asm >"$dir/p.asm"
comes "a file that is written" "error[EACCES]: R0 max value" 2
echo "no such instruction" >"$dir/new"
mv "$dir/new" "$dir/p.asm"
comes "a file that cannot be used" "p.asm:1" 3
cp test/data/verify/unreachable.asm "$dir/new"
mv "$dir/new" "$dir/p.asm"
comes "a file that is replaced" "unreachable insn 2" 4
kill $watcher

if command -v clang >/dev/null; then
	try "a C file is compiled" 0 "accepted" samples/xdp_drop.bpf.c --explain
	echo 'int f(' >"$dir/bad.bpf.c"
	try "a C file with an error" 2 "clang does not compile" "$dir/bad.bpf.c"
else
	echo "skip verify a C file: no clang"
fi
