#!/usr/bin/env bash
# The debugger's prompt: test/screens/NAME.session holds arguments of `bpfwalk tui` (one a line), a line ---, and then what was
# typed ("> COMMAND") with the answers. UPDATE=1 test/prompt_test.sh writes what is answered now: read the difference.
cd "$(dirname "$0")/.." || exit 2
shown=$(mktemp) expected=$(mktemp)
trap 'rm -f "$shown" "$expected"' EXIT
bpfwalk=build/asan/bpfwalk
[ -n "$UPDATE" ] && bpfwalk=build/bpfwalk

# Each command, said before it is done.
commands() {
	sed -n '1,/^---$/d; s/^> //p' "$1" | while read -r line; do printf 'echo > %s\n%s\n' "$line" "$line"; done
}

for file in test/screens/*.session; do
	name=prompt/$(basename "$file" .session)
	mapfile -t args < <(sed '/^---$/,$d' "$file")
	commands "$file" | LC_ALL=C.UTF-8 timeout 60 $bpfwalk tui "${args[@]}" --batch >"$shown" 2>&1
	status=$?
	if [ -n "$UPDATE" ]; then
		{ printf '%s\n' "${args[@]}" ---; cat "$shown"; } >"$expected" && cp "$expected" "$file"
		continue
	fi
	sed '1,/^---$/d' "$file" >"$expected"
	if [ $status -le 1 ] && diff -u "$expected" "$shown"; then
		echo "ok $name"
	else
		echo "not ok $name: status $status"
	fi
done
