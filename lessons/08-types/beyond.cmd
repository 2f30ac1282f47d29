load {lesson}/beyond.asm as beyond
goto end
