; The smallest useful XDP program, in assembler: counts packets in an array, lets them pass.
; Text as the kernel writes it. Try: bpfwalk run samples/xdp_pass.asm --pcap samples/web.pcap --trace

.section xdp
.license GPL
.map packets array 4 8 1

	*(u32 *)(r10 -4) = 0            ; the key, on the stack: index 0
	r2 = r10
	r2 += -4                        ; where the key is
	r1 = map[packets]
	call bpf_map_lookup_elem        ; r0: the address of the value, or 0
	if r0 == 0 goto out
	r1 = 1
	lock *(u64 *)(r0 +0) += r1      ; other CPUs count here too
out:
	r0 = 2                          ; XDP_PASS
	exit
