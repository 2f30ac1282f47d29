; A number from outside is made small, then added to a pointer into a value of 16 bytes.

.section xdp
.license GPL
.map table array 4 16 1

	r6 = *(u32 *)(r1 +16)           ; rx_queue_index
	*(u32 *)(r10 -4) = 0
	r2 = r10
	r2 += -4
	r1 = map[table]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r6 &= 15                        ; 0 to 15
	r0 += r6
	r1 = *(u8 *)(r0 +0)
out:
	r0 = 2                          ; XDP_PASS
	exit
