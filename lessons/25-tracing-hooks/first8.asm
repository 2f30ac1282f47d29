; The first 8 bytes of a tracepoint are not for programs.

.section tp/sched/sched_switch
.license GPL

	r0 = *(u64 *)(r1 +0)
	exit
