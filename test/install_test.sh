#!/usr/bin/env bash
# `make install` into an empty folder: what is there works from elsewhere; the man page and the completions name all commands and
# options that there are; `make uninstall` leaves nothing.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C.UTF-8 XDG_STATE_HOME=$tmp/state
bpfwalk=$tmp/to/usr/bin/bpfwalk share=$tmp/to/usr/share
verdict() { if [ -z "$2" ]; then echo "ok $1"; else echo "$2"; echo "not ok $1"; fi; }
# the words of $1 that are not lines of standard input
missing() { sort -u >"$tmp/there"; printf '%s\n' $1 | sort -u | comm -23 - "$tmp/there"; }

make --no-print-directory install DESTDIR="$tmp/to" PREFIX=/usr >"$tmp/log" 2>&1 || wrong=$(tail -n 5 "$tmp/log")
verdict "install: make install" "$wrong"

# --- from another folder ---

# @1: name; @2: what is to be seen; then arguments
works() {
	(cd / && "$bpfwalk" "${@:3}") >"$tmp/out" 2>&1 </dev/null
	verdict "install: from another folder, $1" "$(grep -qF -e "$2" "$tmp/out" || { echo "no '$2'"; head -n 5 "$tmp/out"; })"
}
works "a sample" "25 packets" run samples/xdp_count.o --pcap samples/web.pcap
works "a scenario" "ssthresh of aimd" run samples/tcp_aimd.o --scenario samples/tcp.scenario
works "lessons" "13-when-compiled" lesson list
works "a lesson" "A program has three moments" lesson start 13
works "the glossary" "back-edge" explain back-edge
works "what is nowhere" "samples/none.o: No such file" run samples/none.o

# --- man page and completions, beside the table of commands and those of options ---

commands=$($bpfwalk --help | awk '/^Commands:/ { on = 1; next } on && /^$/ { exit } on { print $1 }')
options_in() { grep -ohE '"[a-z-]+", *(no|required|optional)_argument' "$@" | sed 's/"\([a-z-]*\)".*/--\1/'; }
options=$(options_in ui/life.h ui/cmd/*.c ui/tui/*.c)
verdict "install: there are commands and options" "$([ "$(wc -w <<<"$commands")" -ge 15 ] && [ "$(wc -w <<<"$options")" -ge 60 ] || echo "few")"
page=$share/man/man1/bpfwalk.1
verdict "man page: every command" "$(missing "$commands" < <(sed -n 's/^\.SS "\([a-z]*\):.*/\1/p' "$page"))"
verdict "man page: every option" "$(missing "$options" < <(grep -E '^\.B ' "$page" | sed 's/\\-/-/g' | grep -oE -- '--[a-z-]+'))"
if command -v groff >/dev/null; then
	verdict "man page: groff has nothing to say" "$(groff -man -Tutf8 -ww -z "$page" 2>&1)"
else
	echo "skip man page: there is no groff"
fi

# @...: the words of a command line, the last one to be completed
bash_offers() {
	COMP_WORDS=("$bpfwalk" "$@") COMP_CWORD=$#
	_bpfwalk
	printf '%s\n' "${COMPREPLY[@]}"
}
zsh_offers() {
	zsh -fc 'compadd() { print -l -- ${(P)2} }; _files() { }; file=$1; shift; words=("$@"); CURRENT=$#; source $file' zsh \
		"$share/zsh/site-functions/_bpfwalk" "$bpfwalk" "$@"
}
completes() {
	local offers=$1_offers c file
	verdict "$1 completion: commands" "$(missing "$commands" < <($offers ''))"
	for c in $commands; do
		file=$(ls ui/cmd/$c.c ui/tui/$c.c 2>/dev/null)
		verdict "$1 completion: options of $c" "$(missing "$(options_in $file)" < <($offers $c - | tr -d =))"
	done
	verdict "$1 completion: options that run and tui share" "$(missing "$(options_in ui/life.h)" < <($offers run -))"
	verdict "$1 completion: lessons" "$(missing "$(cd lessons && echo *-*)" < <($offers lesson start ''; $offers demo ''))"
	verdict "$1 completion: types of maps" "$(missing "$(sed -n 's/.*\.name = "\([a-z_]*\)".*/\1/p' $(ls sim/maps/*.c | grep -v '/map.c'))" < <($offers maps ''))"
	verdict "$1 completion: events" "$(missing "openat exec tick bind cat" < <($offers events ''; $offers run x.o --event ''))"
	verdict "$1 completion: verbs" "$(missing "list start next back skip answer verify-all" < <($offers lesson ''))"
}
source "$share/bash-completion/completions/bpfwalk"
completes bash
verdict "bash completion: what was begun" "$(bash_offers ver | grep -v '^verify$')"
if command -v zsh >/dev/null; then completes zsh; else echo "skip zsh completion: there is no zsh"; fi

make --no-print-directory uninstall DESTDIR="$tmp/to" PREFIX=/usr >"$tmp/log" 2>&1
verdict "install: make uninstall leaves nothing" "$(find "$tmp/to" ! -type d; find "$tmp/to" -name '*bpfwalk*')"
