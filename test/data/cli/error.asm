	r0 = 2
	r1 = foo bar
	exit
