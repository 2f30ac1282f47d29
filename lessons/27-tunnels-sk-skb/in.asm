; A route's program for what arrives (LWT_IN): pings are dropped.

.section lwt_in
.license GPL

	r2 = *(u32 *)(r1 +76)           ; data
	r3 = *(u32 *)(r1 +80)           ; data_end
	r4 = r2
	r4 += 20
	r0 = 0                          ; BPF_OK
	if r4 > r3 goto out
	r5 = *(u8 *)(r2 +9)             ; IPv4: the protocol
	if r5 != 1 goto out             ; ICMP
	r0 = 2                          ; BPF_DROP
out:
	exit
