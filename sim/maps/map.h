/*
 * Maps: what every map type provides, and what the rest of the kernel may do with a map.
 *
 * Mirrors struct bpf_map and struct bpf_map_ops of include/linux/bpf.h. A map type is one file with one
 * const struct map_ops and one line in table.c; nothing outside asks `if (type == ...)`.
 */
#ifndef SIM_MAPS_MAP_H
#define SIM_MAPS_MAP_H

#include "../mem.h"
#include "../object.h"
#include "../world/task.h"
#include "../world/timer.h"

/* Exactly 6.1's struct bpf_map where programs look (design 0a); what a program's map pointer points to. */
struct bpf_map_layout {
	u64 ops_number;          /*  0: in Linux a pointer; here the type again */
	u64 inner_map_meta;      /*  8: address of the bpf_map_layout of the template, or 0 */
	u64 security;            /* 16 */
	u32 map_type;            /* 24 */
	u32 key_size;            /* 28: bytes */
	u32 value_size;          /* 32: bytes */
	u32 max_entries;         /* 36 */
	u64 map_extra;           /* 40 */
	u32 map_flags;           /* 48 */
	u8 rest[256 - 52];
	u32 elem_size;           /* 256: struct bpf_array: bytes from one value to the next */
	u32 index_mask;          /* 260 */
	u64 owner;               /* 264 */
	u8 value[];              /* 272: array values, or pointers */
};

/* A field of a value that holds a pointer to a kernel object, found by the tag of its type. */
struct btf_kptr {
	u32 off;                 /* in the value */
	u32 btf_id;              /* struct of the kernel's BTF */
	u32 dtor_btf_id;         /* the kernel function that gives the object up; 0 = none */
	bool referenced;         /* "kptr_ref": it owns a reference; "kptr": it does not */
};

#define MAP_MAX_KPTRS 8u         /* BPF_MAP_VALUE_OFF_MAX */

struct map {
	struct obj obj;
	u32 users;               /* references by user space: files and pins (kernel: usercnt) */
	bool frozen;             /* BPF_MAP_FREEZE: no more writes by system calls */
	bool bypass_spec_v1;     /* made by a task with CAP_PERFMON: lookups need no mask against speculation */
	u32 writers;             /* writable mappings of its memory (kernel: writecnt) */
	struct obj *btf;         /* BTF of key and value, or NULL; a reference is held */
	u32 btf_key_type_id, btf_value_type_id, btf_vmlinux_value_type_id;
	s32 spin_lock_off, timer_off;  /* in the value; negative = none, the errno says why */
	u32 nkptrs;
	struct btf_kptr kptr[MAP_MAX_KPTRS]; /* by offset */
	void *family;            /* private to the type's file; allocated and freed by it */
	struct obj *sock_prog[4]; /* SOCKMAP, SOCKHASH: attached to it, by SOCKMAP_* of world/socket.h; a reference each */
	struct bpf_map_layout k; /* last: arrays have their values behind it */
};

static inline struct map *map_of(const struct bpf_map_layout *k)
{
	return container_of(k, struct map, k);
}

/* Traits of a type, for checks that the kernel makes by listing types. */
#define MAP_TRAIT_PERCPU      0x0001  /* user space reads and writes round_up(value_size, 8) * CPUs bytes */
#define MAP_TRAIT_NO_KEY      0x0002  /* queue, stack, bloom: key_size 0 */
#define MAP_TRAIT_FD_VALUE    0x0004  /* user space writes an fd, reads an id */
#define MAP_TRAIT_NET_ADMIN   0x0008  /* MAP_CREATE needs CAP_NET_ADMIN */
#define MAP_TRAIT_BPF         0x0010  /* MAP_CREATE needs CAP_BPF */
#define MAP_TRAIT_ARRAY       0x0020  /* values stand in one row, keys are indexes */
#define MAP_TRAIT_MMAP        0x0040  /* may be BPF_F_MMAPABLE */
#define MAP_TRAIT_DIRECT      0x0080  /* ld_imm64 may point into its value (map_direct_value_addr) */
#define MAP_TRAIT_SPIN_LOCK   0x0100  /* its values may hold a struct bpf_spin_lock */
#define MAP_TRAIT_TIMER       0x0200  /* its values may hold a struct bpf_timer */
#define MAP_TRAIT_OFFLOAD     0x0400  /* may live on a network card (map_ifindex) */
#define MAP_TRAIT_TAKE        0x0800  /* LOOKUP_AND_DELETE_ELEM */
#define MAP_TRAIT_LOOKUP_BATCH 0x1000 /* which of the four batch commands it has */
#define MAP_TRAIT_UPDATE_BATCH 0x2000
#define MAP_TRAIT_DELETE_BATCH 0x4000
#define MAP_TRAIT_TAKE_BATCH   0x8000 /* LOOKUP_AND_DELETE_BATCH */
#define MAP_TRAIT_BATCH        0xf000 /* all four */
#define MAP_TRAIT_VALUE_SOCKET 0x10000   /* what programs find in it are sockets ... */
#define MAP_TRAIT_VALUE_XDP_SOCK 0x20000 /* ... AF_XDP sockets */
#define MAP_TRAIT_NO_BTF      0x40000  /* BTF of key and value is refused */
#define MAP_TRAIT_KEY_STRUCT  0x80000  /* BTF of the key is a struct */
#define MAP_TRAIT_INNER       0x100000 /* its values are maps like the one behind inner_map_fd */
#define MAP_TRAIT_PROG_READS  0x200000 /* programs may only read its values */
#define MAP_TRAIT_EXTRA       0x400000 /* map_extra means something */
#define MAP_TRAIT_NEVER_INNER 0x1000000 /* cannot be a value of a map of maps */
#define MAP_TRAIT_KPTR        0x2000000 /* its values may hold pointers to kernel objects */
#define MAP_TRAIT_SAME_LENGTH 0x4000000 /* inner maps have as many elements as their template */
#define MAP_TRAIT_SLEEPABLE   0x8000000 /* programs that may sleep can use it */
#define MAP_TRAIT_RESERVE     0x10000000 /* programs reserve room in it and fill that */
#define MAP_TRAIT_PEEK_IN     0x20000000 /* a lookup by system call is a question about the value it brings */
#define MAP_TRAIT_VMLINUX_VALUE 0x800000 /* btf_vmlinux_value_type_id means something */

/*
 * Whose fd the key is for user space; the functions of such a type get the address of the owner as the key, 8
 * bytes: of the socket's struct sock, of what stands for the inode, of the struct task.
 */
enum map_key_owner { MAP_KEY_PLAIN, MAP_KEY_SOCKET, MAP_KEY_INODE, MAP_KEY_TASK };

/*
 * Keys and values are kernel memory here, already copied in. The functions return 0 or a negative errno,
 * `lookup` an address or NULL. A NULL function means: this type cannot do it; the caller answers with the
 * one errno that Linux has for that.
 */
struct patch;

/* How far bpf_for_each_map_elem is. All zero at the beginning. */
struct map_walk {
	u32 next;          /* arrays: the next index; hash tables: the next bucket */
	u32 index;         /* arrays: where the key of the element at hand stands */
	void *at;          /* hash tables: the next element of the bucket at hand */
};

/* How the elements are kept: what views draw them by. */
enum map_form {
	MAP_FORM_NONE,
	MAP_FORM_ROW,      /* one behind the other: array.h */
	MAP_FORM_CHAINS,   /* buckets: htab.h */
	MAP_FORM_TRIE,     /* lpm_trie.h */
	MAP_FORM_RECORDS,  /* ringbuf.h */
	MAP_FORM_VALUES,   /* queue_stack.h */
	MAP_FORM_BITS,     /* bloom_filter.h */
	MAP_FORM_OBJECTS,  /* `held` */
	MAP_FORM_PERF,     /* `held`: perf events */
	MAP_FORM_DEVICES,  /* struct bpf_devmap_val */
	MAP_FORM_CPUS,     /* struct bpf_cpumap_val */
	MAP_FORM_OWNERS,   /* local_storage.h */
	MAP_FORM_STACKS,   /* stack_trace.h */
	MAP_FORM_FUNCTIONS, /* struct_ops.h */
	MAP_FORMS
};

/* Where bpf_redirect and bpf_redirect_map lead to. */
enum redirect_kind { REDIRECT_DEVICE, REDIRECT_CPU, REDIRECT_SOCKET };

struct redirect_target {
	u8 kind;                 /* enum redirect_kind */
	u32 number;              /* ifindex, CPU, or the index in the map of the socket */
	struct obj *prog;        /* that sees the frame there; NULL = none. The element holds it */
	struct obj *socket;
};

struct map_ops {
	const char *name;        /* as bpftool writes it: "hash" */
	const char *doc;         /* what for, in one line */
	/* The rest of the story, each a sentence or more; NULL: not written. */
	const char *when;        /* when to take it, and when another one */
	const char *what;        /* what its keys and values are */
	const char *kept;        /* how the kernel keeps the elements */
	const char *cost;        /* of each operation */
	const char *example;     /* a command line that shows one at work */
	u8 form;                 /* enum map_form */
	u32 flags_ok;            /* map_flags that MAP_CREATE accepts */
	u32 traits;              /* MAP_TRAIT_* */
	u8 key_owner;            /* enum map_key_owner */
	u8 value_kind;           /* MAP_TRAIT_FD_VALUE: the enum obj_kind of its values */
	const u16 *helpers;      /* ids of the helpers that may be called on it, 0 at the end */
	/*
	 * MAP_CREATE by @task: attribute checks (kernel: map_alloc_check), then the bytes of struct map in
	 * all, or -errno
	 */
	int (*check)(struct sim *sim, const union bpf_attr *attr, const struct task *task);
	s64 (*struct_size)(struct sim *sim, const union bpf_attr *attr, const struct task *task);
	int (*init)(struct sim *sim, struct map *map, const union bpf_attr *attr);
	void (*fini)(struct sim *sim, struct map *map);
	void *(*lookup)(struct sim *sim, struct map *map, const void *key);
	/* A lookup written out, for translated programs (map_gen_lookup); false: this map has none. NULL: the type has none. */
	bool (*inline_lookup)(const struct map *map, struct patch *out);
	/* MAP_TRAIT_PERCPU: the value of that CPU; `lookup` and `update` mean the CPU that the program runs on. */
	void *(*lookup_on)(struct sim *sim, struct map *map, const void *key, u32 cpu);
	/*
	 * For types where it matters that a program has looked something up: the same for system calls and
	 * views, which leave no trace.
	 */
	void *(*look)(struct sim *sim, struct map *map, const void *key, u32 cpu);
	int (*update)(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags);
	int (*remove)(struct sim *sim, struct map *map, const void *key);
	/* @key NULL or not found: the first key. -ENOENT at the end. */
	int (*next_key)(struct sim *sim, struct map *map, const void *key, void *next);
	/*
	 * Maps of objects, for system calls; programs have `lookup`, if at all. `may_set` is asked before
	 * the fd is looked at; `set_obj` takes a reference. A map that user space has no fd and no pin of
	 * any more may let its objects go (`no_users`).
	 */
	int (*may_set)(struct sim *sim, struct map *map, const void *key, u64 flags);
	int (*set_obj)(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags);
	/* `set_obj` was done by a system call on this file of the map; and when the file is closed for the last time */
	void (*set_by)(struct map *map, const void *key, const struct file *file);
	void (*file_closed)(struct sim *sim, struct map *map, const struct file *file);
	struct obj *(*get_obj)(struct sim *sim, struct map *map, const void *key);
	/* The same for views, of types where user space reads something else. */
	struct obj *(*held)(struct sim *sim, struct map *map, const void *key);
	void (*no_users)(struct sim *sim, struct map *map);
	/*
	 * Maps whose values may name a program by its fd, in their second four bytes: `may_put` looks at all the
	 * rest; then the fd is resolved, and `put` gets the program, or NULL for none, and takes a reference.
	 */
	u8 prog_attach;          /* the expected_attach_type that such a program has */
	int bad_prog;            /* what UPDATE_ELEM says when it is another one */
	int (*may_put)(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags);
	int (*put)(struct sim *sim, struct map *map, const void *key, const void *value, struct obj *prog);
	/* Values that a run of a program has for itself (get_local_storage): which of world.run_storage, and making one. */
	u8 run_storage;
	/* The value for programs of an attach type at a cgroup, for each CPU one in maps that are so; NULL: no memory. */
	void *(*cgroup_value)(struct sim *sim, struct map *map, u64 cgroup, u32 attach_type);
	void *(*run_value_new)(struct sim *sim, struct map *map);
	void (*run_value_free)(struct sim *sim, void *value);
	/* Something that values belong to, or are, is going away: a socket (its struct sock), a task. */
	void (*forget)(struct sim *sim, struct map *map, const void *owner);
	/* @to is a copy of @from, which is a socket: what becomes of the value? NULL: nothing. */
	void (*clone)(struct sim *sim, struct map *map, const void *from, const void *to);
	/*
	 * bpf_redirect_map: the flags it knows beyond the action to take on failure; and is there a target at
	 * @index? Then *out is that.
	 */
	u64 redirect_flags;
	bool (*redirect)(struct sim *sim, struct map *map, u32 index, struct redirect_target *out);
	/*
	 * LOOKUP_ELEM of types whose elements user space sees in another way than programs: fills @value, or
	 * -errno. Such a type has elements, even if all that it says is no.
	 */
	int (*sys_lookup)(struct sim *sim, struct map *map, const void *key, void *value);
	/*
	 * mmap(2) of one page, @page pages into what may be mapped: the page, or NULL with *err = -EPERM (not
	 * for writing), -EINVAL (there is none).
	 */
	void *(*mmap)(struct sim *sim, struct map *map, u64 page, bool write, int *err);
	int (*push)(struct sim *sim, struct map *map, const void *value, u64 flags);
	int (*pop)(struct sim *sim, struct map *map, void *value);
	int (*peek)(struct sim *sim, struct map *map, void *value);
	/*
	 * Hash tables, for the batch commands, which go bucket by bucket: the number of buckets, and the
	 * element after the one with @key in @bucket (@key NULL: the first): the address of its key, or NULL
	 * after the last. A @key is one that it has returned.
	 */
	u32 (*buckets)(const struct map *map);
	void *(*bucket_next)(const struct map *map, u32 bucket, const void *key);
	/*
	 * The next element for bpf_for_each_map_elem: fills the addresses of its key, perhaps in @walk, and of
	 * the value on the running CPU. False: that was the last.
	 */
	bool (*each)(struct sim *sim, struct map *map, struct map_walk *walk, const void **key, void **value);
	/* Which element does @addr, in a @block owned by @map, belong to? Fills base, size and key. */
	bool (*locate)(const struct map *map, const struct arena_block *block, u64 addr, struct region *region);
};

/* By BPF_MAP_TYPE_*; NULL for types that are not there. */
extern const struct map_ops *const map_types[];
extern const u32 map_types_count;
/*
 * The name of a type of Linux 6.1, whether simulated or not ("percpu_hash"); NULL when 6.1 has no such
 * type.
 */
const char *map_type_name(u32 type);
/* The kernel's function that does what the helper with this id does, with maps of this type; NULL: none. */
const char *map_function_name(u32 map_type, u32 helper);

static inline const struct map_ops *map_ops(const struct map *map)
{
	return map_types[map->k.map_type];
}

/*
 * A new map with one reference (kernel reference and user reference both 1), not yet published. The type is
 * there, and its `check` has accepted @attr. 0 and *out, or -errno with the sentence.
 */
int map_new(struct sim *sim, const union bpf_attr *attr, const struct task *task, struct map **out);
extern const struct obj_ops map_obj_ops;

/* @outer's values are maps like @inner (bpf_map_meta_alloc). 0, -EINVAL, -ENOTSUPP, -ENOMEM. */
int map_set_inner(struct sim *sim, struct map *outer, const struct map *inner);
/* Sentence and errno (-ENOTSUPP) for types that can only be made. */
int map_no_elements(struct sim *sim, const struct map *map);

/* Has the type elements, which system calls can reach? */
static inline bool map_has_elements(const struct map *map)
{
	return map_ops(map)->lookup || map_ops(map)->get_obj || map_ops(map)->push || map_ops(map)->sys_lookup;
}

/* @owner is going away: no map that has a place for it keeps anything. */
void map_forget(struct sim *sim, const void *owner);
/* A connection @to has come to the listening socket @from (bpf_sk_storage_clone). */
void map_clone_sock(struct sim *sim, const void *from, const void *to);

/* What is there under the key on a CPU; leaves no trace. */
void *map_look(struct sim *sim, struct map *map, const void *key, u32 cpu);

/* lookup, update and remove of the type, told as events; map_lookup_sys: by a system call. */
void *map_lookup(struct sim *sim, struct map *map, const void *key);
void *map_lookup_sys(struct sim *sim, struct map *map, const void *key);
int map_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags);
int map_remove(struct sim *sim, struct map *map, const void *key);

/*
 * What types have in common in MAP_CREATE: flags that the type knows and that do not exclude each other. 0
 * or -EINVAL.
 */
int map_check_flags(struct sim *sim, const struct map_ops *ops, u32 flags);
/* BPF_ANY, BPF_NOEXIST or BPF_EXIST, with BPF_F_LOCK or without: 0 or -EINVAL. */
int map_check_update_flags(struct sim *sim, u64 flags);
/* BPF_F_LOCK is for maps whose values have a lock: 0 or -EINVAL. */
int map_check_lock(struct sim *sim, const struct map *map, u64 flags);
/* Is the lock in the value of @key free? False: it is lock_wanted. True when there is no lock, or no such key. */
bool map_lock_is_free(struct sim *sim, struct map *map, const void *key);

/* Bytes of a value as user space passes it (per-CPU maps: all CPUs). */
u64 map_user_value_size(const struct sim *sim, const struct map *map);
/* memcpy, without the call for the sizes that keys and values mostly have. */
static inline void copy_small(void *dst, const void *src, u32 size)
{
	if (size == 8)
		memcpy(dst, src, 8);
	else if (size == 4)
		memcpy(dst, src, 4);
	else
		memcpy(dst, src, size);
}

/* Copies a value except its bpf_spin_lock, bpf_timer and kptrs, which stay as they are in @dst. */
void map_copy_around(const struct map *map, void *dst, const void *src);

/* Are values nothing but bytes? */
static inline bool map_value_is_plain(const struct map *map)
{
	return (map->spin_lock_off & map->timer_off) < 0 && !map->nkptrs;
}

static inline void map_copy_value(const struct map *map, void *dst, const void *src)
{
	if (__builtin_expect(map_value_is_plain(map), true))
		copy_small(dst, src, map->k.value_size);
	else
		map_copy_around(map, dst, src);
}

/* A value goes: what its kptrs own is given up, and its timer. */
void map_free_kptrs(struct sim *sim, const struct map *map, void *value);

static inline void map_free_fields(struct sim *sim, const struct map *map, void *value)
{
	if (map->timer_off >= 0)
		timer_free(sim, (u64)value + map->timer_off);
	if (map->nkptrs)
		map_free_kptrs(sim, map, value);
}

/* Zeroes these fields: user space never sees what is in them. */
void map_hide_fields(const struct map *map, void *value);

/* Memory for elements: zero, or NULL when there is not so much in one piece. */
#define MAP_AREA_MAX (1ull << 30)
void *map_area(struct sim *sim, u64 size, enum arena_tag tag, struct map *map);

/*
 * The map value or struct bpf_map that @addr lies in or next to (same block); false when no map's memory is
 * there.
 */
bool map_locate(const struct sim *sim, u64 addr, struct region *region);

#endif
