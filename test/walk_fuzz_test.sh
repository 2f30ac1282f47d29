# A slice of the verifier's fuzzer, each kind of machine: what it accepts does nothing that is refused when it runs, and ends; what 6.1
# is known to miss, and accepts, is told from that.
fuzz=build/asan/test/fuzz/walk_fuzz
if out=$($fuzz 12000 0 2>&1) && [[ $out =~ ,\ ([0-9]+)\ accepted,\ ([0-9]+)\ of\ them\ noted ]] &&
	[ "${BASH_REMATCH[1]}" -gt 1500 ] && [ "${BASH_REMATCH[2]}" -gt 500 ] && [[ $out == *" 0 violations" ]]; then
	echo "ok accepted programs are sound"
else
	echo "$out" | head -n 30
	echo "not ok accepted programs are sound"
fi
if out=$($fuzz 250 500 test/known-6.1-unsound/found.jsonl 2>&1) && [[ $out == *"TO BE ASKED"* && $out == *" 0 violations" ]]; then
	echo "ok a program that 6.1 should not accept is found"
else
	echo "$out" | head -n 30
	echo "not ok a program that 6.1 should not accept is found"
fi
