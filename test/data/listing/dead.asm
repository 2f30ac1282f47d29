; A branch that is never taken and what stands behind it, a goto to the next instruction, a division by 0.
.section xdp
.license GPL
	r0 = 0
	if r0 == 0 goto alive
	r0 = 5
	exit
alive:
	goto next
next:
	r1 = 0
	r0 = 7
	r0 /= r1
	exit
