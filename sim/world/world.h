/* The world around the bpf subsystem: tasks, network devices, sysctls. The root that sim->world points to. */
#ifndef SIM_WORLD_WORLD_H
#define SIM_WORLD_WORLD_H

#include "call_stack.h"
#include "cgroup.h"
#include "done.h"
#include "hook.h"
#include "kernel_objects.h"
#include "lock.h"
#include "netdev.h"
#include "sock_filter.h"
#include "sysctl.h"
#include "task.h"
#include "timer.h"
#include "user_memory.h"

/* bpf_redirect, bpf_redirect_peer, bpf_redirect_neigh */
enum redirect_way { REDIRECT_PLAIN, REDIRECT_PEER, REDIRECT_NEIGH };

/*
 * bpf_redirect: where the packet goes when the verdict is "redirect" (struct bpf_redirect_info), and what
 * the helper answers. The type of the program sets the answers when a run begins.
 */
struct redirect {
	u32 ifindex;          /* bpf_redirect; bpf_redirect_map: of the target, when it is one device */
	u32 map_id, index;    /* bpf_redirect_map: the map and the key, map_id 0 = bpf_redirect */
	bool asked;           /* one of the two has been called */
	u8 way;               /* enum redirect_way */
	struct bpf_redir_neigh neigh; /* REDIRECT_NEIGH: nh_family 0 = the route says who comes next */
	u64 flags;
	u64 flags_ok;         /* what the program may pass */
	u32 accepted, refused; /* return values: XDP_REDIRECT and XDP_ABORTED, or those of tc */
};

#define CLONES_MAX 8u

/* Copies of packets that bpf_clone_redirect has sent out, until the program at hand has ended. */
struct clones {
	u32 count;
	struct {
		struct sk_buff *skb;
		u32 ifindex;
		u64 flags;
	} clone[CLONES_MAX];
};

/* bpf_sk_redirect_map and its kin: to which socket the data goes (sk_buff._sk_redir, sk_msg.sk_redir). */
struct sk_redirect {
	u64 sk;               /* 0 = nowhere */
	bool ingress;         /* as if it had arrived there; else it is sent from there */
};

/* Programs of the network namespace (struct netns_bpf): links, in the order of attachment. */
#define NETNS_LINKS 64u
struct netns_hooks {
	u32 sk_lookups;
	struct obj *sk_lookup[NETNS_LINKS]; /* no reference: a link that goes away detaches itself */
};

/* The kernel's memory for machine code; see prog_jit.h. */
struct jit_text {
	u64 used;             /* bytes of the area */
	u64 charged;          /* bytes that count for net.core.bpf_jit_limit */
	u32 programs;         /* that have code */
};

/* The storage that a run of a program has for itself (enum bpf_cgroup_storage_type). */
enum { RUN_STORAGE_SHARED, RUN_STORAGE_PERCPU, RUN_STORAGES };

struct world {
	struct sysctls sysctl;
	u32 stats_users;      /* open fds of BPF_ENABLE_STATS */
	struct task task[TASK_MAX];
	struct redirect redirect;
	struct clones clones;
	struct sock_filters sock_filters;
	u32 stack_users;      /* programs that packets meet in the network stack, behind XDP; 0: none goes there */
	struct jit_text jit_text;
	struct dispatcher *dispatcher; /* dispatcher.h: glue for XDP; NULL before the first attachment */
	struct trampoline *trampolines; /* trampoline.h: glue of functions that are traced */
	struct done done;
	struct tcp_conn *tcp_conns; /* tcp_conn.h */
	struct tcp_cong *tcp_congs;
	u32 event_pid[MACHINE_CPUS]; /* whose event is in progress on each CPU, 0 = nobody's */
	u64 run_storage[RUN_STORAGES]; /* the values of the run in progress, 0 = none */
	u64 anon_inode;       /* its address stands for the inode that all files without one of their own share */
	u64 socket_cookies;   /* given out so far */
	u64 iter_sessions;    /* files of iterators so far */
	struct socket *sockets; /* the oldest first */
	u32 sockets_made, reuse_groups; /* so far */
	bool attr_of_kernel;  /* a program makes a system call: prog_syscall.c */
	u64 perf_ids;         /* perf events so far */
	struct kernel_objects *kernel; /* kernel_objects.h */
	struct user_blocks user; /* user memory that the event in progress has filled */
	struct hooked hooked;
	struct hooks hooks;   /* programs of the tracing types that are attached */
	struct netdevs *netdevs;
	struct cgroup *cgroups; /* the root first */
	struct bpf_cg_run_ctx *cg_run; /* what the caller of a cgroup's programs will return: bpf_set_retval */
	struct sk_redirect sk_redirect;
	struct netns_hooks netns;
	struct locks *locks;
	struct timers timers; /* in map values */
	/* of what runs, as told by what made it run; NULL: there is none to be had */
	struct call_stack *kernel_stack, *user_stack;
	struct test_object *test_object; /* test_object.h; NULL: nobody has asked for it yet */
};

/* Sysctls as Debian 12 boots; lo (ifindex 1) and eth0 (2); no tasks. NULL when there is no memory. */
struct world *world_new(struct sim *sim);

#endif
