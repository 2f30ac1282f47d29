#!/usr/bin/env bash
# Screens without a terminal: test/screens/NAME.screen holds arguments of `bpfwalk tui` (one a line), a line ---, and what the
# screen then shows. UPDATE=1 test/screens_test.sh writes what is shown now: read the difference before it is committed.
cd "$(dirname "$0")/.." || exit 2
shown=$(mktemp) expected=$(mktemp)
trap 'rm -f "$shown" "$expected"' EXIT
bpfwalk=build/asan/bpfwalk
[ -n "$UPDATE" ] && bpfwalk=build/bpfwalk

for file in test/screens/*.screen; do
	name=screens/$(basename "$file" .screen)
	mapfile -t args < <(sed '/^---$/,$d' "$file")
	LC_ALL=C.UTF-8 $bpfwalk tui "${args[@]}" >"$shown" 2>&1 </dev/null
	status=$?
	if [ -n "$UPDATE" ]; then
		{ printf '%s\n' "${args[@]}" ---; cat "$shown"; } >"$expected" && cp "$expected" "$file"
		continue
	fi
	sed '1,/^---$/d' "$file" >"$expected"
	if [ $status = 0 ] && diff -u "$expected" "$shown"; then
		echo "ok $name"
	else
		echo "not ok $name: status $status"
	fi
done

[ -n "$UPDATE" ] && bash test/prompt_test.sh

# What a terminal would show must not be wider or higher than it.
for size in 80x24 100x30 120x36 200x60 300x100 40x10 10x5 3x3 1x1; do
	cols=${size%x*} rows=${size#*x}
	LC_ALL=C.UTF-8 $bpfwalk tui samples/xdp_count.o --event 'icmp 10.0.0.1 > 10.0.0.2 echo' --size $size \
		--keys '<Enter><Enter><Enter>ssssS<Enter><Enter><Enter><Enter>' --ascii >"$shown" || echo "not ok screens: $size"
	[ "$(wc -l <"$shown")" = "$rows" ] && [ "$(awk '{ if (length > w) w = length } END { print w + 0 }' "$shown")" -le "$cols" ] &&
		! LC_ALL=C grep -q '[^ -~]' "$shown" && echo "ok screens: $size in ASCII" || echo "not ok screens: $size"
done

# Pictures and recordings of it.
dir=$(mktemp -d)
$bpfwalk tui samples/xdp_count.o --size 80x24 --record "$dir/x.cast" --keys "ss:screenshot $dir/x.svg<Enter>:screenshot $dir/x.txt<Enter>" \
	>"$shown"
[ "$(head -n 1 "$dir/x.svg" | cut -c 1-4)" = "<svg" ] && [ "$(tail -n 1 "$dir/x.svg")" = "</svg>" ] && echo "ok screenshot as a picture" ||
	echo "not ok screenshot as a picture"
$bpfwalk tui samples/xdp_count.o --event 'icmp 10.0.0.1 > 10.0.0.2 echo' --keys ":b event<Enter>css:screenshot $dir/e.svg<Enter>" >/dev/null
marked=$(grep '<rect' "$dir/e.svg" | grep -c 'fill="#d8dee9"') # reverse: the place on the timeline, the stage, the line in each form
[ "$marked" -ge 3 ] && [ "$marked" -le 8 ] && echo "ok only where the machine stands is marked" || echo "not ok marked: $marked places"
grep -q 'step 2/' "$dir/x.txt" && echo "ok screenshot as text" || echo "not ok screenshot as text"
[ "$(head -n 1 "$dir/x.cast" | build/asan/test/tools/json_at width)" = 80 ] && [ "$(sed -n 3p "$dir/x.cast" | build/asan/test/tools/json_at 0)" = 0.5 ] &&
	echo "ok recording" || { head -c 400 "$dir/x.cast"; echo "not ok recording"; }
rm -rf "$dir"

# Commands without a terminal.
answers() {
	printf '%s\n' "$@" | $bpfwalk tui samples/xdp_count.o --set 'counts[6]=0' \
		--event 'tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN' --batch 2>&1
}
expect() {
	local name=$1 pattern=$2
	shift 2
	answers "$@" >"$shown"
	if grep -qF -- "$pattern" "$shown"; then echo "ok prompt: $name"; else cat "$shown"; echo "not ok prompt: $name"; fi
}
expect "a breakpoint on a helper" "map_lookup_elem(counts, key 6): found" "b event" c "b helper:map_lookup_elem" c s
expect "print of a register" "r2 = fp-4" "b event" c "b 11" c "p r2"
expect "print of a map's value" "map counts[6] + 41 = 42" "goto end" "print map counts[6] + 41"
expect "a watchpoint on a map, backward" "Stop 1, map counts[6]" "goto end" "watch map counts[6]" rc
expect "until" "17: (b4) w0 = 2" "b event" c "until pc == 14" s "info bytecode"
expect "a condition that never holds" "This is the end" "b 12 if r0 == 0" run # r0 is not NULL there
expect "one that holds" "Stop 1, 12." "b 12 if r0 != 0" run
expect "one that is no expression" "expected a number" "b 12 if =="
expect "info of a pane" "XDP_PASS" "goto 194" sentence
expect "a picture of no known kind" "expected FILE.svg" "screenshot x.png"
expect "a picture that cannot be written" "No such file" "screenshot /nowhere/x.svg"
expect "an unknown word" "Did you mean 'continue'?" contimue
answers nonsense >/dev/null && echo "not ok prompt: exit status" || echo "ok prompt: exit status"
