#!/usr/bin/env bash
# An include points into the same folder or to a lower floor (the floors are in the table below, highest number on top). Files of
# sim/elf, ui/ and lessons see the simulated kernel through sim.h and look.h only.

# floor of a file: the first pattern that fits
floor_of() {
	case $1 in
	sim/base.*|sim/arena.*|sim/abi.h) echo 0 ;;
	sim/isa*|sim/asm*|sim/core.*|sim/mem.*|sim/event.*|sim/object.*|sim/log.*|sim/sha1.*|sim/patch.h|sim/ktext.h) echo 1 ;;
	sim/btf.*|sim/btf_text.*|sim/btf_obj.*|sim/btf_show*) echo 1 ;;
	sim/world/*) echo 2 ;;
	sim/maps/*) echo 3 ;;
	sim/helpers/*|sim/progs/*) echo 4 ;;
	sim/vm/*|sim/verifier/*|sim/jit/*) echo 5 ;;
	sim/sim.*|sim/look.h|sim/exec.*|sim/time.c) echo 7 ;;  # time.c: the verbs of sim.h that go through time
	sim/elf/*|sim/native/*) echo 8 ;;
	sim/*/*) echo "?" ;;
	sim/*) echo 6 ;;
	ui/main.c|ui/tui/*|ui/client/*) echo 11 ;;
	ui/cmd/*|ui/pane/*|ui/prompt/*|ui/lesson*) echo 10 ;;
	ui/*/*) echo "?" ;;
	ui/*) echo 9 ;;
	esac
}

# "FILE INCLUDED" for every include with quotes, INCLUDED from the top of the tree
includes() {
	find sim ui -name '*.[ch]' | sort | while read -r file; do
		dir=$(dirname "$file")
		sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file" | while read -r name; do
			if [ -e "$dir/$name" ]; then
				echo "$file $(realpath --relative-to=. "$dir/$name")"
			elif [ -e "$name" ]; then
				echo "$file $name"
			fi
		done
	done
}

# @1: where to look. Prints one line for each include that goes the wrong way.
wrong_ways() (
	cd "$1" || exit 1
	includes | while read -r file included; do
		from=$(floor_of "$file") to=$(floor_of "$included")
		if [ "$from" = "?" ] || [ "$to" = "?" ]; then
			echo "$file includes $included: which floor is that folder on?"
		elif [ "$to" -gt "$from" ]; then
			echo "$file (floor $from) includes $included (floor $to)"
		elif [ "$from" -ge 8 ] && [[ $included == sim/* ]] && [ "$to" -lt 7 ]; then
			echo "$file includes $included: only sim.h and look.h from up here"
		fi
	done
)

# A test that cannot fail is none: the same rules must find what is wrong in a tree made for it.
self_test() {
	local t
	t=$(mktemp -d)
	mkdir -p "$t"/sim/vm "$t"/sim/maps "$t"/sim/elf "$t"/ui/cmd "$t"/sim/attic
	touch "$t"/sim/{base,sim,look,fd}.h "$t"/sim/vm/vm.h "$t"/ui/session.h "$t"/ui/cmd/run.h "$t"/sim/attic/x.h
	echo '#include "../vm/vm.h"' >"$t"/sim/maps/up.c
	echo '#include "../fd.h"' >"$t"/sim/elf/past.c
	echo '  # include "cmd/run.h"' >"$t"/ui/up.c
	echo '#include "../base.h"' >"$t"/sim/attic/y.c
	echo '#include "../../sim/look.h"' >"$t"/ui/cmd/fine.c
	echo '#include "fd.h"' >"$t"/sim/sim.c
	wrong_ways "$t" | cut -d' ' -f1 | tr '\n' ' '
	rm -rf "$t"
}

found=$(self_test)
if [ "$found" = "sim/attic/y.c sim/elf/past.c sim/maps/up.c ui/up.c " ]; then
	echo "ok floors: the rules find what breaks them"
else
	echo "not ok floors: the rules found '$found'"
fi

wrong=$(wrong_ways .)
if [ -z "$wrong" ]; then
	echo "ok floors: $(includes | wc -l) includes, all point down"
else
	echo "$wrong"
	echo "not ok floors"
fi
