; The copy is tested, the original used.

.section xdp
.license GPL
.map counts hash 4 8 16

	*(u32 *)(r10 -4) = 6
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem        ; r0: a value, or NULL
	r6 = r0
	if r6 == 0 goto out
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
out:
	r0 = 2                          ; XDP_PASS
	exit
