; What the lookup returns goes through the stack, into a function and back, and is never compared with NULL.
.section xdp
.map counts hash 4 8 16
	r6 = r1
	*(u32 *)(r10 -4) = 7
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem
	*(u64 *)(r10 -16) = r0
	r1 = *(u64 *)(r10 -16)
	call pick
	r0 = *(u64 *)(r0 +0)
	exit
pick:
	r0 = r1
	exit
