# two files, one way
attach
goto end
fire openat file=/etc/passwd
goto end
fire openat file=/etc/hosts
goto end
