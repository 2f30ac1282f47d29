/*
 * The simulated kernel: the public verbs.
 *
 * Upper floors include this, look.h and exec.h, and nothing else of sim/. Everything that changes the
 * simulation goes through these functions, so everything can be logged, replayed and taken back.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "edit.h"
#include "work.h"
#include "world/perf_event.h"

/*
 * Boots a machine with task 1 (init) and task 100 (the loader, uid 0). NULL when @host's
 * memory is not enough.
 */
struct sim *sim_new(const struct sim_host *host);
void sim_delete(struct sim *sim);

/*
 * The system call bpf(2), made by task @pid, run to its end. >= 0 or -errno, as the system call; the
 * sentence is in sim->why. In the past of the timeline it begins another future: what was recorded after
 * this point is dropped.
 */
s64 sim_bpf(struct sim *sim, u32 pid, int cmd, u64 uattr, u32 size);
s64 sim_close(struct sim *sim, u32 pid, int fd);
s64 sim_dup(struct sim *sim, u32 pid, int fd);
/*
 * fcntl(2): O_CLOEXEC on or off; bpf fds are born with it, copies by dup without.
 * execve(2): closes what has it.
 */
s64 sim_cloexec(struct sim *sim, u32 pid, int fd, bool on);
s64 sim_exec(struct sim *sim, u32 pid);
/* socket(2); what there is: world/socket.h. */
s64 sim_socket(struct sim *sim, u32 pid, u32 family, u32 type, u32 protocol);
/* bind(2) of an AF_XDP socket that has its rings and memory: from now on it can be given frames of that queue. */
s64 sim_xsk_bind(struct sim *sim, u32 pid, int fd, u32 ifindex, u32 queue);
/* perf_event_open(2) and the mmap(2) of its ring; what there is: world/perf_event.h. */
s64 sim_perf_open(struct sim *sim, u32 pid, const struct perf_open *open);
/* ioctl(2) of a perf event: PERF_EVENT_IOC_ENABLE, _DISABLE, _SET_BPF. */
s64 sim_ioctl(struct sim *sim, u32 pid, int fd, u32 cmd, u64 arg);
/* setsockopt(2) with SO_ATTACH_BPF, SO_DETACH_BPF or SO_LOCK_FILTER; bind(2) and recv(2) of a packet socket: sock_filter.h. */
s64 sim_sock_filter(struct sim *sim, u32 pid, int fd, u32 option, s64 value);
s64 sim_packet_bind(struct sim *sim, u32 pid, int fd, u32 ifindex);
s64 sim_packet_recv(struct sim *sim, u32 pid, int fd);
/* RTM_SETLINK with IFLA_XDP: xdp_set in link.h. */
s64 sim_xdp(struct sim *sim, u32 pid, u32 ifindex, s32 fd, u32 flags, s32 expected);
/* A message to rtnetlink about tc (tc.h): 0 and the answers in @request, or -errno. */
s64 sim_tc(struct sim *sim, u32 pid, struct tc_request *request);
/*
 * read(2) of an iterator's file into user memory: bytes, 0 at the end, -errno. Programs run meanwhile; begun by
 * sim_begin_read, it can be stepped.
 */
s64 sim_read(struct sim *sim, u32 pid, int fd, u64 ubuf, u64 size);
s64 sim_begin_read(struct sim *sim, u32 pid, int fd, u64 ubuf, u64 size);
/*
 * open(2) of a directory of the cgroup tree, CGROUP_ROOT/...: what programs are attached to; or of the pinned link
 * of an iterator, to be read. An fd or -errno.
 */
s64 sim_open(struct sim *sim, u32 pid, const char *path);
/* pidfd_open(2) for task @other. */
s64 sim_pidfd(struct sim *sim, u32 pid, u32 other);
/* A new task; uid 0 has all capabilities, others none. Its pid or -errno. */
s64 sim_spawn(struct sim *sim, u32 uid, const char *comm);
/* The task becomes user @uid; when it was root, it loses its capabilities. 0 or -EPERM. */
s64 sim_setuid(struct sim *sim, u32 pid, u32 uid);
/* The task ends and its fds are closed ("kill loader"). */
s64 sim_kill(struct sim *sim, u32 pid);
/*
 * A task's load from and store into a shared mapping of @fd (mmap(2)): @n bytes at @off of what the object lets
 * user space map: a ring buffer's positions and records. The mapping is made for this one access: 0, or -errno
 * as mmap(2). A load is no input: it changes nothing.
 */
s64 sim_load(struct sim *sim, u32 pid, int fd, u64 off, void *to, u64 n);
s64 sim_store(struct sim *sim, u32 pid, int fd, u64 off, const void *from, u64 n);
/* Removes a path of the simulated bpffs; makes a directory there, or a cgroup below CGROUP_ROOT. */
s64 sim_unlink(struct sim *sim, const char *path);
s64 sim_mkdir(struct sim *sim, const char *path);
/*
 * A new network device, up, with the lowest free ifindex: the ifindex or -errno. "NAME peer OTHER": two of them,
 * joined by a link.
 */
s64 sim_device(struct sim *sim, const char *name);
s64 sim_sysctl(struct sim *sim, const char *name, s64 value);
/* Something happens: a packet arrives, a task does something. Runs to its end; details: sim->work->fire. */
s64 sim_fire(struct sim *sim, const struct stimulus *stimulus);

/*
 * An edit (edit.h), at any moment, in the middle of other work too; begins another future as all inputs do. 0
 * or -errno.
 */
s64 sim_edit(struct sim *sim, const struct edit *edit);

/*
 * Neither these nor those above wait for ever: -EAGAIN when their CPU needs a lock that another one has.
 *
 * The same in two parts, for those who step: begin, then sim_step until it no longer returns SIM_MORE;
 * the result is in work.
 */
s64 sim_begin_bpf(struct sim *sim, u32 pid, int cmd, u64 uattr, u32 size);
s64 sim_begin_fire(struct sim *sim, const struct stimulus *stimulus);

enum sim_stop { SIM_IDLE, SIM_MORE, SIM_WAITS };

/*
 * One unit of whatever is going on, on the CPU at hand. SIM_IDLE: nothing is (any more), and the recorded
 * future, if any, is used up. SIM_WAITS: it needs a lock that another CPU has, and went on trying.
 */
enum sim_stop sim_step(struct sim *sim);
/* Up to @max units; returns how many. */
u64 sim_run(struct sim *sim, u64 max);

/*
 * CPU @cpu is at hand from now on: the next steps, system calls and inputs without a CPU of their own are its. It
 * may be left amid a program: cpu.h has the rules. 0 or -errno. An event that names another CPU than the one at
 * hand does the same by itself.
 */
s64 sim_cpu(struct sim *sim, u32 cpu);

/* --- time: see time.h --- */

u64 sim_now(const struct sim *sim);      /* position: units done since boot */
u64 sim_end(const struct sim *sim);      /* the last position that has been recorded */
/* To any recorded position, back or forth. 0 or -ERANGE. */
int sim_goto(struct sim *sim, u64 step);
/* Equality of whole states, for tests: a hash over all of the arena's pages. */
u64 sim_hash(const struct sim *sim);

/*
 * The kernel inputs so far, as bytes that sim_load_log accepts on a fresh machine. Valid
 * until the next input.
 */
const u8 *sim_log(const struct sim *sim, u64 *len);
/*
 * Another recorded future in place of the present one: @log and @end are what sim_log and sim_end said at
 * another time, on a timeline that is the same up to the present moment. 0; -EINVAL: it is not the same; -ENOMEM.
 */
int sim_set_future(struct sim *sim, const u8 *log, u64 len, u64 end);
/*
 * Replays a log from boot to its end. 0, or with the sentence -EINVAL (damaged, or of another version),
 * -EOPNOTSUPP (programs ran as machine code, and here they cannot).
 */
int sim_load_log(struct sim *sim, const u8 *log, u64 len);

#endif
