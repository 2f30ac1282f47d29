; An echo in the kernel (SK_SKB): what arrives at a socket of the map goes back out through the socket at place 0.

.section sk_skb/stream_verdict
.license GPL
.map echoes sockmap 4 8 2

	r2 = map[echoes]
	r3 = 0                          ; the key
	r4 = 0                          ; to its sending side
	call bpf_sk_redirect_map
	exit                            ; SK_PASS, or SK_DROP when there is none
