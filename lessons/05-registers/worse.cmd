load {lesson}/clobbered.asm as worse
goto end
