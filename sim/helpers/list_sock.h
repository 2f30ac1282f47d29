/* Sockets: finding them, their parts, options, connections, cookies. */

/* finding and releasing */
HELPER(sk_lookup_tcp, RET_PTR_TO_SOCKET_OR_NULL, HELPER_PKT_ACCESS | HELPER_ACQUIRES,
       "finds the TCP socket of a connection; must be released", {"ctx", ARG_PTR_TO_CTX},
       {"tuple", ARG_PTR_TO_RDONLY_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})
VARIANT(sk_lookup_tcp, sock_addr, RET_PTR_TO_SOCKET_OR_NULL, HELPER_ACQUIRES,
        "finds the TCP socket of a connection; must be released", {"ctx", ARG_PTR_TO_CTX},
        {"tuple", ARG_PTR_TO_RDONLY_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
        {"flags", ARG_ANYTHING})
HELPER(sk_lookup_udp, RET_PTR_TO_SOCKET_OR_NULL, HELPER_PKT_ACCESS | HELPER_ACQUIRES,
       "finds the UDP socket that a packet is for; must be released", {"ctx", ARG_PTR_TO_CTX},
       {"tuple", ARG_PTR_TO_RDONLY_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})
VARIANT(sk_lookup_udp, sock_addr, RET_PTR_TO_SOCKET_OR_NULL, HELPER_ACQUIRES,
        "finds the UDP socket that a packet is for; must be released", {"ctx", ARG_PTR_TO_CTX},
        {"tuple", ARG_PTR_TO_RDONLY_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
        {"flags", ARG_ANYTHING})
HELPER(skc_lookup_tcp, RET_PTR_TO_SOCK_COMMON_OR_NULL, HELPER_PKT_ACCESS | HELPER_ACQUIRES,
       "the same for half-open and dying TCP sockets too", {"ctx", ARG_PTR_TO_CTX},
       {"tuple", ARG_PTR_TO_RDONLY_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})
VARIANT(skc_lookup_tcp, sock_addr, RET_PTR_TO_SOCK_COMMON_OR_NULL, HELPER_ACQUIRES,
        "the same for half-open and dying TCP sockets too", {"ctx", ARG_PTR_TO_CTX},
        {"tuple", ARG_PTR_TO_RDONLY_MEM}, {"tuple_size", ARG_CONST_SIZE}, {"netns", ARG_ANYTHING},
        {"flags", ARG_ANYTHING})
HELPER(sk_release, RET_INTEGER, 0, "gives a socket back that a lookup found",
       {"sock", ARG_PTR_TO_BTF_ID_SOCK_COMMON | OBJ_RELEASE})
HELPER(sk_assign, RET_INTEGER, 0, "chooses the socket that gets the packet",
         {"skb", ARG_PTR_TO_CTX}, {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON}, {"flags", ARG_ANYTHING})
VARIANT(sk_assign, sk_lookup, RET_INTEGER, 0, "chooses the socket that gets the packet",
        {"ctx", ARG_PTR_TO_CTX}, {"sk", ARG_PTR_TO_SOCKET_OR_NULL}, {"flags", ARG_ANYTHING})
HELPER(sk_select_reuseport, RET_INTEGER, 0, "chooses a socket of a group that shares a port",
         {"reuse", ARG_PTR_TO_CTX}, {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY},
         {"flags", ARG_ANYTHING})
HELPER(sk_redirect_map, RET_INTEGER, 0, "sends the packet to a socket of a map",
         {"skb", ARG_PTR_TO_CTX}, {"map", ARG_CONST_MAP_PTR}, {"key", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(sk_redirect_hash, RET_INTEGER, 0, "sends the packet to a socket of a hash",
         {"skb", ARG_PTR_TO_CTX}, {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY},
         {"flags", ARG_ANYTHING})
HELPER(sock_map_update, RET_INTEGER, HELPER_PKT_ACCESS, "puts the socket at hand into a map",
         {"skops", ARG_PTR_TO_CTX}, {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY},
         {"flags", ARG_ANYTHING})
HELPER(sock_hash_update, RET_INTEGER, HELPER_PKT_ACCESS, "puts the socket at hand into a hash",
         {"skops", ARG_PTR_TO_CTX}, {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY},
         {"flags", ARG_ANYTHING})

/* other views of a socket */
HELPER(sk_fullsock, RET_PTR_TO_SOCKET_OR_NULL, HELPER_CASTS,
       "the full socket, NULL for a half-open or dying one", {"sk", ARG_PTR_TO_SOCK_COMMON})
HELPER(tcp_sock, RET_PTR_TO_TCP_SOCK_OR_NULL, HELPER_CASTS,
       "the TCP part of a socket, NULL when it has none", {"sk", ARG_PTR_TO_SOCK_COMMON})
HELPER(get_listener_sock, RET_PTR_TO_SOCKET_OR_NULL, 0,
       "the listening socket, NULL when the socket does not listen", {"sk", ARG_PTR_TO_SOCK_COMMON})
HELPER(skc_to_tcp_sock, RET_STRUCT(RET_PTR_TO_BTF_ID_OR_NULL, "tcp_sock"), HELPER_CASTS,
       "the socket as a struct tcp_sock, NULL when it is none", {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
HELPER(skc_to_tcp6_sock, RET_STRUCT(RET_PTR_TO_BTF_ID_OR_NULL, "tcp6_sock"), HELPER_CASTS,
         "the socket as a struct tcp6_sock, NULL when it is none", {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
HELPER(skc_to_tcp_timewait_sock, RET_STRUCT(RET_PTR_TO_BTF_ID_OR_NULL, "tcp_timewait_sock"), HELPER_CASTS,
         "the socket as a struct tcp_timewait_sock, NULL when it is none",
         {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
HELPER(skc_to_tcp_request_sock, RET_STRUCT(RET_PTR_TO_BTF_ID_OR_NULL, "tcp_request_sock"), HELPER_CASTS,
         "the socket as a struct tcp_request_sock, NULL when it is none",
         {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
HELPER(skc_to_udp6_sock, RET_STRUCT(RET_PTR_TO_BTF_ID_OR_NULL, "udp6_sock"), HELPER_CASTS,
         "the socket as a struct udp6_sock, NULL when it is none", {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
CONTRACT(skc_to_unix_sock, RET_STRUCT(RET_PTR_TO_BTF_ID_OR_NULL, "unix_sock"), 0,
         "the socket as a struct unix_sock, NULL when it is none", {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
CONTRACT(skc_to_mptcp_sock, RET_STRUCT(RET_PTR_TO_BTF_ID_OR_NULL, "mptcp_sock"), HELPER_CASTS,
         "the socket as a struct mptcp_sock, NULL when it is none", {"sk", ARG_PTR_TO_SOCK_COMMON})
CONTRACT(sock_from_file, RET_STRUCT(RET_PTR_TO_BTF_ID_OR_NULL, "socket"), 0,
         "the socket behind an open file, NULL when it is none", {"file", ARG_PTR_TO_BTF_ID, .btf = "file"})

/* options and identity */
HELPER(setsockopt, RET_INTEGER, 0, "setsockopt(2) for the socket at hand",
         {"bpf_socket", ARG_PTR_TO_CTX}, {"level", ARG_ANYTHING}, {"optname", ARG_ANYTHING},
         {"optval", ARG_PTR_TO_RDONLY_MEM}, {"optlen", ARG_CONST_SIZE})
VARIANT(setsockopt, sk, RET_INTEGER, 0, "setsockopt(2) for the socket at hand",
        {"bpf_socket", ARG_PTR_TO_BTF_ID_SOCK_COMMON}, {"level", ARG_ANYTHING}, {"optname", ARG_ANYTHING},
        {"optval", ARG_PTR_TO_RDONLY_MEM}, {"optlen", ARG_CONST_SIZE})
HELPER(getsockopt, RET_INTEGER, 0, "getsockopt(2) for the socket at hand",
         {"bpf_socket", ARG_PTR_TO_CTX}, {"level", ARG_ANYTHING}, {"optname", ARG_ANYTHING},
         {"optval", ARG_PTR_TO_UNINIT_MEM}, {"optlen", ARG_CONST_SIZE})
VARIANT(getsockopt, sk, RET_INTEGER, 0, "getsockopt(2) for the socket at hand",
        {"bpf_socket", ARG_PTR_TO_BTF_ID_SOCK_COMMON}, {"level", ARG_ANYTHING}, {"optname", ARG_ANYTHING},
        {"optval", ARG_PTR_TO_UNINIT_MEM}, {"optlen", ARG_CONST_SIZE})
HELPER(bind, RET_INTEGER, 0, "chooses the local address of a connection",
         {"ctx", ARG_PTR_TO_CTX}, {"addr", ARG_PTR_TO_RDONLY_MEM}, {"addr_len", ARG_CONST_SIZE})
HELPER(get_socket_cookie, RET_INTEGER, 0, "a number that no other socket has as long as the system is up",
         {"skb", ARG_PTR_TO_CTX})
VARIANT(get_socket_cookie, ptr, RET_INTEGER, 0,
        "a number that no other socket has as long as the system is up",
        {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
HELPER(get_netns_cookie, RET_INTEGER, 0,
         "a number that no other network namespace has as long as the system is up",
         {"ctx", ARG_PTR_TO_CTX_OR_NULL})
HELPER(get_socket_uid, RET_INTEGER, 0, "owner of the packet's socket", {"skb", ARG_PTR_TO_CTX})

/* TCP */
HELPER(sock_ops_cb_flags_set, RET_INTEGER, 0,
         "says at which events of the connection the program will be called", {"bpf_sock", ARG_PTR_TO_CTX},
         {"argval", ARG_ANYTHING})
CONTRACT(load_hdr_opt, RET_INTEGER, 0, "finds an option of the TCP header",
         {"skops", ARG_PTR_TO_CTX}, {"searchby_res", ARG_PTR_TO_MEM | MEM_WRITE}, {"len", ARG_CONST_SIZE},
         {"flags", ARG_ANYTHING})
CONTRACT(store_hdr_opt, RET_INTEGER, HELPER_MOVES_PKT, "writes an option into the TCP header",
         {"skops", ARG_PTR_TO_CTX}, {"from", ARG_PTR_TO_RDONLY_MEM}, {"len", ARG_CONST_SIZE},
         {"flags", ARG_ANYTHING})
CONTRACT(reserve_hdr_opt, RET_INTEGER, 0, "asks for room for an option in the TCP header",
         {"skops", ARG_PTR_TO_CTX}, {"len", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
CONTRACT(tcp_send_ack, RET_INTEGER, 0, "sends an acknowledgement",
         {"tp", ARG_PTR_TO_BTF_ID, .btf = "tcp_sock"}, {"rcv_nxt", ARG_ANYTHING})
CONTRACT(tcp_check_syncookie, RET_INTEGER, HELPER_GPL | HELPER_PKT_ACCESS,
         "is the packet a valid answer to a SYN cookie: 0 or a negative errno",
         {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON}, {"iph", ARG_PTR_TO_RDONLY_MEM}, {"iph_len", ARG_CONST_SIZE},
         {"th", ARG_PTR_TO_RDONLY_MEM}, {"th_len", ARG_CONST_SIZE})
CONTRACT(tcp_gen_syncookie, RET_INTEGER, HELPER_GPL | HELPER_PKT_ACCESS,
         "makes a SYN cookie for a listening socket",
         {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON}, {"iph", ARG_PTR_TO_RDONLY_MEM}, {"iph_len", ARG_CONST_SIZE},
         {"th", ARG_PTR_TO_RDONLY_MEM}, {"th_len", ARG_CONST_SIZE})
CONTRACT(tcp_raw_gen_syncookie_ipv4, RET_INTEGER, HELPER_GPL | HELPER_PKT_ACCESS,
         "makes a SYN cookie without a socket",
         {"iph", ARG_PTR_TO_FIXED_SIZE_MEM, .size = 20}, {"th", ARG_PTR_TO_MEM}, {"th_len", ARG_CONST_SIZE})
CONTRACT(tcp_raw_gen_syncookie_ipv6, RET_INTEGER, HELPER_GPL | HELPER_PKT_ACCESS,
         "makes a SYN cookie without a socket",
         {"iph", ARG_PTR_TO_FIXED_SIZE_MEM, .size = 40}, {"th", ARG_PTR_TO_MEM}, {"th_len", ARG_CONST_SIZE})
CONTRACT(tcp_raw_check_syncookie_ipv4, RET_INTEGER, HELPER_GPL | HELPER_PKT_ACCESS,
         "checks a SYN cookie without a socket: 0 or a negative errno",
         {"iph", ARG_PTR_TO_FIXED_SIZE_MEM, .size = 20}, {"th", ARG_PTR_TO_FIXED_SIZE_MEM, .size = 20})
CONTRACT(tcp_raw_check_syncookie_ipv6, RET_INTEGER, HELPER_GPL | HELPER_PKT_ACCESS,
         "checks a SYN cookie without a socket: 0 or a negative errno",
         {"iph", ARG_PTR_TO_FIXED_SIZE_MEM, .size = 40}, {"th", ARG_PTR_TO_FIXED_SIZE_MEM, .size = 20})

/* sysctl files */
HELPER(sysctl_get_name, RET_INTEGER, 0, "the name of the sysctl file that is read or written",
         {"ctx", ARG_PTR_TO_CTX}, {"buf", ARG_PTR_TO_MEM, .written = true}, {"buf_len", ARG_CONST_SIZE},
         {"flags", ARG_ANYTHING})
HELPER(sysctl_get_current_value, RET_INTEGER, 0, "the value that the sysctl has",
         {"ctx", ARG_PTR_TO_CTX}, {"buf", ARG_PTR_TO_UNINIT_MEM}, {"buf_len", ARG_CONST_SIZE})
HELPER(sysctl_get_new_value, RET_INTEGER, 0, "the value that is being written",
         {"ctx", ARG_PTR_TO_CTX}, {"buf", ARG_PTR_TO_UNINIT_MEM}, {"buf_len", ARG_CONST_SIZE})
HELPER(sysctl_set_new_value, RET_INTEGER, 0, "replaces the value that is being written",
         {"ctx", ARG_PTR_TO_CTX}, {"buf", ARG_PTR_TO_RDONLY_MEM}, {"buf_len", ARG_CONST_SIZE})
