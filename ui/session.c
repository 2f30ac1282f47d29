/* Sessions: see session.h. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "../sim/elf/vmlinux.h"
#include "../sim/native/native.h"
#include "guard.h"
#include "scenario.h"
#include "session.h"

#define NOBODY 65534  /* uid */

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

/* Only the loader has memory. */
static int host_copy_in(void *ctx, u32 pid, void *dst, u64 uaddr, u64 n)
{
	struct session *s = ctx;

	return pid == s->pid ? user_read(s->user, dst, uaddr, n) : -EFAULT;
}

static int host_copy_out(void *ctx, u32 pid, u64 uaddr, const void *src, u64 n)
{
	struct session *s = ctx;

	if (pid != s->pid)
		return -EFAULT;
	return s->call_forked ? 0 : user_write(s->user, uaddr, src, n);
}

static void host_copied(void *ctx, u32 pid, u64 uaddr, const void *bytes, u64 n)
{
	struct session *s = ctx;

	if (s->remembers && pid == s->pid)
		user_place(s->user, uaddr, bytes, n);
}

static s64 host_packet(void *ctx, u32 capture, u64 index, u8 *buf, u64 cap)
{
	struct session *s = ctx;
	u64 len;

	if (capture >= s->captures || index >= s->capture[capture].count)
		return -ENOENT;
	len = s->capture[capture].packet[index].len;
	memcpy(buf, capture_data(&s->capture[capture], index), min_u64(len, cap));
	return len;
}

static void host_event(void *ctx, const struct event *event)
{
	struct session *s = ctx;

	s->listen(s->listen_ctx, event);
}

static u64 host_clock(void *ctx)
{
	struct timespec now;

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void *map_arena(void)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
	void *mem = mmap((void *)ARENA_BASE, ARENA_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);

	return mem == (void *)ARENA_BASE ? mem : NULL;
}

int session_open(struct session *s, struct why *why)
{
	*s = (struct session){.pid = 100};
	s->host = (struct sim_host){
		.ctx = s,
		.arena_mem = map_arena(),
		.alloc = host_alloc,
		.free = host_free,
		.copy_in = host_copy_in,
		.copy_out = host_copy_out,
		.copied = host_copied,
		.packet = host_packet,
		.event = host_event,
		.clock_ns = host_clock,
		.guard = guard_run,
		.vmlinux = vmlinux_types(why),
		.exec = native_ops(),
		.ncpus = SESSION_CPUS,
	};
	if (!s->host.arena_mem)
		return sim_fail(
			why, -ENOMEM,
			"no memory for the simulated machine: %llu GB of address space at 0x%llx are needed "
			"(they are reserved, not used)",
			ARENA_SIZE >> 30, ARENA_BASE);
	s->user = user_memory_new();
	guard_catch_signals();
	s->sim = s->user ? sim_new(&s->host) : NULL;
	if (s->sim)
		return 0;
	session_close(s);
	return sim_fail(why, -ENOMEM, "no memory to boot the simulated machine");
}

void session_close(struct session *s)
{
	if (s->sim)
		sim_delete(s->sim);
	if (s->user)
		user_memory_free(s->user);
	if (s->host.arena_mem)
		munmap(s->host.arena_mem, ARENA_SIZE);
	for (u32 i = 0; i < s->captures; i++)
		capture_close(&s->capture[i]);
	free(s->capture);
	scenarios_free(s);
	free(s->records);
	free(s->branches);
	*s = (struct session){0};
}

void session_listen(struct session *s, u64 mask, void (*listen)(void *ctx, const struct event *event),
		    void *ctx)
{
	s->listen = listen;
	s->listen_ctx = ctx;
	s->sim->event_mask = mask;
}

int session_drop_privileges(struct session *s, struct why *why)
{
	s64 pid = sim_spawn(s->sim, NOBODY, "loader");
	char text[16];

	if (pid < 0)
		return sim_fail(why, pid, "%s", s->sim->why.text);
	s->pid = pid;
	snprintf(text, sizeof(text), "%u", s->pid);
	return session_record(s, "pid", text) ? sim_fail(why, -ENOMEM, "no memory for a record") : 0;
}

int session_sysctl(struct session *s, const char *setting, struct why *why)
{
	const char *equals = strchr(setting, '=');
	char name[128], *end = NULL;
	s64 value = equals ? strtoll(equals + 1, &end, 0) : 0;

	if (!equals || end == equals + 1 || *end || equals - setting >= (s64)sizeof(name))
		return sim_fail(why, -EINVAL, "--sysctl %s: expected NAME=N", setting);
	memcpy(name, setting, equals - setting);
	name[equals - setting] = 0;
	if (sim_sysctl(s->sim, name, value) == 0)
		return 0;
	return sim_fail(why, -EINVAL, "--sysctl %s: %s", setting, s->sim->why.text);
}

int session_set_engine(struct session *s, enum session_engine engine, struct why *why)
{
	bool native = engine != ENGINE_INTERPRETER,
	     is_native = s->sim->world->sysctl.engine == ENGINE_MACHINE_CODE;

	s->host.exec = engine == ENGINE_LOCKSTEP ? native_lockstep_ops() : native_ops();
	if (native == is_native || !sim_sysctl(s->sim, "bpfwalk.engine", native))
		return 0;
	return sim_fail(why, s->sim->why.err, "%s", s->sim->why.text);
}

s64 session_add_capture(struct session *s, struct capture *capture)
{
	struct capture *more = realloc(s->capture, (s->captures + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	s->capture = more;
	s->capture[s->captures] = *capture;
	return s->captures++;
}

static s64 find_own_capture(const struct session *s)
{
	for (u32 i = 0; i < s->captures; i++)
		if (!s->capture[i].path[0])
			return i;
	return -ENOENT;
}

s64 session_add_packet(struct session *s, const u8 *data, u32 len)
{
	s64 number = find_own_capture(s);
	struct capture own;

	if (number < 0) {
		if (capture_init(&own, ""))
			return -ENOMEM;
		number = session_add_capture(s, &own);
		if (number < 0) {
			capture_close(&own);
			return number;
		}
	}
	return capture_add(&s->capture[number], data, len, len, 0) ? -ENOMEM : number;
}

int session_record(struct session *s, const char *name, const char *value)
{
	u64 more = strlen(name) + strlen(value) + 2;
	char *records = realloc(s->records, s->records_len + more + 1);

	if (!records)
		return -ENOMEM;
	s->records = records;
	memcpy(records + s->records_len, name, strlen(name));
	records[s->records_len + strlen(name)] = ' ';
	memcpy(records + s->records_len + strlen(name) + 1, value, strlen(value));
	s->records_len += more;
	records[s->records_len - 1] = '\n';
	records[s->records_len] = 0;
	return 0;
}

bool session_recall(const struct session *s, const char *name, char *buf, size_t cap)
{
	size_t n = strlen(name);

	for (const char *line = s->records; line && *line; line = strchr(line, '\n') + 1) {
		size_t len = strcspn(line, "\n");

		if (len > n && strncmp(line, name, n) == 0 && line[n] == ' ' && len - n - 1 < cap) {
			memcpy(buf, line + n + 1, len - n - 1);
			buf[len - n - 1] = 0;
			return true;
		}
	}
	return false;
}
