# A slice of the interpreter's fuzzer: random programs end, crash nothing and write only where they may; some even exit.
if out=$(build/asan/test/fuzz/vm_fuzz 1 2>&1) && [[ $out =~ ^([0-9]+)\ runs\ ended,\ ([0-9]+)\ by ]] &&
	[ "${BASH_REMATCH[1]}" = 40000 ] && [ "${BASH_REMATCH[2]}" -lt 40000 ]; then
	echo "ok random programs"
else
	echo "$out" | head -n 30
	echo "not ok random programs"
fi
