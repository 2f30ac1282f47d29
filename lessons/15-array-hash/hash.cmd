bpf map_lookup_elem map_fd=4 key=&2 value=&0
