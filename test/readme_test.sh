#!/usr/bin/env bash
# The README tells the truth: below a line `    $ build/bpfwalk ...` stand lines that this command prints, blanks at both ends left out.
readme=README.md
out=build/readme_test.out
saved=build/readme_test.walk
export LC_ALL=C.UTF-8
command= name= shown=0 missing=0

# The command that is over: did it print all that the README shows?
verdict() {
	[ -z "$command" ] && return
	if [ $missing = 0 ]; then echo "ok readme ($shown lines): $name"; else echo "not ok readme: $name"; fi
	command=
}

# @1: a command line of the README, run on the build under test; the session it saves goes to build/.
begin() {
	name=$1 shown=0 missing=0
	command=${1//build\/bpfwalk/build\/asan\/bpfwalk}
	command=${command//scan.walk/$saved}
	bash -c "$command" >$out 2>&1 </dev/null
	sed -i -E 's/^[[:space:]]+//; s/[[:space:]]+$//' $out
}

# @1: a line that the README shows below the command.
look_for() {
	shown=$((shown + 1))
	grep -qxF -- "$1" $out && return
	missing=1
	echo "README shows, and the command does not print: $1"
}

while IFS= read -r line; do
	text=$(sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//' <<<"$line")
	case $line in
	'    $ build/bpfwalk '*)
		verdict
		begin "${text#\$ }"
		;;
	'**'* | '## '*) verdict ;;
	'    '*) [ -z "$command" ] || [ -z "$text" ] || look_for "$text" ;;
	esac
done <$readme
verdict
rm -f $out $saved
