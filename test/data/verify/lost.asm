; r1 is used after a call, which does not keep it.
.section xdp
	r6 = *(u32 *)(r1 +8)
	if r6 == 0 goto out
	call bpf_ktime_get_ns
	r0 = *(u32 *)(r1 +4)
out:
	r0 = 2
	exit
