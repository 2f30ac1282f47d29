load {lesson}/lost.asm as lost
goto end
