bpf map_update_elem map_fd=4 key=&1 value=&0
