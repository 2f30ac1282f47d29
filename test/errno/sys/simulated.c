/*
 * The verbs of the errno tables over the simulated kernel: see sys.h. The program is the built-in loader's task, its memory is
 * that task's user memory.
 */
#include <stdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "sim/elf/vmlinux.h"
#include "sim/look.h"
#include "sim/fd.h"
#include "sim/sim.h"
#include "sim/world/socket.h"
#include "sys.h"
#include "test/support/host.h"

#define PID 100 /* the loader: root */

static struct sim *sim;

__attribute__((constructor)) static void boot(void)
{
	struct sim_host *host = host_new();
	struct why why;

	host->vmlinux = vmlinux_types(&why);
	sim = sim_new(host);
	if (!sim)
		abort();
}

/* With WHY set in the environment, the sentence of each failure goes to stderr. */
static long result(s64 ret)
{
	if (ret < 0 && getenv("WHY"))
		fprintf(stderr, "%s: %s\n", errno_name(ret), sim->why.text);
	return ret;
}

long sys_bpf(int cmd, void *attr, unsigned size)
{
	return result(sim_bpf(sim, PID, cmd, U64(attr), size));
}

/* A system call that is an event here. */
static long event(const char *format, ...) __attribute__((format(printf, 1, 2)));
static long event(const char *format, ...)
{
	char words[512];
	struct stimulus stimulus = {.kind = STIMULUS_EVENT, .data = words};
	va_list args;

	va_start(args, format);
	stimulus.len = vsnprintf(words, sizeof(words), format, args) + 1;
	va_end(args);
	if (sim_fire(sim, &stimulus) < 0)
		return result(sim->why.err);
	return result((long)sim->work->fire.happening.value[V_RET]);
}

static struct socket *socket_at(int fd)
{
	struct file *file = fd_file(task_by_pid(sim, PID), fd);

	return file && file->obj && file->obj->kind == OBJ_SOCK ? socket_of(file->obj) : NULL;
}

long sys_close(int fd)
{
	if (socket_at(fd))
		return event("close pid=%d fd=%d", PID, fd);
	return result(sim_close(sim, PID, fd));
}

long sys_dup(int fd)
{
	return result(sim_dup(sim, PID, fd));
}

long sys_unlink(const char *path)
{
	return result(sim_unlink(sim, path));
}

long sys_mkdir(const char *path)
{
	return result(sim_mkdir(sim, path));
}

long sys_load(int fd, uint64_t off, void *to, unsigned n)
{
	return result(sim_load(sim, PID, fd, off, to, n));
}

long sys_store(int fd, uint64_t off, const void *from, unsigned n)
{
	return result(sim_store(sim, PID, fd, off, from, n));
}

void sys_settle(void)
{
}

void sys_cpus(unsigned n)
{
	sys_sysctl("bpfwalk.cpus", n);
}

void sys_cpu(unsigned cpu)
{
	if (sim_cpu(sim, cpu))
		abort();
}

void sys_pass(unsigned ms)
{
	char words[32];
	struct stimulus stimulus = {.kind = STIMULUS_EVENT, .data = words};

	stimulus.len = snprintf(words, sizeof(words), "tick %ums", ms) + 1;
	if (sim_fire(sim, &stimulus))
		abort();
}

long sys_open(const char *path)
{
	return result(sim_open(sim, PID, path));
}

long sys_link_pair(const char *name, const char *peer)
{
	char words[48];
	long ret;

	snprintf(words, sizeof(words), "%s peer %s", name, peer);
	ret = result(sim_device(sim, words));
	return ret < 0 ? ret : 0;
}

long sys_xdp(int ifindex, int fd, unsigned flags, int expected)
{
	return result(sim_xdp(sim, PID, ifindex, fd, flags, expected));
}

long sys_sock_filter(int fd, int option, int value)
{
	return result(sim_sock_filter(sim, PID, fd, option, value));
}

long sys_packet_bind(int fd, int ifindex)
{
	return result(sim_packet_bind(sim, PID, fd, ifindex));
}

long sys_packet_recv(int fd)
{
	return result(sim_packet_recv(sim, PID, fd));
}

long sys_ifindex(const char *name)
{
	return netdev_by_name(sim, name)->ifindex;
}

long sys_transmit(int ifindex, const void *frame, unsigned len)
{
	struct stimulus stimulus = {.kind = STIMULUS_SEND, .ifindex = ifindex, .len = len, .data = frame};

	return result(sim_fire(sim, &stimulus));
}

long sys_tc(struct sys_tc *tc)
{
	struct tc_request r = {
		.op = tc->op, .flags = tc->flags, .ifindex = tc->ifindex, .handle = tc->handle, .parent = tc->parent,
		.info = tc->info, .options = tc->options, .has_fd = tc->has_fd, .has_flags = tc->has_flags, .fd = tc->fd,
		.bpf_flags = tc->bpf_flags, .classid = tc->classid, .actions = tc->actions,
	};
	long ret;

	snprintf(r.kind, sizeof(r.kind), "%s", tc->kind ? tc->kind : "");
	for (unsigned i = 0; i < tc->actions; i++) {
		r.action[i].fd = tc->action[i].fd;
		r.action[i].action = tc->action[i].action;
	}
	ret = result(sim_tc(sim, PID, &r));
	tc->handle = r.handle;
	tc->info = r.info;
	tc->prog_id = r.prog_id;
	return ret;
}

long sys_read(int fd, void *buf, unsigned size)
{
	return result(sim_read(sim, PID, fd, U64(buf), size));
}

long sys_pidfd(void)
{
	return result(sim_pidfd(sim, PID, PID));
}

long sys_socket(int family, int type, int protocol)
{
	if ((family == AF_INET || family == AF_INET6) && (type == SOCK_STREAM || type == SOCK_DGRAM) && !protocol)
		return event("socket pid=%d type=%s%s", PID, type == SOCK_STREAM ? "tcp" : "udp", family == AF_INET6 ? "6" : "");
	return result(sim_socket(sim, PID, family, type, protocol));
}

long sys_bind(int fd, const char *ip, unsigned port)
{
	return event("bind pid=%d fd=%d addr=%s port=%u", PID, fd, ip, port);
}

long sys_listen(int fd, int backlog)
{
	return event("listen pid=%d fd=%d backlog=%d", PID, fd, backlog);
}

long sys_connect(int fd, const char *ip, unsigned port)
{
	return event("connect pid=%d fd=%d to=%s port=%u", PID, fd, ip, port);
}

long sys_accept(int fd)
{
	return event("accept pid=%d fd=%d", PID, fd);
}

long sys_sendto(int fd, const char *text, const char *ip, unsigned port)
{
	if (ip)
		return event("send pid=%d fd=%d bytes=%zu to=%s port=%u", PID, fd, strlen(text) + 1, ip, port);
	return event("send pid=%d fd=%d bytes=%zu", PID, fd, strlen(text) + 1);
}

long sys_recv(int fd, char *text, unsigned n, unsigned *port)
{
	struct socket *socket = socket_at(fd);

	memset(text, 0, n);
	if (port)
		*port = socket && socket->received && socket->type == SOCK_DGRAM ? socket->received->from.port : 0;
	return event("recv pid=%d fd=%d", PID, fd);
}

/* "10.0.0.1:80": the port. */
static long told_port(long ret)
{
	const char *colon = strrchr(sim->work->fire.happening.told, ':');

	return ret || !colon ? ret : atoi(colon + 1);
}

long sys_sockname(int fd)
{
	return told_port(event("getsockname pid=%d fd=%d", PID, fd));
}

long sys_peername(int fd)
{
	return told_port(event("getpeername pid=%d fd=%d", PID, fd));
}

long sys_setsockopt(int fd, int level, int name, int value)
{
	return event("setsockopt pid=%d fd=%d level=%d name=%d value=%d", PID, fd, level, name, value);
}

long sys_getsockopt(int fd, int level, int name, int *value)
{
	long ret = event("getsockopt pid=%d fd=%d level=%d name=%d", PID, fd, level, name);

	*value = ret ? 0 : atoi(sim->work->fire.happening.told);
	return ret;
}

long sys_perf_open(const struct sys_perf *p)
{
	struct perf_open open = {
		.type = p->type,
		.cpu = p->cpu,
		.config = p->config,
		.sample_type = p->sample_type,
		.wakeup_events = p->wakeup_events,
		.pages = p->pages,
		.inherit = p->inherit,
		.offset = p->offset,
	};

	if (p->name)
		snprintf(open.name, sizeof(open.name), "%s", p->name);

	return result(sim_perf_open(sim, PID, &open));
}

long sys_ioctl(int fd, unsigned cmd, unsigned long arg)
{
	return result(sim_ioctl(sim, PID, fd, cmd, arg));
}

long sys_pid(void)
{
	return PID;
}

long sys_make_and_unlink(void)
{
	static const char words[] = "unlink pid=100 file=/to_be_removed";
	const struct stimulus stimulus = {.kind = STIMULUS_EVENT, .len = sizeof(words), .data = words};

	if (sim_fire(sim, &stimulus))
		abort();
	return result((long)sim->work->fire.happening.value[V_RET]);
}

void sys_caps(uint64_t mask)
{
	task_by_pid(sim, PID)->caps = mask;
}

void sys_sysctl(const char *name, long value)
{
	if (sim_sysctl(sim, name, value))
		abort();
}

static void show_call(u64 target)
{
	struct glue_target at = look_glue_target(sim, target);
	char name[128];
	struct text text;

	text_init(&text, name, sizeof(name));
	look_glue_text(sim, target, &text);
	if (at.kind == GLUE_PROG_CODE)
		note("    calls program %s", at.prog->obj.name);
	else
		note("    calls %s", name);
}

void sys_show_entry(const char *func)
{
	u32 id = function_id(sim, func);
	const struct trampoline *t = trampoline_of(sim, id);
	u8 entry[JIT_PATCH_SIZE];
	enum entry_call what = function_entry(sim, id, entry);
	char name[128];
	struct text text;
	s32 distance;

	memcpy(&distance, entry + 1, sizeof(distance));
	text_init(&text, name, sizeof(name));
	look_glue_text(sim, function_address(id) + JIT_PATCH_SIZE + distance, &text);
	if (what == ENTRY_NOP)
		note("    %s: %02x %02x %02x %02x %02x", func, entry[0], entry[1], entry[2], entry[3], entry[4]);
	else
		note("    %s: call %s", func, name);
	if (what != ENTRY_TRAMPOLINE)
		return;
	note("    %u bytes", t->image.size);
	for (u32 i = 0; i < t->image.nrelocs; i++)
		if (t->image.relocs[i].kind == JIT_RELOC_CALL)
			show_call(t->image.relocs[i].target);
}

const void *sys_kernel_btf(void)
{
	struct why why;
	u64 size;

	return vmlinux_btf(&size, &why);
}
