; Reads behind the end of the context.

.section xdp
.license GPL

	r0 = *(u32 *)(r1 +92)
	r0 = 2
	exit
