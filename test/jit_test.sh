#!/usr/bin/env bash
# The JIT's machine code is Linux 6.1's, byte for byte: of every program that a real kernel compiled (test/kernel, test/data/jit, and those
# in $VECTORS), from the kernel's own translated insns.
jit=build/asan/test/tools/jit_vectors

for file in test/kernel/*.jsonl.gz test/data/jit/*.jsonl.gz ${VECTORS:+"$VECTORS"/*.jsonl.gz}; do
	[ -e "$file" ] || continue
	# those that hold no raw dump, or no code, are compared by vectors_test.sh
	case $(basename "$file") in contexts.* | long.* | interpreted.* | hardened*) continue ;; esac
	if $jit "$file" >build/jit.out 2>&1; then
		echo "ok $file: $(tail -n 1 build/jit.out)"
	else
		tail -n 20 build/jit.out
		echo "not ok $file"
	fi
done

# As many passes as the kernel counted (bpf_jit_enable=2).
$jit --passes test/kernel/opcodes.jsonl.gz test/data/jit/padding.jsonl.gz >build/jit.out
if missing=$(grep -vxFf build/jit.out test/data/jit/passes.txt); then
	echo "$missing"
	echo "not ok passes"
else
	echo "ok passes of $(wc -l <test/data/jit/passes.txt) programs"
fi

# A test that cannot fail is none: one changed byte must be found ("leave" is c9, and nothing else ends that way).
zcat test/kernel/opcodes.jsonl.gz | sed 's/c9c3cc"/cac3cc"/' >build/jit_damaged.jsonl
if $jit build/jit_damaged.jsonl >build/jit.out; then echo "not ok a changed byte passes"; else echo "ok a changed byte is found"; fi

# A slice of the JIT's fuzzer.
if out=$(build/asan/test/fuzz/jit_fuzz 40 2>&1) && [[ $out =~ ,\ ([0-9]+)\ compiled ]] && [ "${BASH_REMATCH[1]}" -gt 1000 ]; then
	echo "ok random programs"
else
	echo "$out" | head -n 30
	echo "not ok random programs"
fi
