; Counts from 10 down to 0. Or does it?

.section xdp
.license GPL

	r6 = 10
	r0 = 2
again:
	r6 += -1
	if r6 != 0 goto again
	exit
