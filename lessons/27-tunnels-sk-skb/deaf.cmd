bpf prog_attach target_fd=3 attach_bpf_fd=5 attach_type=5
goto end
fire send pid=2000 fd=3 data=again
goto end
