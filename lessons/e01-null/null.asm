; Counts packets: the element with key 6 goes up by one.
; The verifier refuses it. One question is missing.
.section xdp
.map counts hash 4 8 16
	*(u32 *)(r10 -4) = 6
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
	r0 = 2
	exit
