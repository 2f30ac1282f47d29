; Copies a register that nobody has filled.

.section xdp
.license GPL

	r0 = 2
	r6 = r0
	exit
