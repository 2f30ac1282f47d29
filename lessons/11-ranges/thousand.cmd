load {lesson}/thousand.asm as thousand
goto end
