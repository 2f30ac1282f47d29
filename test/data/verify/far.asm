; The offset may be 65566: more than 16 bits, so the comparison with the packet's end tells nothing.
.section xdp
	r2 = *(u32 *)(r1 +0)
	r3 = *(u32 *)(r1 +4)
	r5 = *(u32 *)(r1 +16)
	r5 &= 65535
	r5 += 31
	r2 += r5
	r4 = r2
	r4 += 8
	if r4 > r3 goto out
	r0 = *(u64 *)(r2 +0)
out:
	r0 = 2
	exit
