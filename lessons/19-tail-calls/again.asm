; Counts a run, and calls itself.

.section xdp
.license GPL
.map runs array 4 8 1
.map next prog_array 4 4 1

	r6 = r1
	*(u32 *)(r10 -4) = 0
	r2 = r10
	r2 += -4
	r1 = map[runs]
	call bpf_map_lookup_elem
	if r0 == 0 goto call
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
call:
	r1 = r6
	r2 = map[next]
	r3 = 0
	call bpf_tail_call
	r0 = 2                          ; only when it was not made
	exit
