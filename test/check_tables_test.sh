#!/usr/bin/env bash
# Programs that a real Linux 6.1 has judged (test/kernel, and those in $VECTORS): where a table alone decides, ours must
# agree. See test/tools/check_tables.c.
found=
# (long.jsonl.gz: one access again and again, and rejections that no table decides)
for file in test/kernel/[!l]*.jsonl.gz ${VECTORS:+"$VECTORS"/*.jsonl.gz}; do
	[ -e "$file" ] || continue
	found=1
	if build/asan/test/tools/check_tables "$file" >build/check_tables.out 2>&1; then
		echo "ok $(tail -n 1 build/check_tables.out)"
	else
		echo "not ok check_tables $file"
		head -n 40 build/check_tables.out
	fi
done
[ $found ] || echo "skip check_tables: neither test/kernel nor \$VECTORS has recordings"
