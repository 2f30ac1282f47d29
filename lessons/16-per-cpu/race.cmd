# two packets at once, on two CPUs
race udp 10.0.0.1:1 > 10.0.0.2:2 | udp 10.0.0.1:1 > 10.0.0.2:3
goto end
