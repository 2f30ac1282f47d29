; What leaves the sockets of a cgroup (CGROUP_SKB, egress): the bytes are counted, no packet may be longer than 100 bytes.

.section cgroup_skb/egress
.license GPL
.map bytes array 4 8 1

	r6 = *(u32 *)(r1 +0)            ; skb->len
	*(u32 *)(r10 -4) = 0
	r2 = r10
	r2 += -4
	r1 = map[bytes]
	call bpf_map_lookup_elem
	if r0 == 0 goto drop
	lock *(u64 *)(r0 +0) += r6
	if r6 > 100 goto drop
	r0 = 1                          ; let it go
	exit
drop:
	r0 = 0                          ; drop it
	exit
