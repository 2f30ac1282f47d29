; A number is used as an address.

.section xdp
.license GPL

	r2 = *(u32 *)(r1 +16)           ; rx_queue_index
	r0 = *(u64 *)(r2 +0)
	r0 = 2
	exit
