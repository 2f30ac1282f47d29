; Tells user space about packets, but not about those of queue 1.

.section xdp
.license GPL
.map events ringbuf 0 0 4096

	r6 = *(u32 *)(r1 +16)           ; rx_queue_index
	r1 = map[events]
	r2 = 8
	r3 = 0
	call bpf_ringbuf_reserve
	if r0 == 0 goto out
	if r6 == 1 goto out             ; nothing to tell
	*(u64 *)(r0 +0) = 42
	r1 = r0
	r2 = 0
	call bpf_ringbuf_submit
out:
	r0 = 2                          ; XDP_PASS
	exit
