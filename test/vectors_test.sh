#!/usr/bin/env bash
# Programs that a real Linux 6.1 has judged and run (test/kernel, and those in $VECTORS): the verifier says the same, word for word;
# and they return the same. interpreted.jsonl.gz: with net.core.bpf_jit_enable=0,
# hardened.jsonl.gz: with net.core.bpf_jit_harden=2, hardened-unprivileged.jsonl.gz: 1, loaded without capabilities. Only what can run so far:
# socket filters, classifiers and XDP with no maps but hashes and arrays.
#
# Known to differ, by name:
#   calls.c#13                 calls functions of the kernel (kfuncs), which are not there
#   direct_packet_access.c#22  shifts a packet's address right by 49: kernel addresses are higher than ours
known='calls.c#13|direct_packet_access.c#22'

for file in test/kernel/*.jsonl.gz ${VECTORS:+"$VECTORS"/*.jsonl.gz}; do
	[ -e "$file" ] || continue
	build/asan/bpfwalk vectors "$file" --only run --prog-types 1,3,6 --map-types 1,2 --list >build/vectors.out 2>&1
	count=$(grep -oE '^run [0-9]+/[0-9]+$' build/vectors.out)
	if [ -n "$count" ] && ! grep -vE "^run differs: ($known): |^run [0-9]+/" build/vectors.out; then
		echo "ok vectors of $file ($count)"
	else
		echo "not ok vectors of $file"
		tail -n 40 build/vectors.out
	fi
done

# The verifier's answers that agree, at least; these numbers only go up. Programs of object files need $VECTORS/objects.
at_least() {
	local file=$1 out=build/vectors.out class count
	shift
	[ -e "$file" ] || return
	build/asan/bpfwalk vectors "$file" --only verdict,errno,message,log,xlated,jited >$out 2>&1
	for class in verdict errno message log xlated jited; do
		count=$(sed -n "s,^$class \([0-9]*\)/.*,\1,p" $out)
		if [ "${count:--1}" -ge "$1" ]; then
			echo "ok vectors: $class of $file ($count)"
		else
			echo "not ok vectors: $class of $file: $count agree, there were $1"
		fi
		shift
	done
}
#                                                 verdict errno message log xlated jited
at_least test/kernel/opcodes.jsonl.gz                 217   217       0 217    217   217
at_least test/kernel/contexts.jsonl.gz                378   378       0   0    378   354
at_least test/kernel/interpreted.jsonl.gz             103   103      11 103     92     0
at_least test/kernel/hardened.jsonl.gz                 83    83       6  83     77     0
at_least test/kernel/hardened-unprivileged.jsonl.gz   108   108      34 108     74     0
at_least test/kernel/long.jsonl.gz                      7     7       5   7      2     2
# of the verifier's fuzzer: of all kinds that plausible programs have, with the messages they are rejected with
at_least test/kernel/random/privileged.jsonl.gz       300   300     150 300      0     0
at_least test/kernel/random/unprivileged.jsonl.gz     134   134      80 134      0     0
if [ "$VECTORS" ]; then
	at_least "$VECTORS/selftests.jsonl.gz"              947   947     427 947    520   520
	at_least "$VECTORS/selftests-unprivileged.jsonl.gz" 452   452     280 452    172   172
	at_least "$VECTORS/programs.jsonl.gz"                54    54      31  54     23    23
fi

# The command itself: exit statuses, and files that are no vectors.
check() {
	local name=$1 status=$2
	shift 2
	"$@" >build/vectors.out 2>&1
	if [ $? = "$status" ]; then echo "ok vectors: $name"; else echo "not ok vectors: $name"; cat build/vectors.out; fi
}
vectors="build/asan/bpfwalk vectors"
opcodes=test/kernel/opcodes.jsonl.gz
head -c 5000 $opcodes >build/cut.jsonl.gz
printf '{"name": "odd", "kernel_ret": 0, "insns": "zz", "maps": [{"type": 2, "key_size": 4, "value_size": 4, "max_entries": 1, "elems": [[1, 2], 5], "prog_elems": [7]}, 7], "fixups": [[99], 5], "map_setup": [1], "nondet": [3], "kernel_runs": [{}]}\n' >build/odd.jsonl
check "no file" 2 $vectors build/there-is-none.jsonl
check "no argument" 2 $vectors
check "unknown class" 2 $vectors $opcodes --only speed
check "unknown name" 2 $vectors $opcodes --show none
check "one that agrees" 0 $vectors $opcodes --show xdp_parse
check "not JSON" 2 $vectors Makefile
check "zero bytes without end" 2 $vectors /dev/zero
check "cut off" 2 $vectors build/cut.jsonl.gz
check "odd fields differ, no more" 1 $vectors build/odd.jsonl
