load {lesson}/unbounded.asm as unbounded
goto end
