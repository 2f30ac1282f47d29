; Goes round ten times.

.section xdp
.license GPL

	r1 = 10
again:
	r1 += -1
	if r1 != 0 goto again
	r0 = 2
	exit
