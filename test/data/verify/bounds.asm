; The lookup is checked for NULL, but the index is not checked against the value's end on every path.
.section xdp
.map counts array 4 8 16
	r6 = *(u32 *)(r1 +16)
	r7 = *(u32 *)(r1 +0)
	*(u32 *)(r10 -4) = 0
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r6 &= 15
	if r6 > 8 goto out
	r0 += r6
	r1 = *(u8 *)(r0 +0)
out:
	r0 = 2
	exit
