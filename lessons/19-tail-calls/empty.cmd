# the place of UDP is empty
attach xdp:eth0 replace
goto end
map delete by_protocol key 17
fire udp 10.1.2.3:4000 > 10.0.0.9:53
goto end
