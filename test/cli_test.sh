#!/usr/bin/env bash
# The command line as a user meets it: help, complaints, exit statuses, the walk of every sample, JSON, sessions, damaged input.
# Essentials are looked for, not whole outputs, so that words may be improved.
export LC_ALL=C ASAN_OPTIONS=detect_leaks=1
bpfwalk=build/asan/bpfwalk
json_at=build/asan/test/tools/json_at
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# check NAME STATUS COMMAND...: runs it; then `has`, `hasnt` and `line` look at what it wrote; done_ prints the verdict of the last.
name=
finish() {
	[ -n "$name" ] || return
	if [ -z "$wrong" ]; then echo "ok $name"; else echo "$wrong"; head -c 3000 "$tmp/out"; echo; echo "not ok $name"; fi
	name=
}
check() {
	finish
	name=$1 wrong=
	local expected=$2 status
	shift 2
	"$@" >"$tmp/out" 2>&1 </dev/null
	status=$?
	[ $status = "$expected" ] || wrong="status $status, expected $expected: $*"
}
has() { for t in "$@"; do grep -qF -e "$t" "$tmp/out" || wrong="$wrong
no '$t'"; done; }
hasnt() { for t in "$@"; do ! grep -qF -e "$t" "$tmp/out" || wrong="$wrong
there is '$t'"; done; }
json() { for pair in "$@"; do [ "$($json_at "${pair%%=*}" <"$tmp/out" 2>&1)" = "${pair#*=}" ] || wrong="$wrong
${pair%%=*} is $($json_at "${pair%%=*}" <"$tmp/out" 2>&1), expected ${pair#*=}"; done; }

# --- help and complaints ---

check "cli: help" 0 $bpfwalk --help
has "Usage: bpfwalk COMMAND" "Exit status: 0" "--no-color"
commands=$(awk '/^Commands:/ { on = 1; next } on && /^$/ { exit } on { print $1 }' "$tmp/out")
[ "$(wc -w <<<"$commands")" -ge 5 ] || wrong="few commands: $commands"
for c in $commands; do
	check "cli: $c --help" 0 $bpfwalk "$c" --help
	has "bpfwalk $c: " "Usage: bpfwalk $c " "Example"
	awk 'length > 118 { exit 1 }' "$tmp/out" || wrong="a line of more than 118 columns"
	cp "$tmp/out" "$tmp/help"
	check "cli: help $c" 0 $bpfwalk help "$c"
	cmp -s "$tmp/out" "$tmp/help" || wrong="another text than $c --help"
	[ "$c" = maps ] || [ "$c" = helpers ] || check "cli: $c without arguments" 2 $bpfwalk "$c" # it lists
	[ "$c" = maps ] || [ "$c" = helpers ] || has "bpfwalk $c: "
	check "cli: $c with an unknown option" 2 $bpfwalk "$c" --no-such-option x
	has "bpfwalk $c: "
done
check "cli: helpers lists all" 0 $bpfwalk helpers
[ "$(grep -cE '^ *[0-9]+[* ] bpf_' "$tmp/out")" = 209 ] || wrong="$(grep -cE '^ *[0-9]+[* ] bpf_' "$tmp/out") helpers"
check "cli: helpers of a type" 0 $bpfwalk helpers xdp
has " 44  bpf_xdp_adjust_head"
hasnt "bpf_get_stackid"
check "cli: one helper" 0 $bpfwalk helpers bpf_map_lookup_elem
has "bpf_map_lookup_elem, helper 1: " "= r1          map: a map" "= r2          key: a key of that map" "may be NULL" "TRACING"
check "cli: a helper by number" 0 $bpfwalk helpers 193
has "bpf_ima_file_hash, helper 193" "known, but not simulated"
check "cli: no such helper" 2 $bpfwalk helpers get_stak
has "did you mean 'get_stack'?"
check "cli: the types of maps" 0 $bpfwalk maps
[ "$(wc -l <"$tmp/out")" = 31 ] || wrong="$(wc -l <"$tmp/out") lines"
has " 11  lpm_trie" " 26  struct_ops"
for type in $(awk '{ print $2 }' "$tmp/out"); do
	check "cli: maps $type" 0 $bpfwalk maps "$type"
	has "$type, BPF_MAP_TYPE " "= map_flags" "= calls"
done
for number in $($bpfwalk maps | grep -oE '^ *[0-9]+'); do
	check "cli: all that is to be said about map type $number" 0 $bpfwalk maps "$number"
	has "= when " "= what " "= kept " "= cost " "= map_flags "
	[ "$number" = 26 ] || has "= try         bpfwalk "
done
check "cli: maps by number" 0 $bpfwalk maps 9
has "lru_hash, BPF_MAP_TYPE 9" "= when" "= cost" "bpf_timer" "BPF_F_NO_COMMON_LRU" "bpf_for_each_map_elem"
hasnt "BPF_F_NO_PREALLOC" "bpf_spin_lock"
check "cli: maps of a wrong name" 2 $bpfwalk maps lru_hahs
has "did you mean 'lru_hash'?"
check "cli: maps of no name" 2 $bpfwalk maps 0
has "there is no map type '0'"
check "cli: maps of two names" 2 $bpfwalk maps hash array
check "cli: version" 0 $bpfwalk --version
has "bpfwalk " "Linux 6.1"
check "cli: nothing" 2 $bpfwalk
check "cli: did you mean" 2 $bpfwalk rnu
has "no command 'rnu'" "Did you mean 'run'?" "disasm"
check "cli: no guess for another word" 2 $bpfwalk xylophone
hasnt "Did you mean"
check "cli: no colour outside of a terminal" 0 $bpfwalk run samples/xdp_pass.asm
hasnt $'\033'

# --- the walk ---

check "run: xdp_count, all stages" 0 bash test/start.sh
has "1 syscall ---" "bpf(BPF_BTF_LOAD" "bpf(BPF_MAP_CREATE" "map_type              1 = hash" "bpf(BPF_PROG_LOAD" \
	'license               0x20c0 -> "GPL"' "= 5  a new fd: prog 1 xdp_count" "bpf(BPF_MAP_UPDATE_ELEM" \
	"2 fd ---" "3 verify ---" "17 edges followed" "walk 2 of 2, the paths: 20 instructions processed" "4 JIT ---" "5 attach ---" "target_ifindex        2 = eth0" \
	"a new fd: link 1" "6 event ---" "25 packets: 25 XDP_PASS" "3 of at most 256 elements"
grep -qE '^ +6  14$' "$tmp/out" || wrong="$wrong
counts[6] is not 14"
awk 'length > 118 { exit 1 }' "$tmp/out" || wrong="$wrong
a line of more than 118 columns"

check "run: the order of the stages" 0 bash test/start.sh
order=$(grep -oE '^(1 syscall|2 fd|3 verify|4 JIT|5 attach|6 event|what is in the maps)' "$tmp/out" | tr '\n' ';')
[ "$order" = "1 syscall;2 fd;3 verify;4 JIT;5 attach;6 event;what is in the maps;" ] || wrong="$order"

check "run: xdp_drop drops what user space says" 0 \
	$bpfwalk run samples/xdp_drop.o --set 'blocked[23]=0' --set 'blocked[161]=0' --pcap samples/scan.pcap
has "18 packets: 16 XDP_PASS, 2 XDP_DROP"

check "run: xdp_proto makes its own entries" 0 $bpfwalk run samples/xdp_proto.o --pcap samples/web.pcap
grep -qE '^ +1  2$' "$tmp/out" && grep -qE '^ +17  4$' "$tmp/out" || wrong="not 2 ICMP and 4 UDP packets"

check "run: globals by name" 0 $bpfwalk run samples/globals.o --pcap samples/web.pcap
has 'min_len: 60, greeting: "hello"' "max_len: 1514" "packets: 25, bytes: 4723, sizes: [11, 12, 2]" "bpf(BPF_MAP_FREEZE"

check "run: functions, traced" 0 $bpfwalk run samples/subprogs.o --event 'tcp 10.0.0.1:1 > 10.0.0.2:2 len=200' --trace
has "function call: goes on at" "r6 to r9 are as they were" "bpf_map_lookup_elem was written out and gives map by_size[2]+0" "XDP_PASS after" \
	"; return count(ctx->data_end - ctx->data)" "edge     0 -> 1"

check "run: a socket filter through TEST_RUN" 0 $bpfwalk run samples/socket_filter.o --pcap samples/web.pcap
has "BPF_PROG_TEST_RUN" "TCP 192.0.2.10:51514 > 198.51.100.80:80 [SYN] 54 B" "25 packets: 5 drop, 20 keep"

check "run: a tc classifier, structs in a map" 0 $bpfwalk run samples/tc_dns.o --pcap samples/web.pcap
has "25 packets: 25 TC_ACT_OK" "packets: 2"

check "run: what arrives in ring buffers and perf buffers" 0 $bpfwalk run samples/tc_events.o --pcap samples/web.pcap
has "perf buffer of CPU 0, 20 bytes: struct event {saddr: 167903424, daddr: 16908480, len: 98, protocol: 1}" \
	"ring buffer events, 16 bytes: discarded: the reader skips it" \
	"ring buffer events, 16 bytes: struct event {saddr: 167903424, daddr: 1348744134, len: 54, protocol: 6}" "25 TC_ACT_OK"
cp "$tmp/out" "$tmp/records"
check "run: the reader keeps up" 0 $bpfwalk run samples/tc_events.o --event 'udp 1.1.1.1:1 > 2.2.2.2:2' --repeat 50 --save "$tmp/records.walk"
check "run: records once more in a replay" 0 $bpfwalk replay "$tmp/records.walk"
has "ring buffer events, 16 bytes: struct event"
check "run: records in --json" 0 $bpfwalk run samples/tc_events.o --event 'icmp 1.1.1.1 > 2.2.2.2 echo' --json
json records=2 records.0.kind=perf records.1.kind=ringbuf records.1.map=events records.1.discarded=true

check "run: assembler text" 0 $bpfwalk run samples/xdp_pass.asm --packet 000102030405060708090a0b0800 --repeat 3
has "map 1 packets" "3 packets: 3 XDP_PASS"

piped_capture() { $bpfwalk run samples/xdp_proto.o --pcap <(cat samples/web.pcap); }
check "run: a capture that comes out of a pipe" 0 piped_capture
has "25 packets: 25 XDP_PASS"

check "run: a device that is not there yet" 0 $bpfwalk run samples/xdp_pass.asm --dev veth7
has "= veth7" "No packet came"

check "run: --json" 0 $bpfwalk run samples/xdp_proto.o --pcap samples/web.pcap --json
json calls=4 calls.1.name=MAP_CREATE calls.1.result=4 calls.2.opened.name=xdp_proto runs=25 runs.8.action=XDP_PASS \
	"runs.8.packet=TCP 192.0.2.10:51514 > 198.51.100.80:80 [SYN] 54 B" maps.0.elements=3 maps.0.name=counts fds.0.fd=3

check "run: --json --trace" 0 $bpfwalk run samples/xdp_pass.asm --event 'icmp 1.1.1.1 > 2.2.2.2 echo' --json --trace
json runs.0.trace=15 runs.0.trace.14.pc=16 runs.0.trace.14.written=10 "runs.0.trace.14.text=(95) exit" runs.0.insns=15

# --- no ---

check "run: unprivileged" 1 $bpfwalk run samples/xdp_count.o --unprivileged
has "errno EPERM" "unprivileged_bpf_disabled"
hasnt "5 attach"

check "run: a rejected program" 1 $bpfwalk run test/data/cli/unreachable.asm
has "rejected" "unreachable insn 1" "No program, no id and no fd"

check "run: rejected on a path, in words" 1 $bpfwalk run test/data/cli/null.asm
has "6 instructions processed" "error[EACCES]: R0 invalid mem access 'map_value_or_null'" "--> instruction 6" "returns r0: a pointer to a value of map counts (8 bytes), or NULL" "Test a pointer that may be NULL"

check "run: what the verifier saves one from" 1 $bpfwalk run test/data/cli/past.asm --unverified --set 'counts[6]=1' --event 'tcp 10.0.0.1:1 > 10.0.0.2:2'
has "fault at insn 8" "write of 8 bytes at map counts[6]+8: the value ends at 8"

check "run: rejected on a path, as JSON" 1 $bpfwalk run test/data/cli/null.asm --json
sed '/^bpfwalk:/,$d' "$tmp/out" >"$tmp/doc"; mv "$tmp/doc" "$tmp/out"
json checks.0.paths.insns=6 checks.0.rejected.at.insn=6 checks.0.rejected.path.steps.0.insn=5

check "run: an error in assembler text" 2 $bpfwalk run test/data/cli/error.asm
has "error.asm:2:" "^"

check "run: what user space does with maps" 0 $bpfwalk run samples/xdp_count.o --map 'update counts key 6 value 41' --map 'dump counts' \
	--event 'tcp 10.0.0.1:443 > 10.0.0.2:51514'
has "counts[6] = 41" "Found 1 element" "  6  42"

bad() { check "run: bad input: $1" 2 $bpfwalk run "${@:3}"; has "$2"; }
bad "no such file" "No such file" samples/none.o
bad "a directory" "samples" samples
bad "no such program" "there are: xdp_count" samples/xdp_count.o --prog xdp_cuont
bad "no such map" "no map 'count'; there are: counts" samples/xdp_count.o --set 'count[1]=2'
bad "too large a key" "4294967296 does not fit in 32 bits" samples/xdp_count.o --set 'counts[4294967296]=2'
bad "no word of map" "expected one of: list show dump" samples/xdp_count.o --map frobnicate
bad "a device that is there" "there is a device eth0 already" samples/xdp_count.o --add-dev eth0
bad "no assignment" "expected NAME[KEY]=VALUE" samples/xdp_count.o --set 'counts=2'
bad "a packet" "at character 5" samples/xdp_count.o --event 'tcp 10.0.0.1'
bad "hex" "expected two hex digits" samples/xdp_count.o --packet 0x12345
bad "not a capture" "not a pcap" samples/xdp_count.o --pcap samples/xdp_count.o
bad "a sysctl without a number" "expected NAME=N" samples/xdp_count.o --sysctl net.core.bpf_jit_enable=
bad "a sysctl with half a number" "expected NAME=N" samples/xdp_count.o --sysctl net.core.bpf_jit_enable=1x
bad "a sysctl" "kernel.nothing" samples/xdp_count.o --sysctl kernel.nothing=1
bad "repeat" "--repeat does not take '0'" samples/xdp_count.o --repeat 0
bad "two files" "found 2" samples/xdp_count.o samples/xdp_drop.o
head -c 3000 samples/xdp_count.o >"$tmp/cut.o"
bad "a cut object" "cut.o" "$tmp/cut.o"
head -c 2000 samples/web.pcap >"$tmp/cut.pcap"
check "run: a cut capture gives its whole packets" 0 $bpfwalk run samples/xdp_pass.asm --pcap "$tmp/cut.pcap"
has "the file is damaged after packet 14" "14 packets"

# --- sessions ---

check "replay: the same walk" 0 $bpfwalk run samples/xdp_proto.o --pcap samples/web.pcap --save "$tmp/a.walk"
sed -n '/^2 fd/,$p' "$tmp/out" >"$tmp/first"
"$bpfwalk" replay "$tmp/a.walk" >"$tmp/out" 2>&1 || wrong="status $?"
sed -n '/^2 fd/,$p' "$tmp/out" | cmp -s - "$tmp/first" || wrong="$wrong
another walk"
has "samples/xdp_proto.o, program xdp_proto, replayed"

check "replay: --trace shows what --trace showed" 0 $bpfwalk run samples/xdp_proto.o --pcap samples/web.pcap --trace
sed -n '/^6 event/,$p' "$tmp/out" >"$tmp/first"
"$bpfwalk" replay "$tmp/a.walk" --trace | sed -n '/^6 event/,$p' | cmp -s - "$tmp/first" || wrong="another walk"

check "run: unprivileged, saved" 1 $bpfwalk run samples/socket_filter.o --unprivileged \
	--sysctl kernel.unprivileged_bpf_disabled=0 --event 'icmp 1.1.1.1 > 2.2.2.2 echo' --save "$tmp/u.walk"
sed -n '/^2 fd/,$p' "$tmp/out" >"$tmp/first"
check "replay: an unprivileged loader" 1 $bpfwalk replay "$tmp/u.walk"
has "bpf-prog   ->  prog 1 socket_filter"
sed -n '/^2 fd/,$p' "$tmp/out" | cmp -s - "$tmp/first" || wrong="$wrong
another walk"

cp samples/web.pcap "$tmp/gone.pcap"
check "replay: before its capture is gone" 0 $bpfwalk run samples/xdp_proto.o --pcap "$tmp/gone.pcap" --save "$tmp/g.walk"
rm "$tmp/gone.pcap"
check "replay: its capture is gone" 2 $bpfwalk replay "$tmp/g.walk"
has "No such file" "the session needs this capture" "--embed"

check "replay: --goto" 0 $bpfwalk replay "$tmp/a.walk" --goto 750
has "Step 750 of" "Program 1 xdp_proto is running" "r10  fp+0" "map 1 counts"
check "replay: --goto 0 is before everything" 0 $bpfwalk replay "$tmp/a.walk" --goto 0
has "Step 0 of" "Nothing is under way"
hasnt "map 1"
check "replay: --goto into the check of a program" 0 $bpfwalk replay "$tmp/a.walk" --goto 60
has "bpf(BPF_PROG_LOAD) of process 100 is under way, at stage CFG" "are on its stack" "map 1 counts"
check "replay: --goto with --json" 0 $bpfwalk replay "$tmp/a.walk" --goto 750 --json
json step=750 running.name=xdp_proto running.registers.r10=fp+0 maps.0.name=counts
check "tui: a wrong map name is said at once" 0 $bpfwalk tui samples/xdp_count.o --set 'count[6]=0' --size 80x24 --keys ''
has "This walk ends early" "there is no map 'count'" " counts"
check "jit: a wrong mitigation" 2 $bpfwalk jit samples/xdp_count.o --mitigations=none,odd
has "there is no mitigation 'none,odd'" "retpoline, rethunk or its"
check "replay: --goto beyond the end" 2 $bpfwalk replay "$tmp/a.walk" --goto 1000000
has "not recorded"
check "replay: --json" 0 $bpfwalk replay "$tmp/a.walk" --json
json runs=25 program=xdp_proto maps.0.elements=3
head -c 100 "$tmp/a.walk" >"$tmp/cut.walk"
check "replay: a cut file" 2 $bpfwalk replay "$tmp/cut.walk"
has "damaged session file: 100 bytes, its head says"
check "replay: another kind of file" 2 $bpfwalk replay samples/web.pcap
has "not a session file"
(cd "$tmp" && cp "$OLDPWD/samples/web.pcap" "$OLDPWD/samples/xdp_proto.o" .)
check "run: --embed" 0 $bpfwalk run "$tmp/xdp_proto.o" --pcap "$tmp/web.pcap" --save "$tmp/e.walk" --embed
rm "$tmp/web.pcap"
check "replay: --embed needs no capture" 0 $bpfwalk replay "$tmp/e.walk"
has "25 packets"

# --- instructions and packets ---

check "disasm: an object with lines of C and functions" 0 $bpfwalk disasm samples/subprogs.o
has "program subprogs, section xdp" "int header_sum(struct xdp_md *ctx):" "; sum += word[i];" "r1 = map[by_size]" "call pc+"
check "disasm: bytes" 0 $bpfwalk disasm samples/xdp_count.o --bytes
has "9: 18 11 00 00" "(its second half)" "61 12 04 00 00 00 00 00  (61) r2 = *(u32 *)(r1 +4)"
check "disasm: hex" 0 $bpfwalk disasm 'b7 00 00 00 02 00 00 00  95 00 00 00 00 00 00 00'
has "0: (b7) r0 = 2" "1: (95) exit"
check "disasm: no whole instruction" 2 $bpfwalk disasm b700
has "2 bytes are no whole instructions"
check "disasm: neither file nor hex" 2 $bpfwalk disasm samples/nothing.o
has "'samples/nothing.o' is neither a file nor instructions as hex digits"
: >"$tmp/empty.asm"
printf 'r0 = 1\nexit\n\0' >"$tmp/zero.asm"
for c in asm disasm run verify; do
	check "$c: an empty file" 2 $bpfwalk $c "$tmp/empty.asm"
	has "no instructions in it"
	check "$c: not text" 2 $bpfwalk $c "$tmp/zero.asm"
	has "a zero byte at offset 12"
done
check "asm: an object file" 2 $bpfwalk asm samples/xdp_count.o
has "an ELF file, expected assembler text"
check "asm: a listing" 0 $bpfwalk asm samples/xdp_pass.asm
has "out:" "b7 00 00 00 02 00 00 00  r0 = 2"
check "asm and disasm are inverse" 0 bash -c "$bpfwalk disasm \"\$($bpfwalk asm samples/xdp_pass.asm --hex)\""
has "8: (db) lock *(u64 *)(r0 +0) += r1" "10: (95) exit"
check "asm: into a file" 0 $bpfwalk asm samples/xdp_pass.asm -o "$tmp/pass.bin"
[ "$(stat -c %s "$tmp/pass.bin")" = 88 ] || wrong="not 11 slots"
check "asm: errors with line and caret" 2 $bpfwalk asm test/data/cli/error.asm
has "error.asm:2:" "^"

check "packets: a capture" 0 $bpfwalk packets samples/web.pcap
has "5    0.061000  UDP 192.0.2.10:40953 > 192.0.2.1:53 75 B"
for s in web scan; do
	check "packets: samples/$s.pcap is what its script says" 0 $bpfwalk packets samples/$s.events -o "$tmp/$s.pcap"
	cmp -s "$tmp/$s.pcap" samples/$s.pcap || wrong="make samples"
done

printf '\033[2Jpacket \377\001\n' >"$tmp/garbage.scenario"
check "messages: no control characters of an input reach the terminal" 2 $bpfwalk run samples/xdp_count.o --scenario "$tmp/garbage.scenario"
LC_ALL=C grep -q $'[\001-\010\013-\037\177-\377]' "$tmp/out" && wrong="raw bytes"

check "lesson check: the model and its translation" 0 $bpfwalk lesson check lessons/13-when-compiled/en.lesson lessons/13-when-compiled/zh.lesson
has "well formed; the translation matches"
sed 's/^truth:.*//' lessons/13-when-compiled/en.lesson >"$tmp/no-truth.lesson"
check "lesson check: a question without an answer" 1 $bpfwalk lesson check "$tmp/no-truth.lesson"
has "needs a line 'truth: EXPR'"
finish
