/* Packets: reading, writing, lengthening, checksums, marks, ways out. */

/* reading and writing */
HELPER(skb_load_bytes, RET_INTEGER, 0,
       "copies bytes of the packet; zeroes and -EFAULT when they are not all there", {"skb", ARG_PTR_TO_CTX},
       {"offset", ARG_ANYTHING}, {"to", ARG_PTR_TO_UNINIT_MEM}, {"len", ARG_CONST_SIZE})
HELPER(skb_load_bytes_relative, RET_INTEGER, 0, "the same, counted from the link or network header",
       {"skb", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"to", ARG_PTR_TO_UNINIT_MEM},
       {"len", ARG_CONST_SIZE}, {"start_header", ARG_ANYTHING})
HELPER(skb_store_bytes, RET_INTEGER, HELPER_MOVES_PKT, "writes bytes into the packet",
       {"skb", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"from", ARG_PTR_TO_RDONLY_MEM},
       {"len", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING})
HELPER(skb_pull_data, RET_INTEGER, HELPER_MOVES_PKT,
       "makes the first bytes of the packet reachable by pointer", {"skb", ARG_PTR_TO_CTX},
       {"len", ARG_ANYTHING})
HELPER(skb_change_tail, RET_INTEGER, HELPER_MOVES_PKT, "shortens or lengthens the packet",
       {"skb", ARG_PTR_TO_CTX}, {"len", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(skb_change_head, RET_INTEGER, HELPER_MOVES_PKT,
       "makes room in front of the packet, for a link header", {"skb", ARG_PTR_TO_CTX}, {"len", ARG_ANYTHING},
       {"flags", ARG_ANYTHING})
HELPER(skb_change_type, RET_INTEGER, 0,
       "changes for whom the packet is: host, broadcast, multicast, other host", {"skb", ARG_PTR_TO_CTX},
       {"type", ARG_ANYTHING})
HELPER(skb_change_proto, RET_INTEGER, HELPER_MOVES_PKT,
         "turns an IPv4 packet into an IPv6 one or the other way: room for the header",
         {"skb", ARG_PTR_TO_CTX}, {"proto", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(skb_adjust_room, RET_INTEGER, HELPER_MOVES_PKT,
         "makes room behind the link or network header, or takes it away", {"skb", ARG_PTR_TO_CTX},
         {"len_diff", ARG_ANYTHING}, {"mode", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(skb_vlan_push, RET_INTEGER, HELPER_MOVES_PKT, "adds a VLAN tag",
       {"skb", ARG_PTR_TO_CTX}, {"vlan_proto", ARG_ANYTHING}, {"vlan_tci", ARG_ANYTHING})
HELPER(skb_vlan_pop, RET_INTEGER, HELPER_MOVES_PKT, "takes the VLAN tag off", {"skb", ARG_PTR_TO_CTX})
HELPER(skb_set_tstamp, RET_INTEGER, 0, "sets the packet's time stamp and what it means",
       {"skb", ARG_PTR_TO_CTX}, {"tstamp", ARG_ANYTHING}, {"tstamp_type", ARG_ANYTHING})
HELPER(skb_ecn_set_ce, RET_INTEGER, 0, "marks the packet: there was congestion on its way",
         {"skb", ARG_PTR_TO_CTX})

/* checksums */
HELPER(csum_diff, RET_INTEGER, HELPER_PKT_ACCESS,
       "the change of a checksum when some bytes are replaced by others",
       {"from", ARG_PTR_TO_RDONLY_MEM_OR_NULL}, {"from_size", ARG_CONST_SIZE_OR_ZERO},
       {"to", ARG_PTR_TO_RDONLY_MEM_OR_NULL}, {"to_size", ARG_CONST_SIZE_OR_ZERO}, {"seed", ARG_ANYTHING})
HELPER(csum_update, RET_INTEGER, 0, "adds to the checksum that the device has calculated",
       {"skb", ARG_PTR_TO_CTX}, {"csum", ARG_ANYTHING})
HELPER(csum_level, RET_INTEGER, 0, "how many checksums of nested headers are known to be right; changes it",
       {"skb", ARG_PTR_TO_CTX}, {"level", ARG_ANYTHING})
HELPER(l3_csum_replace, RET_INTEGER, HELPER_MOVES_PKT,
       "corrects the checksum of an IP header after a change", {"skb", ARG_PTR_TO_CTX},
       {"offset", ARG_ANYTHING}, {"from", ARG_ANYTHING}, {"to", ARG_ANYTHING}, {"size", ARG_ANYTHING})
HELPER(l4_csum_replace, RET_INTEGER, HELPER_MOVES_PKT,
       "corrects the checksum of a TCP or UDP header after a change", {"skb", ARG_PTR_TO_CTX},
       {"offset", ARG_ANYTHING}, {"from", ARG_ANYTHING}, {"to", ARG_ANYTHING}, {"flags", ARG_ANYTHING})

/* what is known of the packet */
HELPER(get_hash_recalc, RET_INTEGER, 0, "the hash of the packet's flow, calculated when it is not known",
       {"skb", ARG_PTR_TO_CTX})
HELPER(set_hash, RET_INTEGER, 0, "sets the hash of the packet's flow",
       {"skb", ARG_PTR_TO_CTX}, {"hash", ARG_ANYTHING})
HELPER(set_hash_invalid, RET_INTEGER, 0, "forgets the hash of the packet's flow", {"skb", ARG_PTR_TO_CTX})
CONTRACT(get_route_realm, RET_INTEGER, 0, "the realm of the packet's route", {"skb", ARG_PTR_TO_CTX})
HELPER(skb_get_tunnel_key, RET_INTEGER, 0,
         "the addresses and ids of the tunnel that the packet came through", {"skb", ARG_PTR_TO_CTX},
         {"key", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING})
HELPER(skb_set_tunnel_key, RET_INTEGER, 0,
         "the addresses and ids of the tunnel that the packet will go through", {"skb", ARG_PTR_TO_CTX},
         {"key", ARG_PTR_TO_RDONLY_MEM}, {"size", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING})
CONTRACT(skb_get_tunnel_opt, RET_INTEGER, 0, "options of the tunnel that the packet came through",
         {"skb", ARG_PTR_TO_CTX}, {"opt", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE})
CONTRACT(skb_set_tunnel_opt, RET_INTEGER, 0, "options of the tunnel that the packet will go through",
         {"skb", ARG_PTR_TO_CTX}, {"opt", ARG_PTR_TO_RDONLY_MEM}, {"size", ARG_CONST_SIZE})
CONTRACT(skb_get_xfrm_state, RET_INTEGER, 0, "what IPsec did with the packet",
         {"skb", ARG_PTR_TO_CTX}, {"index", ARG_ANYTHING}, {"xfrm_state", ARG_PTR_TO_UNINIT_MEM},
         {"size", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING})

/* ways out */
HELPER(redirect, RET_INTEGER, 0,
       "sends the packet to another device when the program returns the helper's answer",
       {"ifindex", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(redirect_map, RET_INTEGER, 0,
         "sends the packet to a device, CPU or socket of a map when the program returns the helper's answer",
         {"map", ARG_CONST_MAP_PTR}, {"key", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(redirect_neigh, RET_INTEGER, 0, "redirect with a new link header: to the next hop",
       {"ifindex", ARG_ANYTHING}, {"params", ARG_PTR_TO_RDONLY_MEM_OR_NULL},
       {"plen", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING})
HELPER(redirect_peer, RET_INTEGER, 0, "redirect to the other end of a veth pair, in its network namespace",
       {"ifindex", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(clone_redirect, RET_INTEGER, HELPER_MOVES_PKT,
       "sends a copy of the packet to another device at once", {"skb", ARG_PTR_TO_CTX},
       {"ifindex", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(fib_lookup, RET_INTEGER, HELPER_GPL, "asks the routing table: next hop, device, link addresses",
         {"ctx", ARG_PTR_TO_CTX}, {"params", ARG_PTR_TO_MEM, .written = true}, {"plen", ARG_CONST_SIZE},
         {"flags", ARG_ANYTHING})
HELPER(check_mtu, RET_INTEGER, HELPER_GPL,
         "does the packet, changed by so many bytes, fit through a device", {"ctx", ARG_PTR_TO_CTX},
         {"ifindex", ARG_ANYTHING}, {"mtu_len", ARG_PTR_TO_RESULT, .size = 4}, {"len_diff", ARG_ANYTHING},
         {"flags", ARG_ANYTHING})

/* frames of XDP */
HELPER(xdp_adjust_head, RET_INTEGER, HELPER_MOVES_PKT,
       "moves the start of the packet: a header is added or taken off", {"xdp_md", ARG_PTR_TO_CTX},
       {"delta", ARG_ANYTHING})
HELPER(xdp_adjust_tail, RET_INTEGER, HELPER_MOVES_PKT, "moves the end of the packet",
       {"xdp_md", ARG_PTR_TO_CTX}, {"delta", ARG_ANYTHING})
HELPER(xdp_adjust_meta, RET_INTEGER, HELPER_MOVES_PKT,
       "moves the start of the metadata in front of the packet", {"xdp_md", ARG_PTR_TO_CTX},
       {"delta", ARG_ANYTHING})
HELPER(xdp_get_buff_len, RET_INTEGER, 0, "bytes of the packet, fragments included",
       {"xdp_md", ARG_PTR_TO_CTX})
VARIANT(xdp_get_buff_len, tracing, RET_INTEGER, 0, "bytes of the packet, fragments included",
        {"xdp_md", ARG_PTR_TO_BTF_ID, .btf = "xdp_buff"})
HELPER(xdp_load_bytes, RET_INTEGER, 0, "copies bytes of the packet, from its fragments too",
       {"xdp_md", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"buf", ARG_PTR_TO_UNINIT_MEM},
       {"len", ARG_CONST_SIZE})
HELPER(xdp_store_bytes, RET_INTEGER, 0, "writes bytes into the packet, into its fragments too",
       {"xdp_md", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"buf", ARG_PTR_TO_RDONLY_MEM},
       {"len", ARG_CONST_SIZE})

/* lightweight tunnels */
CONTRACT(lwt_push_encap, RET_INTEGER, HELPER_MOVES_PKT, "puts another header around the packet",
         {"skb", ARG_PTR_TO_CTX}, {"type", ARG_ANYTHING}, {"hdr", ARG_PTR_TO_RDONLY_MEM},
         {"len", ARG_CONST_SIZE})
CONTRACT(lwt_seg6_store_bytes, RET_INTEGER, HELPER_MOVES_PKT, "writes into the segment routing header",
         {"skb", ARG_PTR_TO_CTX}, {"offset", ARG_ANYTHING}, {"from", ARG_PTR_TO_RDONLY_MEM},
         {"len", ARG_CONST_SIZE})
CONTRACT(lwt_seg6_adjust_srh, RET_INTEGER, HELPER_MOVES_PKT,
         "makes the segment routing header longer or shorter", {"skb", ARG_PTR_TO_CTX},
         {"offset", ARG_ANYTHING}, {"delta", ARG_ANYTHING})
CONTRACT(lwt_seg6_action, RET_INTEGER, HELPER_MOVES_PKT, "does one of the kernel's segment routing actions",
         {"skb", ARG_PTR_TO_CTX}, {"action", ARG_ANYTHING}, {"param", ARG_PTR_TO_RDONLY_MEM},
         {"param_len", ARG_CONST_SIZE})

/* messages between sockets */
HELPER(msg_apply_bytes, RET_INTEGER, 0, "the verdict is for so many bytes, not for the message",
         {"msg", ARG_PTR_TO_CTX}, {"bytes", ARG_ANYTHING})
HELPER(msg_cork_bytes, RET_INTEGER, 0, "calls the program again when so many bytes are there",
         {"msg", ARG_PTR_TO_CTX}, {"bytes", ARG_ANYTHING})
HELPER(msg_pull_data, RET_INTEGER, HELPER_MOVES_PKT, "makes bytes of the message reachable by pointer",
         {"msg", ARG_PTR_TO_CTX}, {"start", ARG_ANYTHING}, {"end", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(msg_push_data, RET_INTEGER, HELPER_MOVES_PKT, "makes room in the message",
         {"msg", ARG_PTR_TO_CTX}, {"start", ARG_ANYTHING}, {"len", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(msg_pop_data, RET_INTEGER, HELPER_MOVES_PKT, "takes bytes out of the message",
         {"msg", ARG_PTR_TO_CTX}, {"start", ARG_ANYTHING}, {"len", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(msg_redirect_map, RET_INTEGER, 0, "sends the message to a socket of a map",
         {"msg", ARG_PTR_TO_CTX}, {"map", ARG_CONST_MAP_PTR}, {"key", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(msg_redirect_hash, RET_INTEGER, 0, "sends the message to a socket of a hash",
         {"msg", ARG_PTR_TO_CTX}, {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY},
         {"flags", ARG_ANYTHING})
