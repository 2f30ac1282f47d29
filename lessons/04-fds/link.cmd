# attached by a link as well, before the loader ended
undo
attach xdp:eth0
goto end
kill loader
goto end
