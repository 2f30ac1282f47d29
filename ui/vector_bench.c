/* The owner of the simulated kernel that vectors are done on, and its calls: see vector_bench.h. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "../sim/elf/vmlinux.h"
#include "../sim/native/native.h"
#include "vector_bench.h"

#define LOADER 100u              /* the task that sim_new makes, root */

/* --- the owner of the simulation --- */

static void *bench_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void bench_dealloc(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static int bench_in(void *ctx, u32 pid, void *dst, u64 uaddr, u64 n)
{
	(void)pid;
	return user_read(((struct vector_bench *)ctx)->user, dst, uaddr, n);
}

static int bench_out(void *ctx, u32 pid, u64 uaddr, const void *src, u64 n)
{
	(void)pid;
	return user_write(((struct vector_bench *)ctx)->user, uaddr, src, n);
}

static s64 bench_packet(void *ctx, u32 capture, u64 index, u8 *buf, u64 cap)
{
	(void)ctx, (void)capture, (void)index, (void)buf, (void)cap;
	return -ENOENT;
}

static u64 bench_clock(void *ctx)
{
	struct timespec now;

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

struct vector_bench *vector_bench_new(void)
{
	struct vector_bench *bench = calloc(1, sizeof(*bench));
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
	void *mem = mmap((void *)ARENA_BASE, ARENA_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);
	struct why why;

	if (!bench || mem != (void *)ARENA_BASE) {
		perror("bpfwalk: no memory for the simulated kernel");
		free(bench);
		return NULL;
	}
	bench->user = user_memory_new();
	bench->vectors = "";
	bench->host = (struct sim_host){
		.ctx = bench,
		.arena_mem = mem,
		.alloc = bench_alloc,
		.free = bench_dealloc,
		.copy_in = bench_in,
		.copy_out = bench_out,
		.packet = bench_packet,
		.clock_ns = bench_clock,
		.vmlinux = vmlinux_types(&why),
	};
	return bench;
}

int vector_bench_engine(struct vector_bench *bench, enum vector_engine engine, struct why *why)
{
	static const u8 engines[] = {
		[VECTOR_INTERPRETER] = ENGINE_TRANSLATED, [VECTOR_JIT] = ENGINE_MACHINE_CODE,
		[VECTOR_LOCKSTEP] = ENGINE_MACHINE_CODE,  [VECTOR_AS_WRITTEN] = ENGINE_AS_WRITTEN,
	};

	bench->engine = engines[engine];
	bench->host.exec = engine == VECTOR_LOCKSTEP ? native_lockstep_ops() : native_ops();
	if (bench->engine != ENGINE_MACHINE_CODE || bench->host.exec)
		return 0;
	return sim_fail(why, -EOPNOTSUPP, "machine code cannot be run here: that takes Linux on x86-64");
}

void vector_bench_file(struct vector_bench *bench, const char *path)
{
	bench->vectors = path;
}

void vector_bench_free(struct vector_bench *bench)
{
	munmap(bench->host.arena_mem, ARENA_SIZE);
	user_memory_free(bench->user);
	free(bench);
}

/* A machine that has just booted. Dropping the pages zeroes them; only those that were used cost anything. */
bool bench_boot(struct vector_bench *bench)
{
	bench->pid = LOADER;
	bench->nmaps = 0;
	bench->btf_fd = 0;
	bench->why = (struct why){0};
	bench->sim = sim_new(&bench->host);
	if (!bench->sim)
		return false;
	if (bench->unprivileged)
		sim_sysctl(bench->sim, "kernel.unprivileged_bpf_disabled", 0);
	if (bench->engine && sim_sysctl(bench->sim, "bpfwalk.engine", bench->engine))
		bench->why = bench->sim->why;
	return true;
}

void bench_shut_down(struct vector_bench *bench)
{
	sim_delete(bench->sim);
	bench->sim = NULL;
	madvise(bench->host.arena_mem, ARENA_SIZE, MADV_DONTNEED);
}

/* --- calls --- */

s64 bench_bpf(struct vector_bench *bench, int cmd, union bpf_attr *attr)
{
	u64 uattr = user_put_attr(bench->user, attr, sizeof(*attr));
	s64 ret = sim_bpf(bench->sim, bench->pid, cmd, uattr, sizeof(*attr));

	user_read(bench->user, attr, uattr, sizeof(*attr));
	if (ret < 0 && !bench->why.err)
		bench->why = bench->sim->why;
	return ret;
}

/* The same, if asked for by a task that has put its capabilities aside for this call (capset(2)), as the
 * recorder did. */
s64 bench_bpf_without_rights(struct vector_bench *bench, u32 cmd, union bpf_attr *attr)
{
	struct task *task = task_by_pid(bench->sim, bench->pid);
	u64 caps = task->caps;
	s64 ret;

	if (bench->unprivileged)
		task->caps = 0;
	ret = bench_bpf(bench, cmd, attr);
	task->caps = caps;
	return ret;
}

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of a hex text, to be freed; stops at what is no hex. NULL: none. */
u8 *hex_bytes(const char *hex, u32 *len)
{
	u8 *bytes = malloc((hex ? strlen(hex) : 0) / 2 + 8);

	*len = 0;
	while (hex && bytes && nibble(hex[0]) >= 0 && nibble(hex[1]) >= 0) {
		bytes[(*len)++] = nibble(hex[0]) << 4 | nibble(hex[1]);
		hex += 2;
	}
	return bytes;
}

json_t *hex_text(const u8 *bytes, u32 len)
{
	char *hex = malloc(2 * (size_t)len + 1);
	json_t *text;

	for (u32 i = 0; hex && i < len; i++)
		sprintf(hex + 2 * i, "%02x", bytes[i]);
	text = json_stringn(hex, 2 * (size_t)len);
	free(hex);
	return text;
}

/* Hex text as bytes in user memory: their address. */
u64 bench_put_hex(struct vector_bench *bench, const char *hex, u32 *len)
{
	u8 *bytes = hex_bytes(hex, len);
	u64 addr = user_put(bench->user, bytes, *len);

	free(bytes);
	return addr;
}
