; Reserves a record of 8 bytes, fills it in, submits it.

.section xdp
.license GPL
.map events ringbuf 0 0 4096

	r1 = map[events]
	r2 = 8
	r3 = 0
	call bpf_ringbuf_reserve        ; r0: room, or NULL
	if r0 == 0 goto out
	*(u64 *)(r0 +0) = 42
	r1 = r0
	r2 = 0
	call bpf_ringbuf_submit
out:
	r0 = 2                          ; XDP_PASS
	exit
