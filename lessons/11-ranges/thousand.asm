; A loop of a thousand rounds.

.section xdp
.license GPL

	r1 = 1000
again:
	r1 += -1
	if r1 != 0 goto again
	r0 = 2
	exit
