# Programs that a real 6.1 accepts and should not: our verdict is its verdict, and the run shows what comes of it.
out=build/known_unsound_test.out
for object in test/known-6.1-unsound/*.o; do
	name=$(basename "$object" .o)
	build/asan/bpfwalk run "$object" --pcap samples/web.pcap >$out 2>&1
	if build/asan/bpfwalk verify "$object" >/dev/null && grep -q "fault at insn" $out; then
		echo "ok $name is accepted, and faults"
	else
		echo "not ok $name is accepted, and faults"
		cat $out
	fi
done
