#!/usr/bin/env bash
# The table of translations: sorted as the lookup needs it, each English text is one that the program has (a few may have been
# reworded since, no more), formats keep their conversions, and the start screen leaves nothing untranslated.
cd "$(dirname "$0")/.." || exit 2
export LC_ALL=C.UTF-8
english=$(mktemp) other=$(mktemp) sources=$(mktemp)
trap 'rm -f "$english" "$other" "$sources"' EXIT

# Literals in pieces become one: "a "\n "b" is "a b".
join() { tr '\n' ' ' | sed 's/"[ \t]*"//g; s/, *"/, "/g'; }
entries() { sed -n '/words_zh\[\]/,$p' ui/words_zh.c | join | tr -d '\t' | grep -o '{"[^}]*"}'; }
entries | sed 's/^{\("\([^"\\]\|\\.\)*"\),.*/\1/' >"$english"
entries | sed 's/^{"\([^"\\]\|\\.\)*", *\("\([^"\\]\|\\.\)*"\)}$/\2/' >"$other"
find ui -name '*.[ch]' ! -name words_zh.c -exec cat {} + | join >"$sources"

[ "$(wc -l <"$english")" -gt 200 ] && sed 's/^"//; s/"$//' "$english" | LC_ALL=C sort -uc &&
	echo "ok words: $(wc -l <"$english") sorted" || echo "not ok words: sorted"

stale=0
while IFS= read -r text; do
	grep -qF -- "$text" "$sources" || { echo "nobody says $text"; stale=$((stale + 1)); }
done <"$english"
[ $stale -le 12 ] && echo "ok words: used, but $stale" || echo "not ok words: used"

conversions() { sed 's/[^%]*\(%[-0-9.*]*[lhz]*[a-z%]\)\?/\1 /g; s/  *$//' "$1"; }
if diff <(conversions "$english") <(conversions "$other") >/dev/null; then echo "ok words: conversions"; else
	diff <(conversions "$english") <(conversions "$other")
	echo "not ok words: conversions"
fi

left=$(build/asan/bpfwalk tui --lang zh --keys '' | grep -oE '[A-Za-z]+ [a-z]+ [a-z]+' | head -3)
[ -z "$left" ] && echo "ok words: the start screen is all Chinese" || echo "not ok words: the start screen says '$left'"
