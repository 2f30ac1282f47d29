bpf map_create map_type=ringbuf max_entries=1000
