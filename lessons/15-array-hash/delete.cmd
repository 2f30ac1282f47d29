bpf map_delete_elem map_fd=3 key=&0
