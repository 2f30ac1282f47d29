load {lesson}/circle.asm as circle
goto end
