; A route's program for what leaves (LWT_XMIT): each packet gets another IPv4 header in front, as IP-in-IP tunnels do.

.section lwt_xmit
.license GPL

	*(u64 *)(r10 -24) = 0
	*(u64 *)(r10 -16) = 0
	*(u64 *)(r10 -8) = 0
	*(u8 *)(r10 -24) = 0x45         ; IPv4, a header of 20 bytes
	*(u8 *)(r10 -22) = 0            ; the length: 20 + skb->len
	r2 = *(u32 *)(r1 +0)
	r2 += 20
	r2 = be16 r2
	*(u16 *)(r10 -22) = r2
	*(u8 *)(r10 -16) = 64           ; time to live
	*(u8 *)(r10 -15) = 4            ; what is in it: IPv4
	*(u32 *)(r10 -12) = 0x0100000a  ; from 10.0.0.1
	*(u32 *)(r10 -8) = 0x0900000a   ; to 10.0.0.9
	r2 = 1                          ; BPF_LWT_ENCAP_IP
	r3 = r10
	r3 += -24
	r4 = 20
	call bpf_lwt_push_encap
	if r0 s< 0 goto drop
	r0 = 0                          ; BPF_OK: go on
	exit
drop:
	r0 = 2                          ; BPF_DROP
	exit
