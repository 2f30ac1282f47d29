; The same, but r1 is read after a call.

.section xdp
.license GPL

	r6 = 7                          ; kept over calls
	r1 = r6                         ; first argument
	r2 = 3                          ; second
	call add                        ; r0: the sum
	r6 += r0
	w7 = -1                         ; the lower half only
	call bpf_get_smp_processor_id
	r0 = r1                         ; r1 was an argument
	exit
add:
	r0 = r1
	r0 += r2
	exit
