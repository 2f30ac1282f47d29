; Reads the index of the device: adds first, reads then.

.section xdp
.license GPL

	r1 += 12                        ; to ingress_ifindex
	r0 = *(u32 *)(r1 +0)
	if r0 == 2 goto out
	r0 = 2
out:
	exit
