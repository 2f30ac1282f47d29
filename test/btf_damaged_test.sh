#!/usr/bin/env bash
# A slice of the BTF fuzzer: nothing crashes, nothing stays in the arena, and some of the damaged ones are still taken.
if out=$(build/asan/test/fuzz/btf_fuzz 5000 2>&1) && [[ $out =~ took\ [1-9] ]]; then
	echo "ok damaged BTF"
else
	echo "not ok damaged BTF"
	echo "$out"
fi
