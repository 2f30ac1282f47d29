; Like in.asm, but it writes into the packet.

.section lwt_in
.license GPL

	r2 = *(u32 *)(r1 +76)           ; data
	r3 = *(u32 *)(r1 +80)           ; data_end
	r4 = r2
	r4 += 20
	r0 = 0                          ; BPF_OK
	if r4 > r3 goto out
	*(u8 *)(r2 +8) = 1              ; IPv4: time to live

	r0 = 0
out:
	exit
