; Reads the index of the device from the context.

.section xdp
.license GPL

	r0 = *(u32 *)(r1 +24)           ; ifindex
	if r0 == 2 goto out
	r0 = 2
out:
	exit
