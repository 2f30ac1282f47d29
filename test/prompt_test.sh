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
[ -n "$UPDATE" ] && exit 0

# A saved session goes on where it was left, and what panes show of its past is the same.
saved=$(mktemp) look='info attr
info log
info moments
goto 40
info calls
info user
info stack
goto end
info maps
info breakpoints'
trap 'rm -f "$shown" "$expected" "$saved"' EXIT
{ printf 'goto end\nload samples/xdp_proto.o as second\nb helper:map_lookup_elem if r2 == fp-4\ngoto 150\nsave %s --embed\n' "$saved"
  echo "$look"; } | $bpfwalk tui samples/xdp_count.o --set 'counts[6]=0' --pcap samples/web.pcap --batch >"$expected"
echo "$look" | $bpfwalk tui "$saved" --batch >"$shown"
if diff <(sed '1,/^Saved:/d' "$expected") "$shown" && [ -s "$shown" ]; then
	echo "ok prompt: a saved session"
else
	echo "not ok prompt: a saved session"
fi
