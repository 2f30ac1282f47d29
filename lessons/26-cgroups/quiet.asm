; Like ops.asm, but it returns 0 at each event.

.section sockops
.license GPL
.map quiet array 4 8 16

	r2 = *(u32 *)(r1 +0)            ; ops->op
	*(u32 *)(r10 -4) = r2
	r2 = r10
	r2 += -4
	r1 = map[quiet]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
out:
	r0 = 0
	exit
