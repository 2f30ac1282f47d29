; The third instruction cannot be reached.

.section xdp
.license GPL

	r0 = 2
	exit
	r0 = 1
	exit
