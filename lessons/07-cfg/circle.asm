; Goes round for ever: r1 is always 0.

.section xdp
.license GPL

	r1 = 0
	r0 = 2                          ; XDP_PASS
again:
	if r1 == 0 goto again
	exit
