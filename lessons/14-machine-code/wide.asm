; The same additions with a small number, and with a large one.

.section xdp
.license GPL

	r0 = 2                          ; XDP_PASS
	r2 = 5
	r2 += 100
	r2 += 1000
	w3 = 1
	r3 = 1
	r3 = -1
	exit
