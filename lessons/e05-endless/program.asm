; Counts from 10 down to 0. Or does it?

.section xdp
.license GPL

	r6 = 10
	r0 = 0
again:
	r0 = 2                          ; XDP_PASS
	if r6 != 0 goto again           ; who changes r6?
	exit
