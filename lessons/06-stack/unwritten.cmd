load {lesson}/unwritten.asm as careless
goto end
