; A process of the cgroup opens a device (CGROUP_DEVICE): only character devices of major number 1 (null, zero, random).

.section cgroup/dev
.license GPL

	r2 = *(u32 *)(r1 +0)            ; access_type: what for, and the kind
	r2 &= 0xffff                    ; the kind: 1 block, 2 character
	r3 = *(u32 *)(r1 +4)            ; major number
	r0 = 0
	if r2 != 2 goto out
	if r3 != 1 goto out
	r0 = 1
out:
	exit
