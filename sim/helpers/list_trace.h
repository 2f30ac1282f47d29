/* Tracing: foreign memory, stacks, perf events, traced functions, security hooks, system calls. */

/* foreign memory */
HELPER(probe_read, RET_INTEGER, HELPER_GPL,
         "copies from any address; -EFAULT and zeroes when it cannot be read", {"dst", ARG_PTR_TO_UNINIT_MEM},
         {"size", ARG_CONST_SIZE_OR_ZERO}, {"unsafe_ptr", ARG_ANYTHING})
HELPER(probe_read_str, RET_INTEGER, HELPER_GPL, "the same for a string",
         {"dst", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO}, {"unsafe_ptr", ARG_ANYTHING})
HELPER(probe_read_kernel, RET_INTEGER, HELPER_GPL,
         "copies from kernel memory; -EFAULT and zeroes when it cannot be read",
         {"dst", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO}, {"unsafe_ptr", ARG_ANYTHING})
HELPER(probe_read_kernel_str, RET_INTEGER, HELPER_GPL,
         "the same for a string; returns its length with the zero", {"dst", ARG_PTR_TO_UNINIT_MEM},
         {"size", ARG_CONST_SIZE_OR_ZERO}, {"unsafe_ptr", ARG_ANYTHING})
HELPER(probe_read_user, RET_INTEGER, HELPER_GPL,
         "copies from the running task's memory; -EFAULT and zeroes when it cannot be read",
         {"dst", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO}, {"unsafe_ptr", ARG_ANYTHING})
HELPER(probe_read_user_str, RET_INTEGER, HELPER_GPL,
         "the same for a string; returns its length with the zero", {"dst", ARG_PTR_TO_UNINIT_MEM},
         {"size", ARG_CONST_SIZE_OR_ZERO}, {"unsafe_ptr", ARG_ANYTHING})
HELPER(probe_write_user, RET_INTEGER, HELPER_GPL, "writes into the running task's memory; for experiments",
         {"dst", ARG_ANYTHING}, {"src", ARG_PTR_TO_RDONLY_MEM}, {"len", ARG_CONST_SIZE})
HELPER(copy_from_user, RET_INTEGER, HELPER_SLEEPS,
         "copies from the running task's memory; waits for pages that are not there yet",
         {"dst", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO}, {"user_ptr", ARG_ANYTHING})
HELPER(copy_from_user_task, RET_INTEGER, HELPER_GPL | HELPER_SLEEPS, "the same from another task's memory",
         {"dst", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO}, {"user_ptr", ARG_ANYTHING},
         {"tsk", ARG_PTR_TO_BTF_ID, .btf = "task_struct"}, {"flags", ARG_ANYTHING})

/* stacks */
HELPER(get_stackid, RET_INTEGER, HELPER_GPL,
         "the number of the call stack in a stack map: equal stacks, equal numbers", {"ctx", ARG_PTR_TO_CTX},
         {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING})
VARIANT(get_stackid, perf_event, RET_INTEGER, 0,
        "the number of the call stack in a stack map: equal stacks, equal numbers", {"ctx", ARG_PTR_TO_CTX},
        {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING})
HELPER(get_stack, RET_INTEGER, HELPER_GPL, "copies the call stack, an address a frame",
         {"ctx", ARG_PTR_TO_CTX}, {"buf", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO},
         {"flags", ARG_ANYTHING})
VARIANT(get_stack, raw_tp, RET_INTEGER, HELPER_GPL, "copies the call stack, an address a frame",
        {"ctx", ARG_PTR_TO_CTX}, {"buf", ARG_PTR_TO_RDONLY_MEM, .written = true},
        {"size", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING})
HELPER(get_task_stack, RET_INTEGER, 0, "copies another task's call stack",
         {"task", ARG_PTR_TO_BTF_ID, .btf = "task_struct"}, {"buf", ARG_PTR_TO_UNINIT_MEM},
         {"size", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING})
HELPER(get_branch_snapshot, RET_INTEGER, HELPER_GPL, "copies the last branches that the CPU recorded",
         {"entries", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_DONTCARE})
HELPER(read_branch_records, RET_INTEGER, HELPER_GPL, "copies the branches that the perf event recorded",
         {"ctx", ARG_PTR_TO_CTX}, {"buf", ARG_PTR_TO_MEM_OR_NULL, .written = true},
         {"size", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING})

/* perf events */
HELPER(perf_event_output, RET_INTEGER, HELPER_GPL,
         "sends a record to user space through the CPU's perf buffer", {"ctx", ARG_PTR_TO_CTX},
         {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING}, {"data", ARG_PTR_TO_RDONLY_MEM},
         {"size", ARG_CONST_SIZE_OR_ZERO})
HELPER(perf_event_read, RET_INTEGER, HELPER_GPL, "reads a hardware or software counter",
         {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING})
HELPER(perf_event_read_value, RET_INTEGER, HELPER_GPL, "the same, with the time that it was on",
         {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING}, {"buf", ARG_PTR_TO_UNINIT_MEM},
         {"buf_size", ARG_CONST_SIZE})
HELPER(perf_prog_read_value, RET_INTEGER, HELPER_GPL, "reads the counter of the perf event at hand",
         {"ctx", ARG_PTR_TO_CTX}, {"buf", ARG_PTR_TO_UNINIT_MEM}, {"buf_size", ARG_CONST_SIZE})
HELPER(skb_output, RET_INTEGER, HELPER_GPL, "sends a record with a part of a packet to user space",
         {"ctx", ARG_PTR_TO_BTF_ID, .btf = "sk_buff"}, {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING},
         {"data", ARG_PTR_TO_RDONLY_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO})
HELPER(xdp_output, RET_INTEGER, HELPER_GPL, "sends a record with a part of a frame to user space",
         {"ctx", ARG_PTR_TO_BTF_ID, .btf = "xdp_buff"}, {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING},
         {"data", ARG_PTR_TO_RDONLY_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO})

/* functions */
HELPER(get_func_ip, RET_INTEGER, HELPER_GPL, "address of the function that is traced",
         {"ctx", ARG_PTR_TO_CTX})
VARIANT(get_func_ip, kprobe_multi, RET_INTEGER, 0, "address of the function that is traced",
        {"ctx", ARG_PTR_TO_CTX})
HELPER(get_func_arg, RET_INTEGER, 0, "the n-th argument of the function that is traced",
         {"ctx", ARG_PTR_TO_CTX}, {"n", ARG_ANYTHING}, {"value", ARG_PTR_TO_RESULT, .size = 8})
HELPER(get_func_ret, RET_INTEGER, 0, "what the function that is traced returned",
         {"ctx", ARG_PTR_TO_CTX}, {"value", ARG_PTR_TO_RESULT, .size = 8})
HELPER(get_func_arg_cnt, RET_INTEGER, 0, "how many arguments the function that is traced has",
         {"ctx", ARG_PTR_TO_CTX})
HELPER(get_attach_cookie, RET_INTEGER, 0,
         "the number that user space gave when it attached the program here", {"ctx", ARG_PTR_TO_CTX})
CONTRACT(override_return, RET_INTEGER, HELPER_GPL,
         "lets the traced function return at once, with this value", {"regs", ARG_PTR_TO_CTX},
         {"rc", ARG_ANYTHING})

/* security hooks */
HELPER(bprm_opts_set, RET_INTEGER, 0, "says that the program to be executed gets the secure flag",
         {"bprm", ARG_PTR_TO_BTF_ID, .btf = "linux_binprm"}, {"flags", ARG_ANYTHING})
CONTRACT(ima_inode_hash, RET_INTEGER, HELPER_SLEEPS | HELPER_ALLOWED_SLEEPABLE_HOOK,
         "copies the hash that integrity measurement has of an inode",
         {"inode", ARG_PTR_TO_BTF_ID, .btf = "inode"}, {"dst", ARG_PTR_TO_UNINIT_MEM},
         {"size", ARG_CONST_SIZE})
CONTRACT(ima_file_hash, RET_INTEGER, HELPER_SLEEPS | HELPER_ALLOWED_SLEEPABLE_HOOK,
         "copies the hash of a file; measures it when that has not been done",
         {"file", ARG_PTR_TO_BTF_ID, .btf = "file"}, {"dst", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE})

/* system calls */
HELPER(sys_bpf, RET_INTEGER, 0, "bpf(2), called by a program",
         {"cmd", ARG_ANYTHING}, {"attr", ARG_PTR_TO_RDONLY_MEM}, {"attr_size", ARG_CONST_SIZE})
HELPER(sys_close, RET_INTEGER, 0, "closes a file descriptor", {"fd", ARG_ANYTHING})
HELPER(btf_find_by_name_kind, RET_INTEGER, HELPER_SLEEPS, "finds a type of the kernel's BTF: its id",
         {"name", ARG_PTR_TO_RDONLY_MEM}, {"name_sz", ARG_CONST_SIZE}, {"kind", ARG_ANYTHING},
         {"flags", ARG_ANYTHING})
HELPER(kallsyms_lookup_name, RET_INTEGER, 0, "finds the address of a kernel symbol",
         {"name", ARG_PTR_TO_MEM}, {"name_sz", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING},
         {"res", ARG_PTR_TO_RESULT, .size = 8})

/* infrared remote controls */
CONTRACT(rc_repeat, RET_INTEGER, HELPER_GPL, "reports that the last key is still held down",
         {"ctx", ARG_PTR_TO_CTX})
CONTRACT(rc_keydown, RET_INTEGER, HELPER_GPL, "reports a key that was pressed",
         {"ctx", ARG_PTR_TO_CTX}, {"protocol", ARG_ANYTHING}, {"scancode", ARG_ANYTHING},
         {"toggle", ARG_ANYTHING})
CONTRACT(rc_pointer_rel, RET_INTEGER, HELPER_GPL, "reports a movement of the pointer",
         {"ctx", ARG_PTR_TO_CTX}, {"rel_x", ARG_ANYTHING}, {"rel_y", ARG_ANYTHING})
