/*
 * The list of helpers: a line each. table.c makes the table and the declarations of it.
 *
 * HELPER(name without "bpf_", enum ret_type, for GPL programs only, what it does, {argument, enum arg_type} ...)
 * The contracts are those of struct bpf_func_proto in Linux 6.1; a topic's functions stand in one file, as the head lines say.
 */

/* map.c */
HELPER(map_lookup_elem, RET_PTR_TO_MAP_VALUE_OR_NULL, false, "finds the value of a key; NULL when the map has none",
       {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY})
HELPER(map_update_elem, RET_INTEGER, false, "writes the value of a key; 0 or a negative errno",
       {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY}, {"value", ARG_PTR_TO_MAP_VALUE}, {"flags", ARG_ANYTHING})
HELPER(map_delete_elem, RET_INTEGER, false, "removes a key; 0 or a negative errno",
       {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY})
HELPER(map_push_elem, RET_INTEGER, false, "adds a value to a queue, stack or bloom filter",
       {"map", ARG_CONST_MAP_PTR}, {"value", ARG_PTR_TO_MAP_VALUE}, {"flags", ARG_ANYTHING})
HELPER(map_pop_elem, RET_INTEGER, false, "takes the next value out of a queue or stack",
       {"map", ARG_CONST_MAP_PTR}, {"value", ARG_PTR_TO_UNINIT_MAP_VALUE})
HELPER(map_peek_elem, RET_INTEGER, false, "copies the next value of a queue or stack and leaves it there",
       {"map", ARG_CONST_MAP_PTR}, {"value", ARG_PTR_TO_UNINIT_MAP_VALUE})
HELPER(spin_lock, RET_VOID, false, "takes the lock in a map value", {"lock", ARG_PTR_TO_SPIN_LOCK})
HELPER(spin_unlock, RET_VOID, false, "gives the lock in a map value back", {"lock", ARG_PTR_TO_SPIN_LOCK})

/* time.c */
HELPER(ktime_get_ns, RET_INTEGER, false, "nanoseconds since boot, without time asleep")
HELPER(ktime_get_boot_ns, RET_INTEGER, false, "nanoseconds since boot, with time asleep")
HELPER(ktime_get_coarse_ns, RET_INTEGER, false, "nanoseconds since boot at the last timer tick: cheaper, less exact")
HELPER(jiffies64, RET_INTEGER, false, "timer ticks; 250 a second, five minutes before the first overflow at boot")

/* cpu.c */
HELPER(get_prandom_u32, RET_INTEGER, false, "32 random bits")
HELPER(get_smp_processor_id, RET_INTEGER, false, "number of the CPU that runs the program")
HELPER(get_numa_node_id, RET_INTEGER, false, "number of that CPU's memory node")
HELPER(get_current_pid_tgid, RET_INTEGER, false, "process id (high half) and thread id (low half) of the running task")
HELPER(get_current_uid_gid, RET_INTEGER, false, "group id (high half) and user id (low half) of the running task")
HELPER(get_current_comm, RET_INTEGER, false, "copies the running task's name",
       {"buf", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE})

/* trace.c */
HELPER(trace_printk, RET_INTEGER, true, "writes a line to the trace pipe; for debugging",
       {"fmt", ARG_PTR_TO_MEM}, {"fmt_size", ARG_CONST_SIZE},
       {"arg1", ARG_ANYTHING}, {"arg2", ARG_ANYTHING}, {"arg3", ARG_ANYTHING})

/* string.c */
HELPER(strtol, RET_INTEGER, false, "text to a signed number; returns the characters read or a negative errno",
       {"buf", ARG_PTR_TO_MEM}, {"buf_len", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING}, {"res", ARG_PTR_TO_LONG})
HELPER(strtoul, RET_INTEGER, false, "text to an unsigned number; returns the characters read or a negative errno",
       {"buf", ARG_PTR_TO_MEM}, {"buf_len", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING}, {"res", ARG_PTR_TO_LONG})
HELPER(strncmp, RET_INTEGER, false, "compares a string with a constant one: -1, 0 or 1",
       {"s1", ARG_PTR_TO_MEM}, {"s1_sz", ARG_CONST_SIZE}, {"s2", ARG_CONST_STR})
HELPER(snprintf, RET_INTEGER, false, "formats numbers and strings into memory; returns the bytes it needs",
       {"str", ARG_PTR_TO_RW_MEM_OR_NULL}, {"str_size", ARG_CONST_SIZE_OR_ZERO}, {"fmt", ARG_CONST_STR},
       {"data", ARG_PTR_TO_MEM_OR_NULL}, {"data_len", ARG_CONST_SIZE_OR_ZERO})

/* skb.c: reading and writing packets */
HELPER(skb_load_bytes, RET_INTEGER, false, "copies bytes of the packet; zeroes and -EFAULT when they are not all there",
       {"skb", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"to", ARG_PTR_TO_UNINIT_MEM}, {"len", ARG_CONST_SIZE})
HELPER(skb_load_bytes_relative, RET_INTEGER, false, "the same, counted from the link or network header",
       {"skb", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"to", ARG_PTR_TO_UNINIT_MEM}, {"len", ARG_CONST_SIZE},
       {"start_header", ARG_ANYTHING})
HELPER(skb_store_bytes, RET_INTEGER, false, "writes bytes into the packet",
       {"skb", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"from", ARG_PTR_TO_MEM}, {"len", ARG_CONST_SIZE},
       {"flags", ARG_ANYTHING})
HELPER(skb_pull_data, RET_INTEGER, false, "makes the first bytes of the packet reachable by pointer",
       {"skb", ARG_PTR_TO_CTX}, {"len", ARG_ANYTHING})
HELPER(skb_change_tail, RET_INTEGER, false, "shortens or lengthens the packet",
       {"skb", ARG_PTR_TO_CTX}, {"len", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(skb_change_head, RET_INTEGER, false, "makes room in front of the packet, for a link header",
       {"skb", ARG_PTR_TO_CTX}, {"len", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(skb_change_type, RET_INTEGER, false, "changes for whom the packet is: host, broadcast, multicast, other host",
       {"skb", ARG_PTR_TO_CTX}, {"type", ARG_ANYTHING})
HELPER(skb_vlan_push, RET_INTEGER, false, "adds a VLAN tag",
       {"skb", ARG_PTR_TO_CTX}, {"vlan_proto", ARG_ANYTHING}, {"vlan_tci", ARG_ANYTHING})
HELPER(skb_vlan_pop, RET_INTEGER, false, "takes the VLAN tag off", {"skb", ARG_PTR_TO_CTX})
HELPER(skb_set_tstamp, RET_INTEGER, false, "sets the packet's time stamp and what it means",
       {"skb", ARG_PTR_TO_CTX}, {"tstamp", ARG_ANYTHING}, {"tstamp_type", ARG_ANYTHING})
HELPER(get_hash_recalc, RET_INTEGER, false, "the hash of the packet's flow, calculated when it is not known",
       {"skb", ARG_PTR_TO_CTX})
HELPER(set_hash, RET_INTEGER, false, "sets the hash of the packet's flow", {"skb", ARG_PTR_TO_CTX}, {"hash", ARG_ANYTHING})
HELPER(set_hash_invalid, RET_INTEGER, false, "forgets the hash of the packet's flow", {"skb", ARG_PTR_TO_CTX})
HELPER(get_cgroup_classid, RET_INTEGER, false, "the net_cls class of the task that sends the packet", {"skb", ARG_PTR_TO_CTX})
HELPER(redirect, RET_INTEGER, false, "sends the packet to another device when the program returns the helper's answer",
       {"ifindex", ARG_ANYTHING}, {"flags", ARG_ANYTHING})

/* csum.c */
HELPER(csum_diff, RET_INTEGER, false, "the change of a checksum when some bytes are replaced by others",
       {"from", ARG_PTR_TO_MEM_OR_NULL}, {"from_size", ARG_CONST_SIZE_OR_ZERO}, {"to", ARG_PTR_TO_MEM_OR_NULL},
       {"to_size", ARG_CONST_SIZE_OR_ZERO}, {"seed", ARG_ANYTHING})
HELPER(csum_update, RET_INTEGER, false, "adds to the checksum that the device has calculated",
       {"skb", ARG_PTR_TO_CTX}, {"csum", ARG_ANYTHING})
HELPER(csum_level, RET_INTEGER, false, "how many checksums of nested headers are known to be right; changes it",
       {"skb", ARG_PTR_TO_CTX}, {"level", ARG_ANYTHING})
HELPER(l3_csum_replace, RET_INTEGER, false, "corrects the checksum of an IP header after a change",
       {"skb", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"from", ARG_ANYTHING}, {"to", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})
HELPER(l4_csum_replace, RET_INTEGER, false, "corrects the checksum of a TCP or UDP header after a change",
       {"skb", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"from", ARG_ANYTHING}, {"to", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})

/* xdp.c */
HELPER(xdp_adjust_head, RET_INTEGER, false, "moves the start of the packet: a header is added or taken off",
       {"xdp_md", ARG_PTR_TO_CTX}, {"delta", ARG_ANYTHING})
HELPER(xdp_adjust_tail, RET_INTEGER, false, "moves the end of the packet",
       {"xdp_md", ARG_PTR_TO_CTX}, {"delta", ARG_ANYTHING})
HELPER(xdp_adjust_meta, RET_INTEGER, false, "moves the start of the metadata in front of the packet",
       {"xdp_md", ARG_PTR_TO_CTX}, {"delta", ARG_ANYTHING})
HELPER(xdp_get_buff_len, RET_INTEGER, false, "bytes of the packet, fragments included", {"xdp_md", ARG_PTR_TO_CTX})
HELPER(xdp_load_bytes, RET_INTEGER, false, "copies bytes of the packet, from its fragments too",
       {"xdp_md", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"buf", ARG_PTR_TO_UNINIT_MEM}, {"len", ARG_CONST_SIZE})
HELPER(xdp_store_bytes, RET_INTEGER, false, "writes bytes into the packet, into its fragments too",
       {"xdp_md", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"buf", ARG_PTR_TO_UNINIT_MEM}, {"len", ARG_CONST_SIZE})

/* sock.c */
HELPER(sk_lookup_tcp, RET_PTR_TO_SOCKET_OR_NULL, false, "finds the TCP socket of a connection; must be released",
       {"ctx", ARG_PTR_TO_CTX}, {"tuple", ARG_PTR_TO_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})
HELPER(sk_lookup_udp, RET_PTR_TO_SOCKET_OR_NULL, false, "finds the UDP socket that a packet is for; must be released",
       {"ctx", ARG_PTR_TO_CTX}, {"tuple", ARG_PTR_TO_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})
HELPER(skc_lookup_tcp, RET_PTR_TO_SOCK_COMMON_OR_NULL, false, "the same for half-open and dying TCP sockets too",
       {"ctx", ARG_PTR_TO_CTX}, {"tuple", ARG_PTR_TO_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})
HELPER(sk_release, RET_INTEGER, false, "gives a socket back that a lookup found", {"sock", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
HELPER(sk_fullsock, RET_PTR_TO_SOCKET_OR_NULL, false, "the full socket, NULL for a half-open or dying one",
       {"sk", ARG_PTR_TO_SOCK_COMMON})
HELPER(tcp_sock, RET_PTR_TO_TCP_SOCK_OR_NULL, false, "the TCP part of a socket, NULL when it has none",
       {"sk", ARG_PTR_TO_SOCK_COMMON})
HELPER(get_listener_sock, RET_PTR_TO_SOCKET_OR_NULL, false, "the listening socket, NULL when the socket does not listen",
       {"sk", ARG_PTR_TO_SOCK_COMMON})
HELPER(skc_to_tcp_sock, RET_PTR_TO_BTF_ID_OR_NULL, false, "the socket as a struct tcp_sock, NULL when it is none",
       {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})

/* Done by the interpreter itself, because they change what runs: no function */
VM_HELPER(loop, RET_INTEGER, false, "calls a function of the program many times; returns how often",
          {"nr_loops", ARG_ANYTHING}, {"callback_fn", ARG_PTR_TO_FUNC}, {"callback_ctx", ARG_PTR_TO_STACK_OR_NULL},
          {"flags", ARG_ANYTHING})
VM_HELPER(tail_call, RET_INTEGER, false, "continues with another program of a program array; comes back only when it cannot",
          {"ctx", ARG_PTR_TO_CTX}, {"prog_array_map", ARG_CONST_MAP_PTR}, {"index", ARG_ANYTHING})
