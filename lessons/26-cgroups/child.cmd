fire openat pid=1009 file=/dev/null cgroup=/web/php
goto end
