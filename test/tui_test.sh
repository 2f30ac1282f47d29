#!/usr/bin/env bash
# The terminal interface on a real terminal, driven by tmux: what it shows, that it survives resizing, stopping and signals, and that
# it gives the terminal back as it was.
cd "$(dirname "$0")/.." || exit 2
if ! command -v tmux >/dev/null; then
	echo "skip tui: tmux is not installed"
	exit 0
fi
bpfwalk=$PWD/build/asan/bpfwalk
dir=$(mktemp -d)
server="bpfwalk-$$"
tm() { tmux -L "$server" -f /dev/null "$@"; }
servers=0
trap 'tm kill-server 2>/dev/null; rm -rf "$dir"' EXIT
export LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=0 XDG_STATE_HOME=$dir
unset NO_COLOR COLORFGBG

screen() { tm capture-pane -p "$@"; }

# Waits until the screen shows a text; false after some seconds.
shows() {
	for _ in $(seq 60); do
		screen | grep -qF -- "$1" && return 0
		sleep 0.1
	done
	return 1
}

check() { # name, text that has to be there
	if shows "$2"; then echo "ok tui: $1"; else
		screen
		echo "not ok tui: $1: expected '$2'"
	fi
}

keys() {
	local key
	for key in "$@"; do
		tm send-keys "$key"
		sleep 0.05
	done
}

terminal=tmux-256color
# A shell in a terminal of that size, with a known setting of the terminal.
begin() {
	tm kill-server 2>/dev/null
	server="bpfwalk-$$-$((++servers))" # the old one may still be going
	tm new-session -d -x "$1" -y "$2" "PS1='ready> ' bash --norc --noprofile"
	tm set-option -g default-terminal "$terminal" >/dev/null
	tm send-keys "export TERM=$terminal; stty -g >$dir/before; clear" Enter
	shows 'ready>'
}

begin_tui() { # columns, lines, arguments
	local cols=$1 lines=$2
	shift 2
	begin "$cols" "$lines"
	tm send-keys "$bpfwalk $*" Enter
}

# Back at the shell: nothing of it is left, and typing works.
ended() { # name, status
	shows 'ready>'
	tm send-keys 'echo status=$?' Enter
	check "$1: ends" "status=$2"
	tm send-keys "stty -g >$dir/after; clear; echo here" Enter
	check "$1: the shell has the terminal again" "here"
	if cmp -s "$dir/before" "$dir/after"; then echo "ok tui: $1: terminal settings restored"; else
		diff "$dir/before" "$dir/after"
		echo "not ok tui: $1: terminal settings"
	fi
	[ "$(tm display-message -p '#{alternate_on}#{mouse_any_flag}#{cursor_flag}')" = 001 ] && echo "ok tui: $1: screen, mouse and cursor restored" ||
		echo "not ok tui: $1: $(tm display-message -p 'alternate screen #{alternate_on} mouse #{mouse_any_flag} cursor #{cursor_flag}')"
}

# The process that tmux's shell runs.
pid_of_tui() { pgrep -P "$(tm display-message -p '#{pane_pid}')" -x bpfwalk; }

# --- a session: from the start screen through all stages, breakpoints, back, quit ---

begin_tui 120 36
check "the start screen" "q quit"
keys F2
check "F2: the other language" "走一遍 eBPF 程序的一生"
keys F2
check "F2: and back" "the whole life of an eBPF program"
keys Enter
check "a lesson begins" "Press [s] once"
keys ":"
tm send-keys -l "lesson 13"
keys Enter
check "another lesson" "A program has three moments"
keys F2
check "F2: its text in the other language" "一个程序要经过三个时刻"
keys F2 ":"
tm send-keys -l "sample"
keys Enter
check "a walk begins" "step 0/"
for stage in "1 syscall ◂" "3 verify ◂" "4 JIT ◂" "5 attach ◂" "6 event ◂"; do
	for _ in 1 2 3 4 5 6; do
		screen | grep -qF "$stage" && break
		keys Enter
		sleep 0.3
	done
	check "a stage: $stage" "$stage"
done
keys ":"
tm send-keys -l "break helper:map_lookup_elem"
keys Enter c
check "a breakpoint" "Stop 1"
keys S
check "a step back" "11: (85) call"
keys ":"
tm send-keys -l "goto 0"
keys Escape
check "Esc leaves the prompt" "S back"
keys Home
check "back to the beginning" "step 0/"
keys "?"
check "help" "lower case goes forward"
keys q q
check "a question before it ends" "Leave bpfwalk?"
keys y
ended "quit" 0

# --- mouse: a click focuses a pane and sets its cursor, the wheel scrolls ---

mouse() { # button, column, line: as terminals report it
	tm send-keys -H 1b 5b 4d "$(printf '%x' $((32 + $1)))" "$(printf '%x' $((32 + $2)))" "$(printf '%x' $((32 + $3)))"
}
begin_tui 120 36 tui samples/xdp_count.o
shows "step 0/"
mouse 0 80 20
keys z
sleep 0.5
screen | grep -qE '^┌[2-9] ' && echo "ok tui: a click focuses a pane" || { screen; echo "not ok tui: a click focuses a pane"; }
keys z q y
ended "after mouse" 0

# --- terminals that can show less ---

begin 80 24
tm send-keys "TERM=linux $bpfwalk tui samples/xdp_count.o" Enter
check "the Linux console: lines, no check marks" "├*"
keys :
tm send-keys -l "language zh"
keys Enter
check "and no Chinese" "This terminal shows no Chinese"
keys q y
begin 80 24
tm send-keys "LC_ALL=C $bpfwalk tui samples/xdp_count.o" Enter
check "without UTF-8: ASCII" "syscall . - fd"
keys q y
begin 80 24
tm send-keys "NO_COLOR=1 $bpfwalk tui samples/xdp_count.o" Enter
check "without colours" "step 0/"
screen -e | grep -qE $'\\033\\[[0-9;]*(3[0-7]|38;5)' && echo "not ok tui: NO_COLOR" || echo "ok tui: NO_COLOR"
keys q y

# --- resizing, at any moment, to any size ---

begin_tui 120 36 tui samples/xdp_count.o
check "a file" "xdp_count.o"
for size in 80x24 1x1 200x60 3x2 40x10 2x30 150x3 10x5 1x50 120x36 7x7 80x24; do
	tm resize-window -x "${size%x*}" -y "${size#*x}"
	keys s
done
tm resize-window -x 100 -y 30
check "a storm of sizes" "step 12/"
keys z Tab "?" Escape
check "and it still answers" "step 12/"
tm resize-window -x 120 -y 36
keys :
tm send-keys -l quit
keys Enter
ended "after resizing" 0

# --- stopped and continued ---

begin_tui 80 24 tui samples/xdp_count.o
check "in 80 columns" "step 0/"
keys s s C-z
check "Ctrl-Z gives the shell" "Stopped"
tm send-keys "stty -g >$dir/stopped; clear; echo stopped here" Enter
check "which works" "stopped here"
cmp -s "$dir/before" "$dir/stopped" && echo "ok tui: Ctrl-Z: terminal settings restored" || echo "not ok tui: Ctrl-Z: terminal settings"
tm send-keys "fg" Enter
check "fg brings it back" "step 2/"
keys s
check "and it goes on" "step 3/"
keys C-c
check "Ctrl-C does not end it" "step 3/"
keys q y
ended "after Ctrl-Z" 0

# --- long work: it says where it is, Ctrl-C stops it and nothing else ---

begin_tui 100 30 tui samples/xdp_count.o --event "'icmp 10.0.0.1 > 10.0.0.2 echo'" --repeat 1000000
check "recording says where it is" "Ctrl-C stops it"
keys C-c
check "Ctrl-C ends the recording" "Interrupted: what is recorded ends here"
keys :
tm send-keys -l "until r9 == 12345"
keys Enter
check "looking for something, too" "Looking: step"
keys C-c
check "Ctrl-C ends that" "s insn"
keys q y
ended "after long work" 0

# --- signals ---

for signal in TERM:0 HUP:0 SEGV:139; do
	begin_tui 80 24 tui samples/xdp_count.o
	shows "step 0/"
	kill -"${signal%:*}" "$(pid_of_tui)"
	ended "SIG${signal%:*}" "${signal#*:}"
done
begin_tui 80 24 tui samples/xdp_count.o
shows "step 0/"
pid=$(pid_of_tui)
tm kill-server
for _ in $(seq 50); do [ -e "/proc/$pid" ] || break; sleep 0.1; done
[ -e "/proc/$pid" ] && { echo "not ok tui: it lives on without a terminal"; kill -KILL "$pid"; } || echo "ok tui: it ends when the terminal is closed"
