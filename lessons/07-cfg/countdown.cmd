load {lesson}/countdown.asm as countdown
goto end
