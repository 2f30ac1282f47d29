; A write just behind the value that the lookup found: the verifier refuses it, and --unverified shows what it would hit.
.section xdp
.map counts hash 4 8 16
	*(u32 *)(r10 - 4) = 6
	r2 = r10
	r2 += -4
	r1 = map[counts]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = 1
	*(u64 *)(r0 + 8) = r1
out:
	r0 = 2
	exit
