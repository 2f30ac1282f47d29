; Each CPU has a value of its own: read, add, write back is enough.

.section xdp
.license GPL
.map own percpu_array 4 8 1

	*(u32 *)(r10 -4) = 0
	r2 = r10
	r2 += -4
	r1 = map[own]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = *(u64 *)(r0 +0)
	r1 += 1
	*(u64 *)(r0 +0) = r1
out:
	r0 = 2                          ; XDP_PASS
	exit
