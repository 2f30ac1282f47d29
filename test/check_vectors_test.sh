#!/usr/bin/env bash
# Programs that a real Linux 6.1 has judged (test/kernel, and those in $VECTORS): the structure check must agree. See
# test/tools/check_vectors.c.
found=
for file in test/kernel/*.jsonl.gz ${VECTORS:+"$VECTORS"/*.jsonl.gz}; do
	[ -e "$file" ] || continue
	found=1
	if build/asan/test/tools/check_vectors "$file" >build/check_vectors.out 2>&1; then
		echo "ok $(tail -n 1 build/check_vectors.out)"
	else
		echo "not ok check_vectors $file"
		head -n 40 build/check_vectors.out
	fi
done
[ $found ] || echo "skip check_vectors: neither test/kernel nor \$VECTORS has recordings"
