; Numbers and a pointer on the stack, and back.

.section xdp
.license GPL

	*(u32 *)(r10 -4) = 0x01020304   ; four bytes
	r2 = *(u8 *)(r10 -4)            ; one of them
	*(u64 *)(r10 -16) = r1          ; a pointer: the context
	r1 = 0
	r1 = *(u64 *)(r10 -16)          ; and back
	r3 = *(u32 *)(r1 +0)            ; through it: where the packet begins
	r0 = 2                          ; XDP_PASS
	exit
