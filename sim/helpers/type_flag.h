/*
 * Modifiers that are or-ed to register, argument and return types (enum bpf_type_flag of
 * include/linux/bpf.h).
 */
#ifndef SIM_HELPERS_TYPE_FLAG_H
#define SIM_HELPERS_TYPE_FLAG_H

#define TYPE_BASE_MASK 0xffu

enum type_flag {
	PTR_MAYBE_NULL = 1 << 8,
	MEM_RDONLY = 1 << 9,           /* may only be read; arguments: read-only memory is fine */
	/* from an allocating helper (ringbuf_reserve): not like other memory */
	MEM_ALLOC = 1 << 10,
	MEM_USER = 1 << 11,            /* in user space */
	MEM_PERCPU = 1 << 12,
	OBJ_RELEASE = 1 << 13,         /* argument: the helper gives the reference up */
	PTR_UNTRUSTED = 1 << 14,       /* may be dead: reads only through the exception table */
	MEM_UNINIT = 1 << 15,          /* argument: need not be initialised, the helper writes it */
	DYNPTR_TYPE_LOCAL = 1 << 16,
	DYNPTR_TYPE_RINGBUF = 1 << 17,
	MEM_FIXED_SIZE = 1 << 18,      /* argument: its size is in the contract */
	MEM_ALIGNED = 1 << 19,         /* argument: must be aligned */
	MEM_WRITE = 1 << 20,           /* argument: the helper writes it */
};

#endif
