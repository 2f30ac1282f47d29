; Uses a number from outside as an index into a value of 16 bytes.

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
	r0 += r6                        ; how far?
	r1 = *(u8 *)(r0 +0)
out:
	r0 = 2                          ; XDP_PASS
	exit
