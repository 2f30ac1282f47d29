; Reads the EtherType without a look at the packet's end.

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +0)
	r5 = *(u16 *)(r2 +12)
	r0 = 2
	exit
