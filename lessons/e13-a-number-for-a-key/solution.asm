; Looks up key 6.

.section xdp
.license GPL
.map counts array 4 8 16

	*(u32 *)(r10 -4) = 6
	r1 = map[counts]
	r2 = r10
	r2 += -4
	call bpf_map_lookup_elem
	r0 = 2
	exit
