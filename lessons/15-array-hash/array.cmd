bpf map_lookup_elem map_fd=3 key=&2 value=&0
