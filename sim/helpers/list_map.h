/* Maps and what lies in them: elements, locks, timers, storage, ring buffers, dynptrs. */

/* elements */
HELPER(map_lookup_elem, RET_PTR_TO_MAP_VALUE_OR_NULL, HELPER_PKT_ACCESS,
       "finds the value of a key; NULL when the map has none", {"map", ARG_CONST_MAP_PTR},
       {"key", ARG_PTR_TO_MAP_KEY})
HELPER(map_update_elem, RET_INTEGER, HELPER_PKT_ACCESS, "writes the value of a key; 0 or a negative errno",
       {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY}, {"value", ARG_PTR_TO_MAP_VALUE},
       {"flags", ARG_ANYTHING})
HELPER(map_delete_elem, RET_INTEGER, HELPER_PKT_ACCESS, "removes a key; 0 or a negative errno",
       {"map", ARG_CONST_MAP_PTR}, {"key", ARG_PTR_TO_MAP_KEY})
HELPER(map_push_elem, RET_INTEGER, HELPER_PKT_ACCESS, "adds a value to a queue, stack or bloom filter",
       {"map", ARG_CONST_MAP_PTR}, {"value", ARG_PTR_TO_MAP_VALUE}, {"flags", ARG_ANYTHING})
HELPER(map_pop_elem, RET_INTEGER, 0, "takes the next value out of a queue or stack",
       {"map", ARG_CONST_MAP_PTR}, {"value", ARG_PTR_TO_UNINIT_MAP_VALUE})
HELPER(map_peek_elem, RET_INTEGER, 0, "copies the next value of a queue or stack and leaves it there",
       {"map", ARG_CONST_MAP_PTR}, {"value", ARG_PTR_TO_UNINIT_MAP_VALUE})
HELPER(map_lookup_percpu_elem, RET_PTR_TO_MAP_VALUE_OR_NULL, HELPER_PKT_ACCESS,
         "finds the value that a key has on one CPU; NULL when the map has none", {"map", ARG_CONST_MAP_PTR},
         {"key", ARG_PTR_TO_MAP_KEY}, {"cpu", ARG_ANYTHING})
VM_HELPER(for_each_map_elem, RET_INTEGER, HELPER_CALLS_BACK,
         "calls a function of the program for each element of a map; returns how many it has seen",
         {"map", ARG_CONST_MAP_PTR}, {"callback_fn", ARG_PTR_TO_FUNC},
         {"callback_ctx", ARG_PTR_TO_STACK_OR_NULL}, {"flags", ARG_ANYTHING})

/* locks, timers, pointers to kernel objects in a map value */
HELPER(spin_lock, RET_VOID, 0, "takes the lock in a map value", {"lock", ARG_PTR_TO_SPIN_LOCK})
HELPER(spin_unlock, RET_VOID, 0, "gives the lock in a map value back", {"lock", ARG_PTR_TO_SPIN_LOCK})
HELPER(timer_init, RET_INTEGER, HELPER_GPL, "makes a timer in a map value ready; the map keeps it",
         {"timer", ARG_PTR_TO_TIMER}, {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING})
HELPER(timer_set_callback, RET_INTEGER, HELPER_GPL | HELPER_CALLS_BACK,
         "says which function of the program a timer calls", {"timer", ARG_PTR_TO_TIMER},
         {"callback_fn", ARG_PTR_TO_FUNC})
HELPER(timer_start, RET_INTEGER, HELPER_GPL, "starts a timer, or starts it anew; the time is in ns",
         {"timer", ARG_PTR_TO_TIMER}, {"nsecs", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(timer_cancel, RET_INTEGER, HELPER_GPL, "stops a timer and waits until its function has ended",
         {"timer", ARG_PTR_TO_TIMER})
HELPER(kptr_xchg, RET_PTR_TO_BTF_ID_OR_NULL, HELPER_ACQUIRES,
         "puts a pointer to a kernel object into a map value and takes the old one out",
         {"map_value", ARG_PTR_TO_KPTR}, {"ptr", ARG_PTR_TO_BTF_ID_OR_NULL | OBJ_RELEASE})

/* storage that belongs to an object and goes with it */
HELPER(get_local_storage, RET_PTR_TO_MAP_VALUE, 0, "the memory that a map keeps for the cgroup at hand",
         {"map", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING})
HELPER(sk_storage_get, RET_PTR_TO_MAP_VALUE_OR_NULL, 0,
         "the value that belongs to a socket; made when asked for", {"map", ARG_CONST_MAP_PTR},
         {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON}, {"value", ARG_PTR_TO_MAP_VALUE_OR_NULL},
         {"flags", ARG_ANYTHING})
VARIANT(sk_storage_get, ctx, RET_PTR_TO_MAP_VALUE_OR_NULL, 0,
        "the value that belongs to a socket; made when asked for", {"map", ARG_CONST_MAP_PTR},
        {"ctx", ARG_PTR_TO_CTX}, {"value", ARG_PTR_TO_MAP_VALUE_OR_NULL}, {"flags", ARG_ANYTHING})
VARIANT(sk_storage_get, tracing, RET_PTR_TO_MAP_VALUE_OR_NULL, HELPER_ALLOWED_SK_STORAGE,
        "the value that belongs to a socket; made when asked for", {"map", ARG_CONST_MAP_PTR},
        {"sk", ARG_PTR_TO_BTF_ID, .btf = "sock_common"}, {"value", ARG_PTR_TO_MAP_VALUE_OR_NULL},
        {"flags", ARG_ANYTHING})
HELPER(sk_storage_delete, RET_INTEGER, 0, "removes the value that belongs to a socket",
         {"map", ARG_CONST_MAP_PTR}, {"sk", ARG_PTR_TO_BTF_ID_SOCK_COMMON})
VARIANT(sk_storage_delete, tracing, RET_INTEGER, HELPER_ALLOWED_SK_STORAGE,
        "removes the value that belongs to a socket", {"map", ARG_CONST_MAP_PTR},
        {"sk", ARG_PTR_TO_BTF_ID, .btf = "sock_common"})
HELPER(inode_storage_get, RET_PTR_TO_MAP_VALUE_OR_NULL, 0,
         "the value that belongs to an inode; made when asked for", {"map", ARG_CONST_MAP_PTR},
         {"inode", ARG_PTR_TO_BTF_ID, .btf = "inode"}, {"value", ARG_PTR_TO_MAP_VALUE_OR_NULL},
         {"flags", ARG_ANYTHING})
HELPER(inode_storage_delete, RET_INTEGER, 0, "removes the value that belongs to an inode",
         {"map", ARG_CONST_MAP_PTR}, {"inode", ARG_PTR_TO_BTF_ID, .btf = "inode"})
HELPER(task_storage_get, RET_PTR_TO_MAP_VALUE_OR_NULL, 0,
         "the value that belongs to a task; made when asked for", {"map", ARG_CONST_MAP_PTR},
         {"task", ARG_PTR_TO_BTF_ID, .btf = "task_struct"}, {"value", ARG_PTR_TO_MAP_VALUE_OR_NULL},
         {"flags", ARG_ANYTHING})
HELPER(task_storage_delete, RET_INTEGER, 0, "removes the value that belongs to a task",
         {"map", ARG_CONST_MAP_PTR}, {"task", ARG_PTR_TO_BTF_ID, .btf = "task_struct"})

/* ring buffers */
HELPER(ringbuf_output, RET_INTEGER, 0, "copies a record into a ring buffer",
         {"ringbuf", ARG_CONST_MAP_PTR}, {"data", ARG_PTR_TO_RDONLY_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO},
         {"flags", ARG_ANYTHING})
HELPER(ringbuf_reserve, RET_PTR_TO_ALLOC_MEM_OR_NULL, HELPER_ACQUIRES,
         "room for a record in a ring buffer, to be filled and submitted; NULL when it is full",
         {"ringbuf", ARG_CONST_MAP_PTR}, {"size", ARG_CONST_ALLOC_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING})
HELPER(ringbuf_submit, RET_VOID, 0, "hands a reserved record over to user space",
         {"data", ARG_PTR_TO_ALLOC_MEM | OBJ_RELEASE}, {"flags", ARG_ANYTHING})
HELPER(ringbuf_discard, RET_VOID, 0, "gives a reserved record back: user space skips it",
         {"data", ARG_PTR_TO_ALLOC_MEM | OBJ_RELEASE}, {"flags", ARG_ANYTHING})
HELPER(ringbuf_query, RET_INTEGER, 0, "how full a ring buffer is, its size, or how far both sides are",
         {"ringbuf", ARG_CONST_MAP_PTR}, {"flags", ARG_ANYTHING})
HELPER(ringbuf_reserve_dynptr, RET_INTEGER, 0, "room for a record whose size is known only at run time",
         {"ringbuf", ARG_CONST_MAP_PTR}, {"size", ARG_ANYTHING}, {"flags", ARG_ANYTHING},
         {"ptr", ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | MEM_UNINIT | MEM_WRITE})
HELPER(ringbuf_submit_dynptr, RET_VOID, 0, "hands such a record over to user space",
         {"ptr", ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | OBJ_RELEASE}, {"flags", ARG_ANYTHING})
HELPER(ringbuf_discard_dynptr, RET_VOID, 0, "gives such a record back",
         {"ptr", ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | OBJ_RELEASE}, {"flags", ARG_ANYTHING})
VM_HELPER(user_ringbuf_drain, RET_INTEGER, HELPER_CALLS_BACK,
         "calls a function of the program for each record that user space has written",
         {"map", ARG_CONST_MAP_PTR}, {"callback_fn", ARG_PTR_TO_FUNC}, {"ctx", ARG_PTR_TO_STACK_OR_NULL},
         {"flags", ARG_ANYTHING})

/* memory whose size is known only at run time */
HELPER(dynptr_from_mem, RET_INTEGER, 0, "wraps memory of a map value together with its size",
         {"data", ARG_PTR_TO_UNINIT_MEM}, {"size", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING},
         {"ptr", ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_LOCAL | MEM_UNINIT | MEM_WRITE})
HELPER(dynptr_read, RET_INTEGER, 0, "copies out of it; -E2BIG when that would leave it",
         {"dst", ARG_PTR_TO_UNINIT_MEM}, {"len", ARG_CONST_SIZE_OR_ZERO}, {"src", ARG_PTR_TO_DYNPTR},
         {"offset", ARG_ANYTHING}, {"flags", ARG_ANYTHING})
HELPER(dynptr_write, RET_INTEGER, 0, "copies into it; -E2BIG when that would leave it",
         {"dst", ARG_PTR_TO_DYNPTR}, {"offset", ARG_ANYTHING}, {"src", ARG_PTR_TO_RDONLY_MEM},
         {"len", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING})
HELPER(dynptr_data, RET_PTR_TO_DYNPTR_MEM_OR_NULL, HELPER_DYNPTR_REF,
         "a pointer to some constant number of bytes of it; NULL when it is shorter",
         {"ptr", ARG_PTR_TO_DYNPTR}, {"offset", ARG_ANYTHING}, {"len", ARG_CONST_ALLOC_SIZE_OR_ZERO})
