# tc has this word of its context, XDP has not
load {lesson}/early.asm as early
goto end
