load {lesson}/twice.asm as twice
goto end
