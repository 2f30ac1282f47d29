#!/usr/bin/env bash
# Whatever is typed behind `map` and `bpf`, for maps of each form: an answer, never a crash. WORDS=N test/map_words_test.sh: so many commands a
# sample (make test: 150).
cd "$(dirname "$0")/.." || exit 2
bpfwalk=build/asan/bpfwalk
out=$(mktemp)
trap 'rm -f "$out"' EXIT
RANDOM=7

pick() { echo "${@:RANDOM % $# + 1:1}"; }

key() {
	pick 6 -1 10.0.0.0/8 10.0.0.0/4294967295 '{length: 8, address: [10, 0, 0, 0]}' '{' '"' 'hex 06 00 00 00' 'hex zz' '6 0 0 0' \
		'8 0 0 0 10 0 0 0' 99999999999999999999 '{length: 99}' '%s%n' 0x '{saddr: [1, 2, 3, 4]}' value ''
}
value() {
	pick 7 '{0}' '{}' '{packets: 1}' 'hex 01 00 00 00 00 00 00 00' 'name nobody' 'id 1' 'fd 4' 'socket tcp' eth0 '1 noexist' '1 exist' \
		'struct command {port: 1}' 'struct no {' '"' -5 ''
}
field() {
	pick "map_fd=$(pick 3 4 5 6 99 -1 '&{00}')" "key=$(pick 6 0 '&6' '&{06 00 00 00}' '&{' '&"x"' '&' 0xffffffffffffffff)" \
		"value=$(pick '&0' 0 '&99999999999999999999' '&"')" "map_type=$(pick hash nix 27 -1)" "key_size=$(pick 4 0 4294967295)" \
		"max_entries=$(pick 1 0 -1)" "size=$(pick 0 1 4 128 4096 4097 99999999999)" "start_id=$(pick 0 1 -1)" 'next_key=&0' flags=1 = '' \
		'insns=&{95 00 00 00 00 00 00 00}' insn_cnt=1 'license=&"GPL"' prog_type=xdp 'pathname=&"/sys/fs/bpf/x"' bpf_fd=4 'map_name=%s%n'
}
raw_call() {
	echo "bpf $(pick map_create map_lookup_elem map_update_elem map_delete_elem map_get_next_key prog_load obj_pin obj_get prog_attach \
		map_get_next_id prog_get_fd_by_id obj_get_info_by_fd map_lookup_batch link_create btf_load nix '') $(field) $(field) $(field) $(field)"
}
commands() {
	echo "goto end"
	for ((n = 0; n < ${WORDS:-150}; n++)); do
		local line
		line="map $(pick list show dump lookup lookup update update delete getnext push pop peek pin freeze nonsense)"
		line+=" $(pick "$1" "$1" "$1" "name $1" 'id 1' 'id 2' 'id 99' 'pinned /nowhere' '' '"')"
		((RANDOM % 3)) && line+=" key $(key)"
		((RANDOM % 2)) && line+=" value $(value)"
		((RANDOM % 4)) || line=$(raw_call)
		((RANDOM % 20)) || line=undo
		echo "$line"
		((RANDOM % 8)) || echo "info map"
	done
}

while read -r sample map; do
	args=()
	[ "$sample" = xdp_dispatch ] && args=(--prog xdp_dispatch)
	commands "$map" | timeout 120 $bpfwalk tui "samples/$sample.o" "${args[@]}" --event 'tcp 10.1.2.3:443 > 10.0.0.2:80 SYN' --batch \
		>"$out" 2>&1
	status=$?
	if [ $status -le 1 ] && ! grep -q 'runtime error\|Sanitizer' "$out" && [ "$(wc -l <"$out")" -gt 100 ]; then
		echo "ok map words: $sample $map"
	else
		tail -3 "$out"
		echo "not ok map words: $sample $map: status $status"
	fi
done <<'END'
xdp_count counts
globals globals.bss
xdp_percpu by_protocol
xdp_flows flows
xdp_blocklist networks
xdp_dispatch by_protocol
xdp_tenants tenants
tc_events events
tc_events perf
tc_commands commands
tc_ports free_ports
xdp_bloom perhaps
xdp_router ports_of
xdp_spread cpus
xdp_xsk sockets
tc_sock per_socket
cgroup_bytes bytes
tc_cgroup jailed
profile stacks
sk_splice pair
select_socket workers
lsm_files by_task
END
