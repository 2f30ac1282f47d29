# the first word of the record of a tracepoint
load {lesson}/first8.asm as first8
goto end
