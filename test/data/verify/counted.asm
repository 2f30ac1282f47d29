; A loop of five rounds: each instruction of it is one step of the path, however often it counts.
.section xdp
.map counts array 4 8 16
	*(u32 *)(r10 -4) = 0
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r6 = 0
again:
	r0 += 2
	r6 += 1
	if r6 < 5 goto again
	r1 = *(u8 *)(r0 +0)
out:
	r0 = 2
	exit
