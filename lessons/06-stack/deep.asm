; Writes below the 512 bytes of the stack.

.section xdp
.license GPL

	*(u64 *)(r10 -520) = 7
	r0 = 2
	exit
