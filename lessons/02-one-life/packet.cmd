# a packet comes while nothing is attached
fire udp 10.0.0.1:4000 > 10.0.0.2:53
goto end
