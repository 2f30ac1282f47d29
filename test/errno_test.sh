#!/usr/bin/env bash
# Each table of test/errno, run over the simulated kernel, must say what a real Linux 6.1 said. See test/errno/sys/sys.h.
for source in test/errno/*.c; do
	name=$(basename "$source" .c)
	if diff <(build/asan/test/errno/"$name" 2>&1) "test/errno/$name.expected" >build/errno.diff; then
		echo "ok errno $name ($(wc -l <"test/errno/$name.expected") lines)"
	else
		echo "not ok errno $name (< simulated, > Linux 6.1)"
		cat build/errno.diff
	fi
done
