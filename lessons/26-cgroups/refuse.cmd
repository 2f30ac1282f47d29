load {lesson}/quiet.asm as quiet
goto end
attach cgroup:/quiet quiet
goto end
fire socket pid=4000 type=tcp cgroup=/quiet
goto end
fire bind pid=4000 fd=3 port=9090
goto end
fire listen pid=4000 fd=3
goto end
fire client from=10.0.0.9 to=10.0.0.1 port=9090
goto end
