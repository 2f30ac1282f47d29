# the number itself, where an address belongs
bpf map_lookup_elem map_fd=4 key=6 value=&0
