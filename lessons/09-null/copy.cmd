load {lesson}/copy.asm as copy
goto end
