# A slice of the verifier's fuzzer: what it accepts does nothing that is refused when it runs, and ends.
if out=$(build/asan/test/fuzz/walk_fuzz 600 4000 2>&1 && build/asan/test/fuzz/walk_fuzz 300 2000 2>&1) &&
	[[ $out =~ ,\ ([0-9]+)\ accepted ]] && [ "${BASH_REMATCH[1]}" -gt 50 ]; then
	echo "ok accepted programs are sound"
else
	echo "$out" | head -n 30
	echo "not ok accepted programs are sound"
fi
