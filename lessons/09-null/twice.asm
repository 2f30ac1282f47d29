; The first lookup is tested, the second is used.

.section xdp
.license GPL
.map counts hash 4 8 16

	*(u32 *)(r10 -4) = 6
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem        ; the same key again
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
out:
	r0 = 2
	exit
