#!/usr/bin/env bash
# `bpfwalk disasm --xlated` writes what bpftool 7.1 wrote of the same program in a real Linux 6.1 (test/data/xlated:
# one file for each dump). What two kernels number for themselves is left out: ids of maps, imm of calls, tags of
# functions.
export LC_ALL=C
bpfwalk=${BPFWALK:-build/asan/bpfwalk}

same() {
	sed -E -e 's/#-?[0-9]+$//' -e 's/bpf_prog_[0-9a-f]{16}_/bpf_prog_TAG_/' -e 's/[[:space:]]+$//' |
		awk '{ while (match($0, /map\[id:[0-9]+\]/)) {
				id = substr($0, RSTART, RLENGTH)
				if (!(id in n)) n[id] = ++count
				$0 = substr($0, 1, RSTART - 1) "map<" n[id] ">" substr($0, RSTART + RLENGTH)
			} print }'
}

for answer in test/data/xlated/*.txt; do
	# "xdp_count.o xdp_count linum"
	read -r object prog linum <"$answer"
	file=$(ls samples/"$object" test/data/objects/"$object" 2>/dev/null | head -n 1)
	$bpfwalk disasm --xlated ${linum:+--linum} "$file" --prog "$prog" 2>&1 | same >build/xlated.ours
	tail -n +2 "$answer" | same >build/xlated.theirs
	if diff build/xlated.theirs build/xlated.ours >build/xlated.diff; then
		echo "ok xlated as bpftool: $object $prog $linum"
	else
		head -n 20 build/xlated.diff
		echo "not ok xlated as bpftool: $object $prog $linum"
	fi
done
