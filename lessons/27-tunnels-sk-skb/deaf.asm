; Nothing arrives (SK_SKB): each message is dropped.

.section sk_skb/stream_verdict
.license GPL

	r0 = 0                          ; SK_DROP
	exit
