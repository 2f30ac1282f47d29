; A diamond in main, and a function.
	r0 = 1
	if r1 == 0 goto other
	call twice
	goto end
other:
	r0 = 2
end:
	exit
twice:
	r0 = 4
	exit
