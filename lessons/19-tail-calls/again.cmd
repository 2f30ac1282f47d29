# a program that calls itself
goto end
load {lesson}/again.asm as again
goto end
map update next key 0 value name again
attach xdp:eth0 again replace
goto end
fire udp 10.1.2.3:4000 > 10.0.0.9:53
goto end
