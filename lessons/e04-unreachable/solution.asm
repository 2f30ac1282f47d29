; Should drop what comes from device 1. It never does.

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +12)
	r0 = 2
	if r2 != 1 goto out
	r0 = 1
out:
	exit
