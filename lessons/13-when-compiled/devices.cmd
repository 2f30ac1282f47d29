# a trial runs on a copy of the world and is thrown away
device eth3
device eth4
device eth5
attach xdp:eth3 xdp_count
attach xdp:eth4 xdp_count
attach xdp:eth5 xdp_count
fire dev eth3 tcp 10.0.0.1:443 > 10.0.0.2:51514
fire dev eth4 tcp 10.0.0.1:443 > 10.0.0.2:51514
fire dev eth5 tcp 10.0.0.1:443 > 10.0.0.2:51514
fire dev eth5 tcp 10.0.0.1:443 > 10.0.0.2:51514
goto end
