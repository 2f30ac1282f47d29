#!/usr/bin/env bash
# A slice of the terminal interface's fuzzer: random keys and commands at random sizes break nothing; many of them move a walk.
cd "$(dirname "$0")/.." || exit 2
if out=$(timeout 300 build/asan/test/fuzz/keys_fuzz 6000 2>&1) && [[ $out =~ ^6000\ keys,\ ([0-9]+)\ of\ them\ in\ a\ walk,\ ([0-9]+)\ moved ]] &&
	[ "${BASH_REMATCH[1]}" -gt 3000 ] && [ "${BASH_REMATCH[2]}" -gt 300 ]; then
	echo "ok random keys"
else
	echo "$out" | tail -n 40
	echo "not ok random keys"
fi
