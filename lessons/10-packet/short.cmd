load {lesson}/short.asm as short
goto end
