; Two ways that join, twice: four paths?

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +12)
	r3 = *(u32 *)(r1 +16)
	r0 = 2
	if r2 == 1 goto one
	r2 = 0
one:
	r2 = 0
	if r3 == 1 goto two
	r3 = 0
two:
	r3 = 0
	exit
