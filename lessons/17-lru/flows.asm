; Counts packets by sender, in a table that throws out what was not used for long.

.section xdp
.license GPL
.map flows lru_hash 4 8 4

	r2 = *(u32 *)(r1 +0)            ; data
	r3 = *(u32 *)(r1 +4)            ; data_end
	r4 = r2
	r4 += 34
	if r4 > r3 goto out
	r2 = *(u32 *)(r2 +26)           ; who sent it
	*(u32 *)(r10 -4) = r2
	*(u64 *)(r10 -16) = 1
	r2 = r10
	r2 += -4
	r1 = map[flows]
	call bpf_map_lookup_elem
	if r0 == 0 goto new
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
	goto out
new:
	r2 = r10
	r2 += -4
	r3 = r10
	r3 += -16
	r4 = 0
	r1 = map[flows]
	call bpf_map_update_elem
out:
	r0 = 2
	exit
