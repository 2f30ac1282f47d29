# both programs at one function
attach kprobe:vfs_read quiet
goto end
fire read pid=1000 file=/var/log/syslog count=4096
goto end
