#!/usr/bin/env bash
# Lessons: each is walked through as `lesson verify` does; what is wrong in one is found; the command line keeps what was done.
cd "$(dirname "$0")/.." || exit 2
export LC_ALL=C.UTF-8
bpfwalk=build/asan/bpfwalk
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export XDG_STATE_HOME=$tmp/state

$bpfwalk lesson verify-all >"$tmp/out" 2>&1 && echo "ok lessons: verify-all" || { cat "$tmp/out"; echo "not ok lessons: verify-all"; }

# A check that cannot fail is none: each line is an edit of a good lesson, and what is then said.
broken() {
	rm -rf "$tmp/13-when-compiled"
	cp -r lessons/13-when-compiled "$tmp"
	sed -i "$1" "$tmp"/13-when-compiled/*.lesson
	if ! $bpfwalk lesson verify "$tmp/13-when-compiled" >"$tmp/out" 2>&1 && grep -qF -- "$2" "$tmp/out"; then
		echo "ok lessons: finds '$2'"
	else
		cat "$tmp/out"
		echo "not ok lessons: '$1' gives no '$2'"
	fi
}
broken 's/^| {sym}/| no such line/' "the engine has not said 'no such line'"
broken 's/\[S\]/[Ctrl]/' "there is no key [Ctrl]"
broken 's/:fire dev eth0 tcp/:fyre dev eth0 tcp/' "Did you mean 'fire'?"
broken 's/{glue}/{glu}/' "{glu} has no value here"
broken 's/= load$/= lood/' "at 'lood'"
broken 's/^:load .*as slow/:load samples\/nothing.o as slow/' "the solution does not meet the goal 'interpreted'"
broken 's/^truth: runs_by.*/truth: 77/' "finds none of the answers of 'switched-off' true"
broken 's/^when: count(load.*/when: not count(event)/' "holds before anything was done"
broken 's/^needs: .*/needs: 99-nothing/' "it needs '99-nothing'"
broken 's/test.oracle.xdp/test\/oracle\/no/' "is not there"
broken 's/校验器/验证器/' "the term is 校验器, not 验证器"
broken 's/^hint: .:. until 17/hint: [:] untill 17/' "Did you mean 'until'?"
broken 's/^lesson: .*/lesson: 14-other/' "that of its folder '13-when-compiled'"

# say NAME EXPECTED COMMAND...
say() {
	local name=$1 expected=$2
	shift 2
	"$@" </dev/null >"$tmp/out" 2>&1
	if grep -qF -- "$expected" "$tmp/out"; then echo "ok lessons: $name"; else cat "$tmp/out"; echo "not ok lessons: $name"; fi
}
say "nothing begun" "no lesson was begun yet" $bpfwalk lesson next
say "start" "A program has three moments" $bpfwalk lesson start 13
say "start in Chinese" "一个程序要经过三个时刻" $bpfwalk lesson start 13 --lang zh
say "next" "When does the compiler (the JIT) work?" $bpfwalk lesson next
say "a question first" "First say what you think" $bpfwalk lesson next
say "a wrong answer" "You say b: at attach" $bpfwalk lesson answer b
say "to the load" "Press [Enter]" $bpfwalk lesson next
say "not yet" "Not yet: The program is loaded" $bpfwalk lesson next
say "hint" "Hint 1 of 3" $bpfwalk lesson hint
say "hint 2" "Hint 2 of 3" $bpfwalk lesson hint
say "a goal, and what is true" "Goal met: The program is loaded" $bpfwalk lesson do "goto end"
grep -qF "You said b; it is a." "$tmp/out" && echo "ok lessons: revealed" || echo "not ok lessons: revealed"
say "an edit is no goal" "[ ] counts[6] went up by one" $bpfwalk lesson do "set map counts[6] = 18" "lesson goals"
say "solution" "You have proved it" $bpfwalk lesson solution
say "list" "✓ 6/6" $bpfwalk lesson list
say "reset" "A program has three moments" $bpfwalk lesson reset
say "open again" "[ ] The program is loaded" $bpfwalk lesson check
say "predicates" "count(event, prog xdp_count) >= 2" $bpfwalk lesson predicates
say "no such lesson" "there is no lesson 'x'" $bpfwalk lesson start x

# An exercise: the learner's file is changed by what EDITOR names, and tried at once.
export EDITOR='sed -i -e "s/^.r1 = 1/if r0 == 0 goto out\nr1 = 1/" -e "s/^.r0 = 2/out:\nr0 = 2/"'
say "exercise" "Linux refuses to load it" $bpfwalk lesson start e01
say "exercise: the rejection" "Goal met: You have seen why" $bpfwalk lesson do "goto end" "lesson next"
say "exercise: still refused" "[ ] The verifier accepts it" $bpfwalk lesson do "lesson try" "lesson goals"
say "exercise: edit" "Goal met: It still counts" $bpfwalk lesson edit
say "exercise: all met" "[x] You have seen why it is rejected" $bpfwalk lesson do "lesson goals"
say "exercise: next" "The test costs one instruction" $bpfwalk lesson next
say "exercise: the list" "✓ 3/3" $bpfwalk lesson list
say "exercise: anew" "Linux refuses to load it" $bpfwalk lesson reset e01
echo "no program" >"$XDG_STATE_HOME/bpfwalk/exercise/e01-null/null.asm"
say "exercise: begins all the same" "Linux refuses to load it" $bpfwalk lesson start e01
say "exercise: says what is wrong" "null.asm:1" $bpfwalk lesson do "lesson try"
unset EDITOR
say "exercise: no editor" "no terminal: change" $bpfwalk lesson edit
say "reset all" "All lessons begin anew" $bpfwalk lesson reset all
say "nothing is left" "no lesson was begun yet" $bpfwalk lesson next

# In C, where clang is there; what clang says is told.
if command -v clang >/dev/null; then
	mkdir "$tmp/e98-c"
	sed 's/^lesson: .*/lesson: e98-c/; s/^file: .*/file: null.asm null.bpf.c/' lessons/e01-null/en.lesson >"$tmp/e98-c/en.lesson"
	cp lessons/e01-null/*.asm "$tmp/e98-c"
	sed 's/if (!n)/if (0)/' samples/xdp_count.bpf.c >"$tmp/e98-c/null.bpf.c"
	in_c() { printf '%s\n' "$@" | $bpfwalk tui --lesson "$tmp/e98-c" --batch; }
	mine=$XDG_STATE_HOME/bpfwalk/exercise/e98-c/null.bpf.c
	say "exercise in C: the rejection" "Goal met: You have seen why" in_c "goto end" "lesson next"
	echo "int broken" >>"$mine"
	say "exercise in C: clang's words" "null.bpf.c:" in_c "lesson try"
	cp samples/xdp_count.bpf.c "$mine"
	say "exercise in C: mended" "[x] The verifier accepts it" in_c "lesson try" "lesson goals" "save $tmp/c.walk"
	say "exercise in C: graded" "3/3" $bpfwalk grade "$tmp/c.walk" --lesson "$tmp/e98-c"
	$bpfwalk lesson reset all >/dev/null
fi

# A new lesson is a good one.
say "new" "change it with an editor" $bpfwalk lesson new "$tmp/29-mine"
say "new: is a lesson" "ok 29-mine" $bpfwalk lesson verify "$tmp/29-mine"
say "new: not twice" "is there already" $bpfwalk lesson new "$tmp/29-mine"
say "new: a bad name" "a lesson is called like" $bpfwalk lesson new "$tmp/Mine"

# Grading: a session that solves the lesson, one that does half of it, one that is none; side by side.
mkdir "$tmp/class"
echo "lesson solution
save $tmp/class/ada.walk" | $bpfwalk tui --lesson 13 --batch >"$tmp/out" 2>&1
echo "lesson next
lesson answer b
lesson next
goto end
save $tmp/class/bob.walk" | XDG_STATE_HOME=$tmp/bob $bpfwalk tui --lesson 13 --batch >>"$tmp/out" 2>&1
echo nothing >"$tmp/class/cy.walk"
say "grade: all" "ada.walk" $bpfwalk grade "$tmp/class"
tr -s ' ' <"$tmp/out" >"$tmp/flat"
for line in "ada.walk 13-when-compiled 6/6" "bob.walk 13-when-compiled 1/6" "of which lesson? --lesson NAME" "3 sessions, 1 with all goals met"; do
	grep -qF "$line" "$tmp/flat" && echo "ok lessons: grade: $line" || { cat "$tmp/out"; echo "not ok lessons: grade: $line"; }
done
$bpfwalk grade "$tmp/class/bob.walk" --json >"$tmp/out"
[ $? = 1 ] && [ "$(build/asan/test/tools/json_at sessions.0.goals.loaded <"$tmp/out")" = true ] &&
	[ "$(build/asan/test/tools/json_at sessions.0.goals.counted <"$tmp/out")" = false ] &&
	echo "ok lessons: grade in JSON" || { cat "$tmp/out"; echo "not ok lessons: grade in JSON"; }
$bpfwalk lesson reset all >/dev/null

# A demo without a terminal is a recording.
say "demo" "seconds" $bpfwalk demo 13 --record "$tmp/d.cast" --size 80x24 --lang zh
grep -q "一个程序要经过三个时刻" "$tmp/d.cast" && grep -q "lesson\|attach xdp:eth1" "$tmp/d.cast" && echo "ok lessons: demo shows text and commands" ||
	echo "not ok lessons: demo shows text and commands"

# A lesson that is no text: told line by line, and nothing of it reaches the terminal as it is.
mkdir -p "$tmp/garbage"
printf 'lesson: garbage\nlang: en\n\033[2J\377: x\n' >"$tmp/garbage/en.lesson"
$bpfwalk lesson verify "$tmp/garbage" >"$tmp/out" 2>&1
if [ $? = 1 ] && grep -q "en.lesson:3: the head has no" "$tmp/out" && ! LC_ALL=C grep -q $'[\001-\010\013-\037\177-\377]' "$tmp/out"; then
	echo "ok lessons: garbage is told, and made printable"
else
	cat -v "$tmp/out"
	echo "not ok lessons: garbage is told, and made printable"
fi

# Killed at any moment: what was done is there, or the last thing not.
for n in 1 2 3 4 5; do
	(while :; do echo "lesson next"; echo "lesson answer b"; echo "step"; echo "lesson hint"; done) |
		$bpfwalk tui --lesson 13 --batch >/dev/null 2>&1 &
	pid=$!
	sleep 0.$((n * 2 + 1))
	kill -9 $pid
	wait $pid 2>/dev/null
done
say "killed: goes on" "When is it compiled?" $bpfwalk lesson start 13
say "killed: the list" "13-when-compiled" $bpfwalk lesson list

# What lesson 13 says of addresses and sizes is what a real kernel said, and the engine says the same.
xlated=$(sed -n 's/.*xlated \([0-9]*\)B  jited.*/\1/p' test/oracle/xdp-attach-kallsyms) jited=$(sed -n 's/.*jited \([0-9]*\)B  memlock.*/\1/p' test/oracle/xdp-attach-kallsyms)
$bpfwalk jit samples/xdp_count.o | head -2 | grep -qF "$((xlated / 8)) translated, $jited bytes" && echo "ok lessons: sizes as recorded" ||
	echo "not ok lessons: sizes as recorded"
$bpfwalk lesson reset 13 >/dev/null
$bpfwalk lesson start 13 >/dev/null
$bpfwalk lesson do "goto end" "lesson next" "lesson answer a" "lesson next" "lesson next" >"$tmp/out" 2>&1
grep -qF "$(sed -n 's/^ADDR t \(bpf_prog_[^	]*\).*/\1/p' test/oracle/xdp-attach-kallsyms | head -1)" "$tmp/out" && echo "ok lessons: the symbol as recorded" ||
	{ cat "$tmp/out"; echo "not ok lessons: the symbol as recorded"; }
