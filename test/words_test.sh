#!/usr/bin/env bash
# The table of translations: sorted as the lookup needs it, each English text is one that the program has (a few may have been
# reworded since, no more), formats keep their conversions, and the start screen leaves nothing untranslated.
cd "$(dirname "$0")/.." || exit 2
export LC_ALL=C.UTF-8
english=$(mktemp) other=$(mktemp) sources=$(mktemp)
trap 'rm -f "$english" "$other" "$sources"' EXIT

# Literals in pieces become one: "a "\n "b" is "a b".
join() { tr '\n' ' ' | sed 's/"[ \t]*"//g; s/, *"/, "/g'; }
entries() { sed -n '/^const struct words/,/^};/p' "$@" | join | tr -d '\t' | grep -o '{"[^}]*"}'; }
tables=$(echo ui/words_zh*.c)
entries $tables | sed 's/^{\("\([^"\\]\|\\.\)*"\),.*/\1/' >"$english"
entries $tables | sed 's/^{"\([^"\\]\|\\.\)*", *\("\([^"\\]\|\\.\)*"\)}$/\2/' >"$other"
find ui sim -name '*.[ch]' ! -name 'words_zh*.c' -exec cat {} + | join >"$sources"

for table in $tables; do
	entries $table | sed 's/^{"\(\([^"\\]\|\\.\)*\)",.*/\1/' | LC_ALL=C sort -uc && [ "$(entries $table | wc -l)" -gt 40 ] &&
		echo "ok words: $table is sorted" || echo "not ok words: $table"
done

stale=0
while IFS= read -r text; do
	grep -qF -- "$text" "$sources" || { echo "nobody says $text"; stale=$((stale + 1)); }
done <"$english"
[ $stale -eq 0 ] && echo "ok words: all are used" || echo "not ok words: $stale are not used"

conversions() { sed 's/%\.0s/%s/g; s/[^%]*\(%[-0-9.*]*[lhz]*[a-z%]\)\?/\1 /g; s/  *$//' "$1"; }
if diff <(conversions "$english") <(conversions "$other") >/dev/null; then echo "ok words: conversions"; else
	diff <(conversions "$english") <(conversions "$other")
	echo "not ok words: conversions"
fi

left=$(build/asan/bpfwalk tui --lang zh --keys '' | grep -oE '[A-Za-z]+ [a-z]+ [a-z]+' | head -3)
[ -z "$left" ] && echo "ok words: the start screen is all Chinese" || echo "not ok words: the start screen says '$left'"
