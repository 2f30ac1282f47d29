; A value should have two numbers: packets and bytes.

.section xdp
.license GPL
.map counts array 4 8 16

	*(u32 *)(r10 -4) = 6
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = 1
	*(u64 *)(r0 +8) = r1            ; the second number
out:
	r0 = 2                          ; XDP_PASS
	exit
