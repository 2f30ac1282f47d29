; Writes a number to the stack, at the wrong end.

.section xdp
.license GPL

	r2 = r10
	r2 += -8
	*(u64 *)(r2 +0) = 7
	r0 = 2
	exit
