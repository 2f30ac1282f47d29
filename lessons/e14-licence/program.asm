; Says hi for each packet.

.section xdp
.license Proprietary

	r1 = r10
	r1 += -8
	*(u64 *)(r1 +0) = 0x6968        ; "hi"
	r2 = 3
	call bpf_trace_printk
	r0 = 2                          ; XDP_PASS
	exit
