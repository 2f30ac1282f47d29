; Looks up key 6.

.section xdp
.license GPL
.map counts array 4 8 16

	r1 = map[counts]
	r2 = 6                          ; the key
	call bpf_map_lookup_elem
	r0 = 2                          ; XDP_PASS
	exit
