; A pointer times two.

.section xdp
.license GPL

	r1 *= 2
	r0 = 2
	exit
