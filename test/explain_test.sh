#!/usr/bin/env bash
# bpfwalk explain: a pasted line is found in the table of reasons, whatever its numbers; and the table has every message of the
# structure check (what the sources give to verifier_reject).
bpfwalk=build/asan/bpfwalk
out=build/explain_test.out
export LC_ALL=C

# NAME STATUS PATTERN TEXT...
try() {
	local name=$1 status=$2 pattern=$3
	shift 3
	$bpfwalk explain "$@" >$out 2>&1 </dev/null
	if [ $? = "$status" ] && grep -qF -- "$pattern" $out; then echo "ok explain $name"; else echo "not ok explain $name"; cat $out; fi
}

try "a line" 0 "r3 is used as an address, but on this path it holds scalar." "R3 invalid mem access 'scalar'"
try "with its position" 0 "Instruction 7 leads back to 2" "12: back-edge from insn 7 to 2"
try "a whole log: the verdict" 0 "error[EACCES]: R0 max value" "0: (b7) r0 = 1
invalid access to map value, value_size=8 off=8 size=1
R0 max value is outside of the allowed memory range
processed 12 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1"
try "a whole log: the line before" 0 "The access is 1 byte at offset 8 of a map value" "invalid access to map value, value_size=8 off=8 size=1
R0 max value is outside of the allowed memory range"
try "something internal" 0 "= category:   internal" "BUG regs 2"
try "a name at the beginning stays as it is" 0 "= reason:     bpf_get_func_ip is not for programs" \
	"func bpf_get_func_ip#173 not supported for program type 6"
try "several arguments" 0 "Register r1 is read" "0: (b7) r0 = 1" "R1 !read_ok"
try "nothing of the kernel's" 1 "Not recognised: good morning" "good morning"
try "nearly" 1 "R... invalid mem access '...'" "R1 has an invalid memory access"
try "json" 0 '"category": "register type"' "R1 !read_ok" --json
try "json, not recognised" 1 '"recognised": false' "good morning" --json
try "no text" 2 "there is no text to explain"
try "many lines" 0 "error[EINVAL]: unreachable insn 99" "$(seq -f 'unreachable insn %g' 0 99)"
try "a long line" 1 "Not recognised" "$(head -c 100000 /dev/zero | tr '\0' 'R')"

if printf 'x\nR1 !read_ok\n\n' | $bpfwalk explain | grep -qF "Register r1 is read"; then
	echo "ok explain standard input"
else
	echo "not ok explain standard input"
fi

messages=$(cat sim/prog*.c sim/verifier/*.c | tr -s '\n\t ' ' ' | grep -oE 'verifier_reject\(sim, v, [^"]*"[^;]*;' |
	sed -E 's/" "//g; s/^[^"]*"(.*)"[^"]*;$/\1/; s/\\n$//')
count=0
while read -r format; do
	[ "$format" = '%s' ] && continue
	line=$(sed -E 's/%[0-9]*x/3f/g; s/%[0-9]*[ud]/7/g; s/%s/word/g' <<<"$format")
	count=$((count + 1))
	$bpfwalk explain "$line" >$out 2>&1 </dev/null || echo "not ok explain: the table has no entry for '$format'"
done <<<"$messages"
if [ $count -ge 50 ]; then echo "ok explain: $count messages of the structure check"; else echo "not ok explain: only $count messages found"; fi

# The glossary: the same words in both languages, and every name is found.
try "a word" 0 "An edge to an instruction that is still on the search's stack" back-edge
try "a word in Chinese" 0 "程序运行之前由它来读" "校验器" --lang zh
try "a name from a book" 0 "BPF_PROG_TYPE_CGROUP_DEVICE" BPF_PROG_CGROUP_DEVICE
try "a type with its prefix" 0 "Programs that see a packet first" BPF_PROG_TYPE_XDP
try "a helper" 0 "A helper: finds the value of a key" map_lookup_elem
try "a map type" 0 "A type of maps: values by key; when it is full" lru_hash
try "an event" 0 "An event: a task opens a file" openat
try "an errno" 0 "An errno: No such file or directory, number 2" ENOENT
try "a word with a slip" 1 "The nearest word is 'back-edge'" bakc-edge
try "a helper with a slip" 1 "The nearest word is 'map_lookup_elem'" map_lokup_elem
try "an unknown language" 2 "--lang is en or zh, not 'fr'" tnum --lang fr
words() { sed -n 's/^== //p' "lessons/glossary.$1" | sed 's/ | .*//'; }
if diff <(words en) <(words zh); then echo "ok glossary: both languages"; else echo "not ok glossary: words differ"; fi
count=0
while read -r name; do
	count=$((count + 1))
	build/bpfwalk explain "$name" >$out 2>&1 </dev/null || echo "not ok glossary: '$name' is not found"
done < <(sed -n 's/^== //p' lessons/glossary.en lessons/glossary.zh | sed 's/ | /\n/g' | sort -u)
if [ $count -ge 240 ]; then echo "ok glossary: $count names"; else echo "not ok glossary: only $count names"; fi
