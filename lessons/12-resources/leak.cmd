load {lesson}/leak.asm as leak
goto end
