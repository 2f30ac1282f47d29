; Two ways that join again.

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +12)           ; ifindex
	r0 = 2                          ; XDP_PASS
	if r2 != 1 goto out
	r0 = 1                          ; XDP_DROP: from the loopback device
out:
	exit
