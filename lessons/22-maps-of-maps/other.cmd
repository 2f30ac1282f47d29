# another shape: its values have 16 bytes, not 8
bpf map_create map_type=array key_size=4 value_size=16 max_entries=32 map_name=other
map update by_address key 10.0.0.2 value name other
