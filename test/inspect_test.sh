#!/usr/bin/env bash
# bpfwalk inspect: the text of two objects as test/data/objects/*.inspect has it, JSON that says the same, errors and exit statuses.
bpfwalk=build/asan/bpfwalk objects=test/data/objects

check() {
	local name=$1
	shift
	if "$@"; then echo "ok inspect $name"; else echo "not ok inspect $name"; fi
}

text_is() { diff <($bpfwalk inspect "$objects/$1.o") "$objects/$1.inspect"; }
json_says() { [ "$($bpfwalk inspect --json "$objects/$1.o" | python3 -c "import json, sys; o = json.load(sys.stdin); print($2)")" = "$3" ]; }
fails_with() { # status, text, arguments
	local out status=$1 text=$2
	shift 2
	out=$($bpfwalk inspect "$@" 2>&1)
	[ $? = "$status" ] && [[ $out == *"$text"* ]]
}

check "text of features.o" text_is features
check "text of externs.o" text_is externs
check "several files" test "$($bpfwalk inspect $objects/*.o | grep -c ': license ')" = "$(ls $objects/*.o | wc -l)"
says() { grep -qF -- "$1" <($bpfwalk inspect samples/xdp_count.o); }
check "where key_size comes from" says '9: __type(key, __u32);                 __u32 *key               +4   04 00 00 00   +28: 4'
check "where max_entries comes from" says '8: __uint(max_entries, 256);           int (*max_entries)[256]  +12  00 01 00 00   +36: 256'
if command -v python3 >/dev/null; then
	check "json programs" json_says features '[p["name"] for p in o["programs"] if not p["subprogram"]]' \
		"['tail', 'count', 'off', 'sleepy']"
	check "json values" json_says features '[v["value"] for m in o["maps"] for v in m["values"]]' "['second', 'first', 'tail']"
	check "json relocations" json_says core 'o["btf"]["core_relocations"]' 33
fi
damaged=$(mktemp)
trap 'rm -f "$damaged"' EXIT
head -c 5000 $objects/features.o >"$damaged"
check "cut file" fails_with 2 "found no section headers" "$damaged"
check "no file" fails_with 2 "No such file" /does/not/exist.o
check "no argument" fails_with 2 "expected one object file"
check "source file" fails_with 2 "found no ELF file" test/data/objects/src/core.bpf.c
