; The word at offset 24: a tc program finds vlan_present there, XDP has nothing.

.section xdp
.license GPL

	r0 = *(u32 *)(r1 +24)
	exit
