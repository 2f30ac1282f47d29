fire udp 10.0.0.1:4000 > 10.0.0.9:53
goto end
fire udp 10.0.0.2:4000 > 10.0.0.9:53
goto end
fire udp 10.0.0.3:4000 > 10.0.0.9:53
goto end
fire udp 10.0.0.4:4000 > 10.0.0.9:53
goto end
fire udp 10.0.0.1:4000 > 10.0.0.9:53
goto end
