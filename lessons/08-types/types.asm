; What the verifier knows of each register: a pointer to what, or a number.

.section xdp
.license GPL

	r6 = r1                         ; the context
	r2 = *(u32 *)(r6 +0)            ; the packet
	r3 = *(u32 *)(r6 +16)           ; rx_queue_index: a number
	r3 &= 3
	r4 = r10                        ; the frame
	r4 += -4
	*(u32 *)(r4 +0) = r3
	r0 = 2                          ; XDP_PASS
	exit
