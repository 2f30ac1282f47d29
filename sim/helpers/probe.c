/*
 * Helpers that read memory at any address. Mirrors kernel/trace/bpf_trace.c, bpf_probe_read_*_common, and
 * mm/maccess.c: what cannot be read is -EFAULT, and the buffer is zeroed.
 *
 * User memory is that of the task that runs (world/user_memory.h); bpf_probe_read takes an address below the
 * kernel's for one of user space, as 6.1 on x86 does.
 */
#include "../world/happening.h"
#include "../world/world.h"
#include "helper.h"

static bool is_kernel(u64 addr)
{
	return addr >= ARENA_BASE && addr < ARENA_BASE + ARENA_SIZE;
}

static u64 done(void *dst, u32 size, int err)
{
	if (err)
		memset(dst, 0, size);
	return (s64)err;
}

static u64 done_string(void *dst, u32 size, s64 len)
{
	if (len < 0)
		memset(dst, 0, size);
	return len;
}

static u64 read_kernel(struct sim *sim, u64 dst, u32 size, u64 from)
{
	return done((void *)dst, size, mem_read(sim, (void *)dst, from, size));
}

static u64 read_user(struct sim *sim, u64 dst, u32 size, u64 from)
{
	return done((void *)dst, size, user_read_bytes(sim, sim->clock->pid, (void *)dst, from, size));
}

static u64 read_kernel_string(struct sim *sim, u64 dst, u32 size, u64 from)
{
	return size ? done_string((void *)dst, size, mem_read_string(sim, (char *)dst, from, size)) : 0;
}

static u64 read_user_string(struct sim *sim, u64 dst, u32 size, u64 from)
{
	return size ? done_string((void *)dst, size,
				  user_read_string(sim, sim->clock->pid, (char *)dst, from, size))
		    : 0;
}

HELPER_FN(probe_read_kernel)
{
	UNUSED_ARGS();
	return read_kernel(sim, r1, r2, r3);
}

HELPER_FN(probe_read_kernel_str)
{
	UNUSED_ARGS();
	return read_kernel_string(sim, r1, r2, r3);
}

HELPER_FN(probe_read_user)
{
	UNUSED_ARGS();
	return read_user(sim, r1, r2, r3);
}

HELPER_FN(probe_read_user_str)
{
	UNUSED_ARGS();
	return read_user_string(sim, r1, r2, r3);
}

HELPER_FN(copy_from_user)
{
	UNUSED_ARGS();
	return read_user(sim, r1, r2, r3);
}

/* Another task's memory; -EFAULT and zeroes when not all of it is there. */
HELPER_FN(copy_from_user_task)
{
	UNUSED_ARGS();
	if (r5)
		return -EINVAL;
	return done((void *)r1, r2, user_read_bytes(sim, ((const struct k_task_struct *)r4)->tgid, (void *)r1, r3, (u32)r2));
}

/* Kernel threads, here the idle task, have no memory of a user. */
HELPER_FN(probe_write_user)
{
	UNUSED_ARGS();
	if (!sim->clock->pid)
		return -EPERM;
	return user_write_bytes(sim, sim->clock->pid, r1, (const void *)r2, (u32)r3);
}

HELPER_FN(probe_read)
{
	UNUSED_ARGS();
	return is_kernel(r3) ? read_kernel(sim, r1, r2, r3) : read_user(sim, r1, r2, r3);
}

HELPER_FN(probe_read_str)
{
	UNUSED_ARGS();
	return is_kernel(r3) ? read_kernel_string(sim, r1, r2, r3) : read_user_string(sim, r1, r2, r3);
}
