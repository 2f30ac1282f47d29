/* The verbs of the errno tables over the system calls of the Linux that runs the program: see sys.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

static long result(long ret)
{
	return ret < 0 ? -errno : ret;
}

long sys_bpf(int cmd, void *attr, unsigned size)
{
	return result(syscall(SYS_bpf, cmd, attr, size));
}

/* The rings of perf events that are open, by fd. */
#define MAX_FD 1024
static struct {
	char *base;
	unsigned size;
} ring[MAX_FD];

long sys_close(int fd)
{
	if (fd >= 0 && fd < MAX_FD && ring[fd].base) {
		munmap(ring[fd].base, ring[fd].size);
		ring[fd].base = NULL;
	}
	return result(close(fd));
}

long sys_perf_open(const struct sys_perf *p)
{
	struct perf_event_attr attr = {
		.type = p->type,
		.size = sizeof(attr),
		.config = p->config,
		.sample_type = p->sample_type,
		.wakeup_events = p->wakeup_events,
		.inherit = p->inherit,
		.config1 = U64(p->name),
		.config2 = p->offset,
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, p->cpu, -1, 0);

	if (fd < 0 || fd >= MAX_FD)
		return result(fd);
	ring[fd].size = (p->pages + 1) * 4096;
	if (p->pages)
		ring[fd].base = mmap(NULL, ring[fd].size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring[fd].base == MAP_FAILED)
		abort();
	return fd;
}

long sys_ioctl(int fd, unsigned cmd, unsigned long arg)
{
	return result(ioctl(fd, cmd, arg));
}

long sys_pid(void)
{
	return getpid();
}

long sys_make_and_unlink(void)
{
	int fd = open("to_be_removed", O_CREAT | O_WRONLY, 0600);

	if (fd < 0)
		abort();
	close(fd);
	return result(unlinkat(AT_FDCWD, "to_be_removed", 0));
}

long sys_dup(int fd)
{
	return result(dup(fd));
}

long sys_unlink(const char *path)
{
	return result(unlink(path));
}

long sys_mkdir(const char *path)
{
	return result(mkdir(path, 0700));
}

/* A mapping of the pages around [@off, @off + @n); the address of @off, or NULL. */
static char *map_around(int fd, uint64_t off, unsigned n, int prot, void **base, unsigned *size)
{
	if (fd >= 0 && fd < MAX_FD && ring[fd].base) {
		*base = NULL;
		return ring[fd].base + off;
	}
	*size = (off % 4096 + n + 4095) / 4096 * 4096;
	*base = mmap(NULL, *size, prot, MAP_SHARED, fd, off / 4096 * 4096);
	return *base == MAP_FAILED ? NULL : (char *)*base + off % 4096;
}

long sys_load(int fd, uint64_t off, void *to, unsigned n)
{
	unsigned size;
	void *base;
	char *at = map_around(fd, off, n, PROT_READ, &base, &size);

	if (!at)
		return -errno;
	memcpy(to, at, n);
	return base ? result(munmap(base, size)) : 0;
}

long sys_store(int fd, uint64_t off, const void *from, unsigned n)
{
	unsigned size;
	void *base;
	char *at = map_around(fd, off, n, PROT_READ | PROT_WRITE, &base, &size);

	if (!at)
		return -errno;
	memcpy(at, from, n);
	return base ? result(munmap(base, size)) : 0;
}

void sys_settle(void)
{
	usleep(60000);
}

void sys_cpus(unsigned n)
{
	if (sysconf(_SC_NPROCESSORS_CONF) != n)
		abort();
}

void sys_cpu(unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		abort();
}

void sys_pass(unsigned ms)
{
	usleep(ms * 1000);
}

long sys_open(const char *path)
{
	static bool mounted;

	if (!mounted)
		mount("none", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	mounted = true;
	return result(open(path, O_RDONLY | O_CLOEXEC | (strncmp(path, "/sys/fs/bpf/", 12) ? O_DIRECTORY : 0)));
}

long sys_read(int fd, void *buf, unsigned size)
{
	return result(read(fd, buf, size));
}

long sys_pidfd(void)
{
	return result(syscall(SYS_pidfd_open, getpid(), 0));
}

long sys_socket(int family, int type, int protocol)
{
	return result(socket(family, type, protocol));
}

/* The address in words; lo is brought up when the first one is needed. Its length. */
static socklen_t address_of(const char *ip, unsigned port, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (void *)out;
	struct sockaddr_in6 *v6 = (void *)out;
	static bool up;
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = up ? -1 : socket(AF_INET, SOCK_DGRAM, 0);

	if (fd >= 0) {
		ioctl(fd, SIOCSIFFLAGS, &lo);
		close(fd);
		usleep(100000);
		up = true;
	}
	memset(out, 0, sizeof(*out));
	if (strchr(ip, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		return inet_pton(AF_INET6, ip, &v6->sin6_addr) == 1 ? sizeof(*v6) : 0;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons(port);
	return inet_pton(AF_INET, ip, &v4->sin_addr) == 1 ? sizeof(*v4) : 0;
}

long sys_bind(int fd, const char *ip, unsigned port)
{
	struct sockaddr_storage address;
	socklen_t len = address_of(ip, port, &address);

	return result(bind(fd, (void *)&address, len));
}

long sys_listen(int fd, int backlog)
{
	return result(listen(fd, backlog));
}

long sys_connect(int fd, const char *ip, unsigned port)
{
	struct sockaddr_storage address;
	socklen_t len = address_of(ip, port, &address);

	return result(connect(fd, (void *)&address, len));
}

/* accept(2) has no flag that keeps it from waiting: the socket has. */
long sys_accept(int fd)
{
	int flags = fcntl(fd, F_GETFL), taken;

	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	taken = accept(fd, NULL, NULL);
	if (taken < 0)
		taken = -errno;
	fcntl(fd, F_SETFL, flags);
	return taken;
}

long sys_sendto(int fd, const char *text, const char *ip, unsigned port)
{
	struct sockaddr_storage address;
	socklen_t len = ip ? address_of(ip, port, &address) : 0;

	return result(sendto(fd, text, strlen(text) + 1, MSG_NOSIGNAL, ip ? (void *)&address : NULL, len));
}

long sys_recv(int fd, char *text, unsigned n, unsigned *port)
{
	struct sockaddr_storage address = {0};
	socklen_t len = sizeof(address);
	long got = recvfrom(fd, text, n, MSG_DONTWAIT, (void *)&address, &len);

	if (port)
		*port = ntohs(((struct sockaddr_in *)&address)->sin_port);
	return result(got);
}

long sys_sockname(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t len = sizeof(address);
	int ret = getsockname(fd, (void *)&address, &len);

	return ret ? -errno : ntohs(((struct sockaddr_in *)&address)->sin_port);
}

long sys_peername(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t len = sizeof(address);
	int ret = getpeername(fd, (void *)&address, &len);

	return ret ? -errno : ntohs(((struct sockaddr_in *)&address)->sin_port);
}

long sys_setsockopt(int fd, int level, int name, int value)
{
	return result(setsockopt(fd, level, name, &value, sizeof(value)));
}

long sys_getsockopt(int fd, int level, int name, int *value)
{
	socklen_t len = sizeof(*value);

	*value = 0;
	return result(getsockopt(fd, level, name, value, &len));
}

/* What is not effective stays permitted, so that it can come back. */
void sys_caps(uint64_t mask)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		abort();
	data[0].effective = data[0].permitted & (uint32_t)mask;
	data[1].effective = data[1].permitted & (uint32_t)(mask >> 32);
	if (syscall(SYS_capset, &header, data))
		abort();
}

void sys_sysctl(const char *name, long value)
{
	char path[128] = "/proc/sys/";
	FILE *f;

	strncat(path, name, sizeof(path) - strlen(path) - 1);
	for (char *p = path; *p; p++)
		if (*p == '.')
			*p = '/';
	f = fopen(path, "w");
	if (!f || fprintf(f, "%ld", value) < 0 || fclose(f))
		abort();
}

const void *sys_kernel_btf(void)
{
	static char bytes[1 << 23];
	FILE *f = fopen("/sys/kernel/btf/vmlinux", "r");

	if (!f || !fread(bytes, 1, sizeof(bytes), f))
		abort();
	fclose(f);
	return bytes;
}
