; Counts packets twice: by queue in an array, by protocol in a hash.

.section xdp
.license GPL
.map queues array 4 8 4
.map protocols hash 4 8 3

	r6 = r1
	r2 = *(u32 *)(r6 +16)           ; rx_queue_index
	*(u32 *)(r10 -4) = r2
	r2 = r10
	r2 += -4
	r1 = map[queues]
	call bpf_map_lookup_elem
	if r0 == 0 goto next
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
next:
	r2 = *(u32 *)(r6 +0)            ; data
	r3 = *(u32 *)(r6 +4)            ; data_end
	r4 = r2
	r4 += 34
	if r4 > r3 goto out
	r2 = *(u8 *)(r2 +23)            ; protocol
	*(u32 *)(r10 -4) = r2
	*(u64 *)(r10 -16) = 1
	r2 = r10
	r2 += -4
	r1 = map[protocols]
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
	r1 = map[protocols]
	call bpf_map_update_elem
out:
	r0 = 2                          ; XDP_PASS
	exit
