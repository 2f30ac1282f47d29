; A loop that is closed by falling into its head: even with CAP_BPF only a jump may go back.
	r0 = 0
	goto head
body:
	r0 += 1
head:
	if r0 < 10 goto body
	exit
