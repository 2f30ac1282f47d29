# bash completion for bpfwalk: it asks the program itself, so that what is offered is what there is.

# Words of @1: commands, options of a command (@3), lessons, events, maps, helpers, verbs of lesson. @2: the program
_bpfwalk_words() {
	case $1 in
	commands) "$2" --help | awk '/^Commands:/ { on = 1; next } on && /^$/ { exit } on { print $1 }' ;;
	options) "$2" "$3" --help 2>/dev/null | awk '/^  -/ { sub(/^  /, ""); sub(/  .*/, ""); print }' |
		grep -oE -- '(^|[ ,])--?[a-z-]+=?' | tr -d ' ,' ;;
	lessons) "$2" lesson list | awk '/^  ?[0-9e]/ { print $1 }' ;;
	events) "$2" events --list | awk '/^[a-z]/ { print $1 }' ;;
	maps | helpers) "$2" "$1" | awk '$1 ~ /^[0-9]+$/ { print $2 }' ;;
	verbs) "$2" lesson --help | awk '/^  [a-z]/ { sub(/^  /, ""); sub(/  .*/, ""); gsub(/\[[^]]*\]|[A-Z\047.]+/, "")
		gsub(/,/, " "); print }' ;;
	esac 2>/dev/null
}

# What may stand behind @prev in @command; nothing: files.
_bpfwalk_kind() {
	case $prev in
	--lesson) echo lessons && return ;;
	--event | --race) echo events && return ;;
	esac
	case $command/$prev in
	lesson/lesson) echo verbs ;;
	lesson/start | lesson/reset | lesson/verify | demo/demo) echo lessons ;;
	events/events) echo events ;;
	maps/maps) echo maps ;;
	helpers/helpers) echo helpers ;;
	esac
}

_bpfwalk() {
	local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words kind
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		words="$(_bpfwalk_words commands "$program") --help --version --no-color"
	elif [[ $cur == -* ]]; then
		words="$(_bpfwalk_words options "$program" "$command") --help --no-color"
	elif [ "$prev" = --lang ]; then
		words="en zh"
	elif [ "$prev" = --theme ]; then
		words="dark light mono"
	else
		kind=$(_bpfwalk_kind)
		[ -n "$kind" ] && words=$(_bpfwalk_words "$kind" "$program")
	fi
	[ -n "$words" ] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o default -F _bpfwalk bpfwalk
