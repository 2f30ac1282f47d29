; Reads the destination of an IPv4 packet.

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +0)            ; data
	r3 = *(u32 *)(r1 +4)            ; data_end
	r4 = r2
	r4 += 33                        ; Ethernet 14, IPv4 20
	if r4 > r3 goto out
	r5 = *(u32 *)(r2 +30)           ; where the packet goes
out:
	r0 = 2                          ; XDP_PASS
	exit
