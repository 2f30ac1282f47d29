; A lookup, the test, and then the value is used.

.section xdp
.license GPL
.map counts hash 4 8 16

	*(u32 *)(r10 -4) = 6
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem        ; r0: a value, or NULL
	if r0 == 0 goto out
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
out:
	r0 = 2                          ; XDP_PASS
	exit
