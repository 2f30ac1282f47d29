a:
	goto a
	exit
