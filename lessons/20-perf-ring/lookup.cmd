bpf map_lookup_elem map_fd=5 key=&0 value=&0
