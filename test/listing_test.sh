#!/usr/bin/env bash
# bpfwalk jit: the three forms of programs, as golden text (test/data/listing: the command in the first line, then
# what it prints) and as JSON. GOLDEN=new writes the answers anew: read them before they are committed.
export LC_ALL=C ASAN_OPTIONS=detect_leaks=1
bpfwalk=${BPFWALK:-build/asan/bpfwalk}
json_at=build/asan/test/tools/json_at
out=build/listing.out

for golden in test/data/listing/*.txt; do
	command=$(head -n 1 "$golden")
	# shellcheck disable=SC2086
	$bpfwalk $command >$out 2>&1 </dev/null
	if [ "$GOLDEN" = new ]; then { echo "$command"; cat $out; } >"$golden"; fi
	width=$(sed -n 's/.*--width \([0-9]*\).*/\1/p' <<<"$command")
	if ! diff <(tail -n +2 "$golden") $out >build/listing.diff; then
		head -n 30 build/listing.diff
		echo "not ok listing: $command"
	elif awk -v width="${width:-118}" 'length > width { print; bad = 1 } END { exit bad }' $out; then
		echo "ok listing: $command"
	else
		echo "not ok listing: $command: lines of more than $width columns"
	fi
done

# check NAME STATUS ARGUMENTS...: then `json` and `has` look at what it printed; `finish` prints the verdict
check() {
	name=$1 wrong=
	local expected=$2 status
	shift 2
	$bpfwalk "$@" >$out 2>&1 </dev/null
	status=$?
	[ $status = "$expected" ] || wrong="status $status, expected $expected: $*"
}
json() { for pair in "$@"; do
	got=$($json_at "${pair%%=*}" <$out 2>&1)
	[ "$got" = "${pair#*=}" ] || wrong="$wrong ${pair%%=*} is $got, expected ${pair#*=}"
done; }
has() { for t in "$@"; do grep -qF -e "$t" $out || wrong="$wrong no '$t'"; done; }
finish() { if [ -z "$wrong" ]; then echo "ok $name"; else echo "$wrong"; head -c 2000 $out; echo "not ok $name"; fi; }

check "jit: JSON" 0 jit samples/xdp_count.o --json
json program=xdp_count size=100 jited=true functions.0.size=100 functions.0.passes.0=108 functions.0.passes.1=100 \
	written.0.text='r2 = *(u32 *)(r1 +4)' xlated.0.text='r2 = *(u64 *)(r1 +8)' xlated.0.change=rewritten \
	xlated.0.changed_by=context xlated.0.origin=0 xlated.0.line=16 xlated.11.change=inserted \
	functions.0.code.0.bytes=0f1f440000 functions.0.code.5.text='mov rsi, [rdi+0x8]' functions.0.code.5.xlated=0 \
	functions.0.code.5.notes.0=disp8
finish
check "jit: an interpreted program has no code" 0 jit samples/xdp_count.o --json --sysctl net.core.bpf_jit_enable=0
json jited=false size=0
finish
check "jit: mitigations, what they cost" 0 jit test/data/objects/tailcall.o --prog xdp_dispatch --json \
	--mitigations=retpoline,rethunk
json size=138 size_without_mitigations=133
finish
check "jit: blinded constants take room" 0 jit test/data/listing/dead.asm --json --sysctl net.core.bpf_jit_harden=2
json size=66 xlated.1.text='r1 = 0'
finish
check "jit: mitigations that there are not" 2 jit samples/xdp_count.o --mitigations=hope
finish
check "jit: a program that the kernel refuses" 1 jit test/data/cli/null.asm
has "R0 invalid mem access 'map_value_or_null'"
finish
check "jit: no such program" 2 jit samples/xdp_count.o --prog nobody
has "no program 'nobody' in it"
finish
check "jit: not an object" 2 jit Makefile
finish
check "jit: unverified programs are not translated" 2 jit samples/xdp_count.o --sysctl bpfwalk.skip_walk=1
has "was not verified"
finish
check "jit: too narrow" 2 jit samples/xdp_count.o --width 20
finish
check "disasm --linum needs --xlated" 2 disasm samples/xdp_count.o --linum
finish
check "disasm --xlated: a program that the kernel refuses" 1 disasm --xlated test/data/cli/null.asm
finish

check "run: what happened when" 0 run samples/xdp_count.o --pcap samples/web.pcap --json
json done.load.verified=1 done.load.compiled=1 done.load.glue=0 done.load.run=0 \
	done.attach.verified=0 done.attach.compiled=0 done.attach.glue=1 done.attach.run=0 \
	done.event.verified=0 done.event.compiled=0 done.event.glue=0 done.event.run=25 \
	programs.0.compiled=1 programs.0.run=25 programs.0.attached=1 \
	dispatcher.programs=1 dispatcher.written=1 dispatcher.size=16
[ "$($json_at links.0.entry <$out)" = "$($json_at programs.0.entry <$out)" ] ||
	wrong="$wrong the link calls another address"
finish
check "run: jit_enable=0" 0 run samples/xdp_count.o --pcap samples/web.pcap --json --sysctl net.core.bpf_jit_enable=0
json done.load.verified=1 done.load.compiled=0 done.event.run=25 programs.0.size=0
finish
check "run: what happened when, as text" 0 run samples/xdp_count.o --pcap samples/web.pcap
has "compiled once (100 bytes at 0x" "attached once, called 25 times" "glue: bpf_dispatcher_xdp, 16 bytes" \
	"where the program's code is since its load"
finish
check "run: trampolines" 0 run samples/read_latency.o --json
json done.attach.glue=2 done.attach.compiled=0 done.event.glue=0 trampolines.0.function=vfs_read trampolines.0.written=2 \
	trampolines.0.fentry=1 trampolines.0.fexit=1 trampolines.0.size=234
finish
check "run: trampolines, as text" 0 run samples/read_latency.o
has "vfs_read begins with e8 " "glue: bpf_trampoline_6442492247, 118 bytes at 0x" "written once: calls 1 fentry, 0 fmod_ret, 0 fexit" \
	"234 bytes at 0x" "written 2 times: calls 1 fentry, 0 fmod_ret, 1 fexit and the function itself"
finish
