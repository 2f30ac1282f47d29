#!/usr/bin/env bash
# The simulated kernel is pure: build/pure/libsim.a needs nothing from outside but the functions below, and holds no data that could
# be written (all that changes lies in the arena).

archive=build/pure/libsim.a
allowed='mem(cpy|move|set|cmp|chr|rchr|mem)
stp?n?cpy
str(len|nlen|cmp|ncmp|casecmp|ncasecmp|chr|chrnul|rchr|str|spn|cspn|pbrk|cpy|ncpy|cat|ncat)
(v?snprintf)
__assert_fail
_GLOBAL_OFFSET_TABLE_
__(u?div|u?mod|udivmod|mul|popcount|clz|ctz|bswap|ashl|ashr|lshr|neg)[sdt]i[234]?'

# @1: an archive or object. Symbols that are used but defined nowhere in it, and not allowed.
strangers() {
	local pattern
	pattern="^($(tr '\n' '|' <<<"$allowed"))\$"
	pattern=${pattern/|)\$/)\$}
	nm --defined-only "$1" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u >"$tmp/defined"
	nm -u "$1" 2>/dev/null | awk '$1 == "U" || $1 == "w" { print $2 }' | sort -u |
		comm -23 - "$tmp/defined" | grep -vE "$pattern"
}

# Bytes that could be written: .data, .bss and their like, but not .data.rel.ro, which is read-only once the program has started.
writable() {
	objdump -h "$1" | awk '/file format/ { file = $1 }
		$2 ~ /^\.(data|bss|tdata|tbss)/ && $2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ { print file, $2, "0x" $3 }'
	nm "$1" 2>/dev/null | awk '$2 == "C" { print "COMMON", $3 }'
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

printf 'char *strtok(char *, const char *); static int n = 1; int zero; int f(char *s) { return strtok(s, "") ? n++ : zero; }' |
	${CC:-gcc} -x c -O2 -fcommon -c -o "$tmp/impure.o" - || exit 1
if [ "$(strangers "$tmp/impure.o")" = strtok ] && writable "$tmp/impure.o" | grep -q '\.data' &&
	writable "$tmp/impure.o" | grep -q 'COMMON zero'; then
	echo "ok purity: strtok, .data and COMMON are found in an object that has them"
else
	echo "not ok purity: an impure object passes"
fi

[ -e "$archive" ] || { echo "not ok purity: no $archive (make builds it)"; exit 1; }
found=$(strangers "$archive")
if [ -z "$found" ]; then
	echo "ok purity: $(nm -A "$archive" 2>/dev/null | cut -d: -f2 | sort -u | wc -l) objects, no symbol from elsewhere"
else
	echo "used but not allowed in the simulated kernel:" $found
	echo "not ok purity: symbols"
fi

found=$(writable "$archive")
if [ -z "$found" ]; then
	echo "ok purity: nothing writable outside of the arena"
else
	echo "$found"
	echo "not ok purity: writable data"
fi
