#!/usr/bin/env bash
# test/run.sh UNIT...: runs the unit programs and every test/*_test.sh, counts their TAP lines, ends with "N passed, N failed".
# A test script prints `ok NAME`, `not ok NAME` or `skip NAME`, one line each; its working directory is the top of the tree.
cd "$(dirname "$0")/.." || exit 2
export CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
passed=0 failed=0 skipped=0 out=$(mktemp)
trap 'rm -f "$out"' EXIT

run() {
	local name=$1 status ok bad skip
	shift
	"$@" >"$out" 2>&1 </dev/null
	status=$?
	ok=$(grep -cE '^ok ' "$out") bad=$(grep -cE '^not ok ' "$out") skip=$(grep -cE '^skip ' "$out")
	if [ "$bad" = 0 ] && { [ $status != 0 ] || [ "$((ok + skip))" = 0 ]; }; then
		bad=1
		echo "$name: ended with status $status"
	fi
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	if [ "$bad" != 0 ]; then
		echo "FAILED $name"
		grep -vE '^ok ' "$out" | head -n 60
	else
		echo "$name: $ok passed"
		grep -E '^skip ' "$out"
	fi
}

for unit in "$@"; do run "$(basename "$unit")" "$unit"; done
for script in test/*_test.sh; do [ -e "$script" ] && run "$(basename "$script")" bash "$script"; done

if [ $skipped = 0 ]; then echo "$passed passed, $failed failed"; else echo "$passed passed, $failed failed, $skipped skipped"; fi
[ $failed = 0 ] && [ $passed != 0 ]
