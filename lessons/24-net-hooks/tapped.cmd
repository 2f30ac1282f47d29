# a packet socket beside the filter that throws away
load {lesson}/at_socket.asm as at_socket
goto end
attach socket:eth0 at_socket
goto end
fire udp 192.0.2.7:5353 > 10.0.0.2:53
goto end
