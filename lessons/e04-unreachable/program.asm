; Should drop what comes from device 1. It never does.

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +12)           ; ifindex
	r0 = 2                          ; XDP_PASS
	goto out                        ; always
	r0 = 1                          ; XDP_DROP
out:
	exit
