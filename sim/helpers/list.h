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

/* Done by the interpreter itself, because it changes which program runs: no function */
VM_HELPER(tail_call, RET_INTEGER, false, "continues with another program of a program array; comes back only when it cannot",
          {"ctx", ARG_PTR_TO_CTX}, {"prog_array_map", ARG_CONST_MAP_PTR}, {"index", ARG_ANYTHING})
