/* An owner of a simulation: see host.h. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

static void *host_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void host_free(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

/* The kernel copies, so that an address that is not mapped is an error and not a signal. */
static int host_copy_in(void *ctx, u32 pid, void *dst, u64 uaddr, u64 n)
{
	struct iovec to = {dst, n}, from = {(void *)uaddr, n};

	(void)ctx, (void)pid;
	return n && process_vm_readv(getpid(), &to, 1, &from, 1, 0) != (ssize_t)n ? -EFAULT : 0;
}

static int host_copy_out(void *ctx, u32 pid, u64 uaddr, const void *src, u64 n)
{
	struct iovec from = {(void *)src, n}, to = {(void *)uaddr, n};

	(void)ctx, (void)pid;
	return n && process_vm_writev(getpid(), &from, 1, &to, 1, 0) != (ssize_t)n ? -EFAULT : 0;
}

static s64 host_packet(void *ctx, u32 capture, u64 index, u8 *buf, u64 cap)
{
	(void)ctx, (void)capture, (void)index, (void)buf, (void)cap;
	return -ENOENT;
}

static u64 host_clock(void *ctx)
{
	struct timespec now;

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

struct sim_host *host_new(void)
{
	struct sim_host *host = calloc(1, sizeof(*host));
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
	void *mem = mmap((void *)ARENA_BASE, ARENA_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (!host || mem != (void *)ARENA_BASE) {
		perror("the arena cannot be mapped");
		exit(2);
	}
	*host = (struct sim_host){
		.arena_mem = mem,
		.alloc = host_alloc,
		.free = host_free,
		.copy_in = host_copy_in,
		.copy_out = host_copy_out,
		.packet = host_packet,
		.clock_ns = host_clock,
	};
	return host;
}

void host_delete(struct sim_host *host)
{
	munmap(host->arena_mem, ARENA_SIZE);
	free(host);
}
