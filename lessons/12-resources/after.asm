; Writes to a record that was submitted already.

.section xdp
.license GPL
.map events ringbuf 0 0 4096

	r1 = map[events]
	r2 = 8
	r3 = 0
	call bpf_ringbuf_reserve
	if r0 == 0 goto out
	r6 = r0
	r1 = r0
	r2 = 0
	call bpf_ringbuf_submit
	*(u64 *)(r6 +0) = 42
out:
	r0 = 2
	exit
