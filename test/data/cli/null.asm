; The lookup finds nothing, and nobody asks: a write through NULL.
.section xdp
.map counts hash 4 8 16
	*(u32 *)(r10 -4) = 6
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem
	*(u64 *)(r0 +0) = 1
	r0 = 2
	exit
