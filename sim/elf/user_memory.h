/*
 * The memory of a simulated user process: what pointers in a bpf() attr point to.
 *
 * Two stretches at addresses that never differ between runs: one page of stack, where an attr lies while its
 * call lasts, and a heap that grows from USER_HEAP and is emptied before each call (a program that frees and
 * allocates gets the same place again). Reads and writes go through user_read and user_write, which have the
 * form of sim_host.copy_in and copy_out without pid.
 */
#ifndef SIM_ELF_USER_MEMORY_H
#define SIM_ELF_USER_MEMORY_H

#include "../sim.h"

#define USER_STACK 0x7ffe1000u /* the attr of each call */
#define USER_STACK_SIZE 4096u
#define USER_HEAP 0x2000u
#define USER_HEAP_MAX (1u << 29) /* bytes */
#define USER_ALIGN 64u           /* each allocation starts at a multiple of it */

struct user_memory {
	u8 stack[USER_STACK_SIZE];
	u8 *heap;
	u64 used, room; /* bytes of the heap: handed out; behind @heap, zero after @used */
};

struct user_memory *user_memory_new(void);
void user_memory_free(struct user_memory *user);

/* Empties heap and stack. */
void user_reset(struct user_memory *user);
/* Zero-filled bytes on the heap: their address, 0 when there is no room. 0 bytes: an address too. */
u64 user_alloc(struct user_memory *user, u64 n);
/* A copy of @n bytes on the heap: its address, 0 when there is no room. */
u64 user_put(struct user_memory *user, const void *src, u64 n);
/* Places an attr on the stack and returns its address. @n <= USER_STACK_SIZE. */
u64 user_put_attr(struct user_memory *user, const void *attr, u64 n);

/* 0, or -EFAULT when a byte lies outside. */
int user_read(const struct user_memory *user, void *dst, u64 uaddr, u64 n);
int user_write(struct user_memory *user, u64 uaddr, const void *src, u64 n);
/* For memory that is known piece by piece: the heap is handed out as far as it takes. 0, or -EFAULT. */
int user_place(struct user_memory *user, u64 uaddr, const void *src, u64 n);
/* Where @n bytes at @uaddr are, until the next allocation; NULL when a byte lies outside. */
const void *user_at(const struct user_memory *user, u64 uaddr, u64 n);

#endif
