/*
 * The errno tables: what bpf(2) answers, case by case, in Linux 6.1 and here.
 *
 * test/errno/NAME.c is a plain C program that knows nothing but this header. It prints one line a case with line(). It is built
 * twice: static over the real system calls (sys/real.c), to be run once in a real Linux 6.1, whose output is committed as
 * test/errno/NAME.expected; and over the simulated kernel (sys/simulated.c), by `make test`, which wants the same lines.
 *
 * To add a table: write NAME.c, record it, commit both. To record: KERNEL_RUN=... test/errno/record.sh [NAME...], where
 * $KERNEL_RUN is a command that boots a Linux 6.1: `$KERNEL_RUN -f FILE -- COMMAND` runs COMMAND there as root with
 * FILE beside it and prints what it prints. The recording is made on Debian 12's kernel with 2 GiB of memory.
 *
 * A line must not hold what differs from boot to boot: addresses, ids, the order of keys in a hash.
 */
#ifndef TEST_ERRNO_SYS_H
#define TEST_ERRNO_SYS_H

#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>

/* Each returns what the system call returns, or -errno. */
long sys_bpf(int cmd, void *attr, unsigned size);
long sys_close(int fd);
long sys_dup(int fd);
long sys_unlink(const char *path);
long sys_mkdir(const char *path);

/*
 * Loads from and stores into memory that the fd lets user space map, at offset @off: mapped for this one access; 0, or what
 * mmap(2) says.
 */
long sys_load(int fd, uint64_t off, void *to, unsigned n);
long sys_store(int fd, uint64_t off, const void *from, unsigned n);

/* Waits until the kernel has done what it does later: freeing what nobody holds any more. */
void sys_settle(void);

/* The machine has @n CPUs (said before anything else: it is recorded on such a machine); what follows happens on CPU @cpu. */
void sys_cpus(unsigned n);
void sys_cpu(unsigned cpu);

/* So many milliseconds pass: timers come due. */
void sys_pass(unsigned ms);

long sys_read(int fd, void *buf, unsigned size);
/* open(2) of a cgroup's directory, below /sys/fs/cgroup; sys_mkdir makes more there after that. Or of a pinned link. */
long sys_open(const char *path);

/* pidfd_open(2) for the program itself. */
long sys_pidfd(void);
long sys_socket(int family, int type, int protocol);

/*
 * System calls of sockets; addresses in words, "127.0.0.1" or "::1"; lo is up. Nothing waits: accept and recv say -EAGAIN when
 * there is nothing. @ip NULL: no address.
 */
long sys_bind(int fd, const char *ip, unsigned port);
long sys_listen(int fd, int backlog);
long sys_connect(int fd, const char *ip, unsigned port);
long sys_accept(int fd);
/* send(2) or, with @ip, sendto(2), of @text with its zero; recvfrom(2), and whom it is from into *port. */
long sys_sendto(int fd, const char *text, const char *ip, unsigned port);
long sys_recv(int fd, char *text, unsigned n, unsigned *port);
/* getsockname(2), getpeername(2): the port. */
long sys_sockname(int fd);
long sys_peername(int fd);
/* Options that are an int. */
long sys_setsockopt(int fd, int level, int name, int value);
long sys_getsockopt(int fd, int level, int name, int *value);

/* perf_event_open(2) of a software event on CPU @cpu, all of its ring of @pages pages mapped (0: not); loads and stores go there. */
struct sys_perf {
	unsigned type, cpu;
	uint64_t config, sample_type;
	unsigned wakeup_events, pages, inherit;
	const char *name;      /* kprobes: the function; uprobes: the file */
	uint64_t offset;
};
long sys_perf_open(const struct sys_perf *perf);
long sys_ioctl(int fd, unsigned cmd, unsigned long arg);
long sys_pid(void);
/* A file is made, and removed by unlinkat(2): what that says. */
long sys_make_and_unlink(void);

/* A pair of devices, joined by a link, up, with nothing but what the case sends on them: 0 or -errno. */
long sys_link_pair(const char *name, const char *peer);
long sys_ifindex(const char *name);
/* A frame leaves by a device, as AF_PACKET sends it; what that says. What comes of it has come when it returns. */
long sys_transmit(int ifindex, const void *frame, unsigned len);

/* setsockopt(2): SO_ATTACH_BPF, SO_DETACH_BPF, SO_LOCK_FILTER. */
long sys_sock_filter(int fd, int option, int value);
/* bind(2) of a packet socket; recv(2) there, the length of the next frame. */
long sys_packet_bind(int fd, int ifindex);
long sys_packet_recv(int fd);

/* A message to rtnetlink about tc: struct tcmsg and the attributes of cls_bpf. On success of a filter's: what the kernel says. */
struct sys_tc {
	unsigned op, flags;    /* RTM_NEWQDISC ..., NLM_F_* */
	int ifindex;
	unsigned handle, parent, info;
	const char *kind;      /* NULL: none is given */
	int options;           /* 0: no attribute of cls_bpf; those with values below are given */
	int has_fd, fd;
	int has_flags;
	unsigned bpf_flags, classid;
	unsigned actions;      /* of act_bpf (fd >= 0) or gact */
	struct {
		int fd, action;
	} action[4];
	unsigned prog_id;      /* answer */
};
long sys_tc(struct sys_tc *tc);
/* RTM_SETLINK with IFLA_XDP; @expected < 0: without IFLA_XDP_EXPECTED_FD. */
long sys_xdp(int ifindex, int fd, unsigned flags, int expected);

/* Capabilities from now on, as bits by number (capabilities(7)); the fds stay. The program starts with all. */
#define CAPS_ALL (~0ull)
#define CAPS_NONE 0ull
#define CAPS_NET_ADMIN (1ull << 12)
#define CAPS_SYS_ADMIN (1ull << 21)
#define CAPS_PERFMON (1ull << 38)
#define CAPS_BPF (1ull << 39)
void sys_caps(uint64_t mask);

/* "kernel.unprivileged_bpf_disabled"; needs CAP_SYS_ADMIN. */
void sys_sysctl(const char *name, long value);

/*
 * Says what is written at the entry of the kernel's function @func: its first bytes, or what they call; of a trampoline, how many
 * bytes it has and what it calls.
 */
void sys_show_entry(const char *func);

/* The kernel's BTF, raw. */
const void *sys_kernel_btf(void);

/* An address that no task can read or write, and the last @n bytes before such addresses: zero, writable. */
#define BAD_POINTER ((void *)0x1000)
void *page_end(unsigned n);
#define U64(p) ((uint64_t)(uintptr_t)(p))
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* "what: -1 EINVAL", "what: 0", "what: 3" */
void line(long ret, const char *what, ...) __attribute__((format(printf, 2, 3)));
/* The same, with only "ok" for results >= 0: for fds and ids that another kernel may count in another way. */
void line_ok(long ret, const char *what, ...) __attribute__((format(printf, 2, 3)));
/* Just text. */
void note(const char *what, ...) __attribute__((format(printf, 1, 2)));

#endif
