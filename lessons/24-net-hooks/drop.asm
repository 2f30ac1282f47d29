; Throws each packet away: XDP_DROP.

.section xdp
.license GPL

	r0 = 1
	exit
