# another way to count, and the same race
goto end
load {lesson}/atomic.asm as atomic
goto end
attach xdp:eth0 atomic replace
goto end
race udp 10.0.0.1:1 > 10.0.0.2:2 | udp 10.0.0.1:1 > 10.0.0.2:3
goto end
