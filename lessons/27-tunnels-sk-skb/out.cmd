load {lesson}/out.asm as out
goto end
