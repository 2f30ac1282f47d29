; A socket is made by a process of the cgroup (CGROUP_SOCK, sock_create): UDP is refused, all others get a mark.

.section cgroup/sock_create
.license GPL

	r2 = *(u32 *)(r1 +8)            ; sk->type
	if r2 == 2 goto no              ; SOCK_DGRAM: UDP
	r2 = 7
	*(u32 *)(r1 +16) = r2           ; sk->mark
	r0 = 1
	exit
no:
	r0 = 0
	exit
