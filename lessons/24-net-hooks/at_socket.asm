; Two bytes of each packet, for whoever reads the socket.

.section socket
.license GPL

	r0 = 2
	exit
