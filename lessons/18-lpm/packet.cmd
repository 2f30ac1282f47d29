# the packet of the question
attach xdp:eth0
goto end
fire udp 10.1.2.3:4000 > 10.0.0.9:53
goto end
