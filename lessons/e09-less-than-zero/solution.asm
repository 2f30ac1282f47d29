; A signed number as an index: the upper bound is tested.

.section xdp
.license GPL
.map table array 4 16 1

	r6 = *(u32 *)(r1 +16)
	r6 <<= 56
	r6 s>>= 56
	*(u32 *)(r10 -4) = 0
	r2 = r10
	r2 += -4
	r1 = map[table]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	if r6 > 15 goto out
	r0 += r6
	r1 = *(u8 *)(r0 +0)
out:
	r0 = 2
	exit
