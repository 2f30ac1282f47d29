; Reads the EtherType of a packet. The address is not that of the packet.

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +0)
	r3 = *(u32 *)(r1 +4)
	r4 = r2
	r4 += 14
	if r4 > r3 goto out
	r5 = *(u16 *)(r2 +12)
out:
	r0 = 2
	exit
