#!/usr/bin/env bash
# The samples do what samples/README.md says: each command of its first table is run, and says every line of
# test/samples/NAME.expect.
cd "$(dirname "$0")/.." || exit 2
bpfwalk=build/asan/bpfwalk
out=$(mktemp)
trap 'rm -f "$out"' EXIT

says() { # FILE: each of its lines is somewhere in the output
	while IFS= read -r line; do
		grep -qF -- "$line" "$out" || { echo "  missing: $line"; return 1; }
	done <"$1"
}

while IFS= read -r command; do
	name=$(sed 's/.*samples\/\([a-z_]*\)\.o.*/\1/' <<<"$command")
	eval "${command/bpfwalk/$bpfwalk}" >"$out" 2>&1
	status=$?
	if [ $status = 0 ] && says "test/samples/$name.expect"; then
		echo "ok sample $name"
	else
		tail -20 "$out"
		echo "not ok sample $name: status $status"
	fi
done < <(sed -n 's/.*| `\(bpfwalk run .*\)` |$/\1/p' samples/README.md)


# The example that `bpfwalk maps TYPE` names.
for type in $($bpfwalk maps | awk '{print $2}'); do
	command=$($bpfwalk maps "$type" | awk '/^   = try/ {in_it = 1; sub(/^   = try/, "")} in_it' | tr -s ' \n' ' ')
	if eval "${command/bpfwalk/$bpfwalk}" >"$out" 2>&1 && grep -q ' bpfwalk' <<<"$command"; then
		echo "ok example of $type"
	else
		tail -5 "$out"
		echo "not ok example of $type:$command"
	fi
done

# Every sample with a map has its line.
for source in samples/*.bpf.c; do
	name=$(basename "$source" .bpf.c)
	grep -q 'SEC(".maps")' "$source" || continue
	grep -q "^| $name |" samples/README.md || [ "$name" = tc_dns ] || [ "$name" = socket_filter ] || [ "$name" = subprogs ] ||
		echo "not ok samples/README.md has no line for $name"
done
