; 2 is XDP_PASS here.

.section xdp
.license GPL

	r0 = 2
	exit
