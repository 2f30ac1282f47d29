; One byte less is compared than is read.

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +0)            ; data
	r3 = *(u32 *)(r1 +4)            ; data_end
	r4 = r2
	r4 += 13                        ; one too few
	if r4 > r3 goto out
	r5 = *(u16 *)(r2 +12)           ; EtherType
out:
	r0 = 2                          ; XDP_PASS
	exit
