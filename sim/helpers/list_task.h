/* Time, random numbers, CPUs, tasks, cgroups: where the program runs, and for whom. */

/* time */
HELPER(ktime_get_ns, RET_INTEGER, 0, "nanoseconds since boot, without time asleep")
HELPER(ktime_get_boot_ns, RET_INTEGER, 0, "nanoseconds since boot, with time asleep")
HELPER(ktime_get_coarse_ns, RET_INTEGER, 0,
       "nanoseconds since boot at the last timer tick: cheaper, less exact")
HELPER(ktime_get_tai_ns, RET_INTEGER, 0, "nanoseconds of atomic time since 1970: without leap seconds")
HELPER(jiffies64, RET_INTEGER, 0, "timer ticks; 250 a second, five minutes before the first overflow at boot")

/* machine */
HELPER(get_prandom_u32, RET_INTEGER, 0, "32 random bits")
HELPER(get_smp_processor_id, RET_INTEGER, 0, "number of the CPU that runs the program")
HELPER(get_numa_node_id, RET_INTEGER, 0, "number of that CPU's memory node")
CONTRACT(per_cpu_ptr, RET_PTR_TO_MEM_OR_BTF_ID | PTR_MAYBE_NULL | MEM_RDONLY, 0,
         "a kernel variable as one CPU has it; NULL when there is no such CPU",
         {"percpu_ptr", ARG_PTR_TO_PERCPU_BTF_ID}, {"cpu", ARG_ANYTHING})
CONTRACT(this_cpu_ptr, RET_PTR_TO_MEM_OR_BTF_ID | MEM_RDONLY, 0, "a kernel variable as this CPU has it",
         {"percpu_ptr", ARG_PTR_TO_PERCPU_BTF_ID})

/* tasks */
HELPER(get_current_pid_tgid, RET_INTEGER, 0,
       "process id (high half) and thread id (low half) of the running task")
HELPER(get_ns_current_pid_tgid, RET_INTEGER, 0, "the same, as the running task's own pid namespace counts",
         {"dev", ARG_ANYTHING}, {"ino", ARG_ANYTHING}, {"nsdata", ARG_PTR_TO_UNINIT_MEM},
         {"size", ARG_CONST_SIZE})
HELPER(get_current_uid_gid, RET_INTEGER, 0, "group id (high half) and user id (low half) of the running task")
HELPER(get_current_comm, RET_INTEGER, 0, "copies the running task's name",
       {"buf", ARG_PTR_TO_UNINIT_MEM}, {"size_of_buf", ARG_CONST_SIZE})
HELPER(get_current_task, RET_INTEGER, HELPER_GPL,
         "address of the running task's struct task_struct, as a number")
HELPER(get_current_task_btf, RET_STRUCT(RET_PTR_TO_BTF_ID, "task_struct"), HELPER_GPL,
         "the running task's struct task_struct, to be read directly")
HELPER(task_pt_regs, RET_STRUCT(RET_PTR_TO_BTF_ID, "pt_regs"), HELPER_GPL,
         "the registers with which a task entered the kernel",
         {"task", ARG_PTR_TO_BTF_ID, .btf = "task_struct"})
VM_HELPER(find_vma, RET_INTEGER, HELPER_CALLS_BACK,
         "calls a function of the program with the memory area of a task that holds an address",
         {"task", ARG_PTR_TO_BTF_ID, .btf = "task_struct"}, {"addr", ARG_ANYTHING},
         {"callback_fn", ARG_PTR_TO_FUNC}, {"callback_ctx", ARG_PTR_TO_STACK_OR_NULL},
         {"flags", ARG_ANYTHING})
HELPER(send_signal, RET_INTEGER, 0, "sends a signal to the running process", {"sig", ARG_ANYTHING})
HELPER(send_signal_thread, RET_INTEGER, 0, "sends a signal to the running thread", {"sig", ARG_ANYTHING})

/* cgroups */
HELPER(get_current_cgroup_id, RET_INTEGER, 0, "id of the running task's cgroup")
HELPER(get_current_ancestor_cgroup_id, RET_INTEGER, 0,
         "id of the ancestor of that cgroup at some level; level 0 is the root",
         {"ancestor_level", ARG_ANYTHING})
HELPER(current_task_under_cgroup, RET_INTEGER, 0,
         "is the running task in a cgroup of the map, or below it: 1, 0 or a negative errno",
         {"map", ARG_CONST_MAP_PTR}, {"index", ARG_ANYTHING})
HELPER(skb_under_cgroup, RET_INTEGER, 0,
         "is the packet's socket in a cgroup of the map, or below it: 1, 0 or a negative errno",
         {"skb", ARG_PTR_TO_CTX}, {"map", ARG_CONST_MAP_PTR}, {"index", ARG_ANYTHING})
HELPER(get_cgroup_classid, RET_INTEGER, 0, "the net_cls class of the task that sends the packet",
       {"skb", ARG_PTR_TO_CTX})
VARIANT(get_cgroup_classid, task, RET_INTEGER, 0, "the net_cls class of the running task")
CONTRACT(skb_cgroup_classid, RET_INTEGER, 0, "the net_cls class of the packet's socket",
         {"skb", ARG_PTR_TO_CTX})
HELPER(skb_cgroup_id, RET_INTEGER, 0, "id of the cgroup of the packet's socket", {"skb", ARG_PTR_TO_CTX})
HELPER(skb_ancestor_cgroup_id, RET_INTEGER, 0,
         "id of the ancestor of that cgroup at some level; level 0 is the root", {"skb", ARG_PTR_TO_CTX},
         {"ancestor_level", ARG_ANYTHING})
HELPER(sk_cgroup_id, RET_INTEGER, 0, "id of a socket's cgroup", {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
HELPER(sk_ancestor_cgroup_id, RET_INTEGER, 0,
         "id of the ancestor of that cgroup at some level; level 0 is the root",
         {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON}, {"ancestor_level", ARG_ANYTHING})

/* control: other programs, loops, what the hook's caller gets */
VM_HELPER(tail_call, RET_VOID, 0,
          "continues with another program of a program array; comes back only when it cannot",
          {"ctx", ARG_PTR_TO_CTX}, {"prog_array_map", ARG_CONST_MAP_PTR}, {"index", ARG_ANYTHING})
VM_HELPER(loop, RET_INTEGER, HELPER_CALLS_BACK,
          "calls a function of the program some number of times, at most 8 million",
          {"nr_loops", ARG_ANYTHING}, {"callback_fn", ARG_PTR_TO_FUNC},
          {"callback_ctx", ARG_PTR_TO_STACK_OR_NULL}, {"flags", ARG_ANYTHING})
HELPER(get_retval, RET_INTEGER, 0, "what the system call at hand will return so far")
HELPER(set_retval, RET_INTEGER, 0, "sets what the system call at hand will return",
         {"retval", ARG_ANYTHING})
