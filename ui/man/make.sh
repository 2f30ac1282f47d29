#!/usr/bin/env bash
# Writes the man page: what stands in `bpfwalk --help` and in each command's own help. @1: the program
bpfwalk=$1
commands() { $bpfwalk --help | awk '/^Commands:/ { on = 1; next } on && /^$/ { exit } on'; }

# Help text as man's requests: options are tagged paragraphs, what is indented otherwise stays as it is.
to_man() {
	awk '
	function safe(s) { gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); if (s ~ /^[.\047]/) s = "\\&" s; return s }
	function verbatim(on) { if (on != raw) print on ? ".EX" : ".EE"; raw = on }
	/^  -/ {
		verbatim(0); tag = substr($0, 3); text = ""
		if (match(tag, /  +/)) { text = substr(tag, RSTART + RLENGTH); tag = substr(tag, 1, RSTART - 1) }
		print ".TP\n.B " safe(tag); if (text != "") print safe(text)
		option = 1; next
	}
	option && /^        / { sub(/^ +/, ""); print safe($0); next }
	/^$/ { verbatim(0); print ".PP"; option = 0; next }
	/^ / { if (option) print ".PP"; option = 0; verbatim(1); print safe($0); next }
	{ if (option) print ".PP"; option = 0; verbatim(0); print safe($0) }
	END { verbatim(0) }' | cat -s | awk '$0 == ".PP" { pp = 1; next } { if (pp) print ".PP"; pp = 0; print }'
}

cat <<END
.TH BPFWALK 1 "" "$($bpfwalk --version | cut -d, -f1)" "User Commands"
.SH NAME
bpfwalk \\- the whole life of an eBPF program, one step at a time
.SH SYNOPSIS
.B bpfwalk
.RI [ COMMAND " [" ARGUMENT ]...]
.SH DESCRIPTION
Simulates the bpf() system call of Linux 6.1, its maps, verifier, JIT and hooks, and shows each step of a program's life,
forward and backward. Without arguments, on a terminal: the start screen, with lessons.
No root is needed, and this machine's kernel is left alone.
.SH COMMANDS
END
commands | while read -r command summary; do
	printf '.SS "%s: %s"\n' "$command" "$summary"
	$bpfwalk "$command" --help | tail -n +3 | to_man
done
cat <<'END'
.SH OPTIONS
.TP
.B \-\-help
the commands; behind a command: what it does, with examples
.TP
.B \-\-version
.TQ
.B \-\-no\-color
everywhere: no colours
.SH EXIT STATUS
0 all went well; 1 the answer is no (a program was rejected, it faulted, results differ); 2 the command line or its input
could not be used.
.SH ENVIRONMENT
.TP
.B NO_COLOR
no colours
.TP
.B XDG_STATE_HOME
where it is kept what was done in lessons (default: ~/.local/state)
.TP
.B EDITOR
opens the file of an exercise
.TP
.B LC_ALL, LC_MESSAGES, LANG
the language: English or Chinese
.SH FILES
.TP
.I share/bpfwalk
below the folder where bpfwalk is installed: samples, lessons, glossary. Names such as samples/xdp_count.o that are not
in the working directory are looked for there.
.SH SEE ALSO
.BR bpf (2),
.BR bpf\-helpers (7),
.BR bpftool (8)
END
