# The conformance plugin as the suite calls it: program on standard input, memory as argument, r0 in hex on standard output.
plugin=build/asan/conformance-plugin

# check NAME EXPECTED PROGRAM [ARG...]
check() {
	local name=$1 expected=$2 program=$3 out
	shift 3
	for jit in '' --jit; do
		out=$(printf '%b' "$program" | $plugin "$@" $jit 2>/dev/null)
		if [ "$out" = "$expected" ]; then
			echo "ok plugin: $name $jit"
		else
			echo "got $out, expected $expected"
			echo "not ok plugin: $name $jit"
		fi
	done
}

# refuse NAME WORDS PROGRAM [ARG...]: fails, and says why
refuse() {
	local name=$1 words=$2 program=$3 out
	shift 3
	if out=$(printf '%b' "$program" | $plugin "$@" 2>&1) || [[ $out != *"$words"* ]]; then
		echo "said: $out"
		echo "not ok plugin: $name"
	else
		echo "ok plugin: $name"
	fi
}

exit_='95 00 00 00 00 00 00 00'
check "a number" 2a "b7 00 00 00 2a 00 00 00 $exit_"
check "64 bits" ffffffffffffffff "b7 00 00 00 ff ff ff ff $exit_"
check "any white space, upper case" 2a "B7000000\n2A 00\t0000\r\n95 0000000000 00 00\n"
check "memory" 44332211 "61 10 00 00 00 00 00 00 $exit_" "11 22 33 44"
check "memory without spaces" 44332211 "61 10 00 00 00 00 00 00 $exit_" 11223344
check "r2 is its length" 3 "bf 20 00 00 00 00 00 00 $exit_" "11 22 33"
check "no memory: r1 and r2 are 0" 0 "0f 21 00 00 00 00 00 00 bf 10 00 00 00 00 00 00 $exit_" ""
check "division by zero" 0 "b7 00 00 00 2a 00 00 00 b7 01 00 00 00 00 00 00 3f 10 00 00 00 00 00 00 $exit_"
check "helper 5 returns its argument" 7 "b7 01 00 00 07 00 00 00 85 00 00 00 05 00 00 00 $exit_"
refuse "a fault" "instruction 0: read of 8 bytes at mem+0: the memory ends at 4" "79 10 00 00 00 00 00 00 $exit_" "01 02 03 04"
refuse "a wild load, --jit" "instruction 0: read of 8 bytes at 0x0" "79 10 00 00 00 00 00 00 $exit_" --jit
refuse "cpu v4, --jit" "instruction 1 is not one of Linux 6.1" "b7 00 00 00 2a 00 00 00 bf 00 08 00 00 00 00 00 $exit_" --jit
refuse "no exit, --jit" "plugin: --jit: " "b7 00 00 00 2a 00 00 00" --jit
refuse "no program" "instructions of 8 bytes" ""
refuse "half an instruction" "instructions of 8 bytes" "95 00 00 00"
refuse "no hex" "not hex text" "xx"
refuse "half a byte" "half a byte" "950"
