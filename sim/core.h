/*
 * The handle of one simulation: what every floor may reach.
 *
 * struct sim itself lies outside the arena. It names the roots inside the arena (each floor dereferences only those whose header
 * it includes) and what the owner gave: memory, user memory, a clock for spacing snapshots, an ear for events.
 */
#ifndef SIM_CORE_H
#define SIM_CORE_H

#include "arena.h"
#include "base.h"
#include "event.h"

struct btf_types;
struct sim;

/* What can run machine code: native/. None of it is needed: programs can be interpreted. */
struct exec_ops {
	/* Is this machine able to? 0, or -errno with the sentence. */
	int (*open)(struct sim *sim);
	/* Runs the program of sim->vm, which has just been started, to its end: VM_EXITED or VM_FAULTED. */
	void (*run)(struct sim *sim);
};

/* What the owner of a simulation provides. Nothing in here may change the course of the simulation except copied-in bytes. */
struct sim_host {
	void *ctx;
	void *arena_mem;                        /* ARENA_SIZE zero bytes at ARENA_BASE */
	void *(*alloc)(void *ctx, size_t size); /* memory for snapshots and the input log; NULL when there is none */
	void (*free)(void *ctx, void *p);
	/* User memory of task @pid. 0, or -EFAULT when any byte is not accessible. */
	int (*copy_in)(void *ctx, u32 pid, void *dst, u64 uaddr, u64 n);
	int (*copy_out)(void *ctx, u32 pid, u64 uaddr, const void *src, u64 n);
	/* While a log is replayed: what was copied from user memory, or to it. May be NULL. */
	void (*copied)(void *ctx, u32 pid, u64 uaddr, const void *bytes, u64 n);
	/* Packet @index of capture @capture: its length, or -errno. At most @cap bytes are written. */
	s64 (*packet)(void *ctx, u32 capture, u64 index, u8 *buf, u64 cap);
	void (*event)(void *ctx, const struct event *event);  /* may be NULL */
	u64 (*clock_ns)(void *ctx);             /* real time, used only to space snapshots */
	/* Runs @fn; false: it used memory at *addr that is not there, and was left in the midst. May be NULL. */
	bool (*guard)(void (*fn)(void *arg), void *arg, u64 *addr);
	const struct btf_types *vmlinux;        /* the kernel's BTF, always the same; NULL when there is none */
	const struct exec_ops *exec;            /* NULL: machine code cannot be run */
	u32 ncpus;                              /* CPUs of the machine, at most MACHINE_CPUS; 0: one */
};

#define MACHINE_CPUS 64u

/* The simulated machine's clock and dice. In the arena. */
struct clock {
	u64 step;      /* units of work done: the position on the timeline; the interpreter counts each instruction */
	u64 idle_ns;   /* time that passed without work */
	u64 log_pos;   /* bytes of the input log that are used up */
	u64 random;    /* state of the generator behind get_prandom_u32 */
	u64 jiffies;   /* ticks, as compiled programs read it: brought up to date when one begins */
	u32 cpu;       /* the CPU at hand: the one that is running */
	u32 ncpus;
	u64 lock_wanted; /* the spin lock that the helper just called could not take (world/lock.h); 0 = none */
	u32 pid;       /* the task that runs on it ("current"); 0 = none, the CPU's idle task */
};

struct sim {
	struct arena *arena;
	const struct sim_host *host;
	struct why why;              /* the sentence of the last failure */
	u64 event_mask;              /* EVENT_BIT()s that the owner wants to hear */
	const struct obj_ops *const *obj_ops;  /* by enum obj_kind */

	/* roots in the arena */
	struct clock *clock;
	struct objects *objects;     /* object.h: ids */
	struct world *world;         /* world/world.h: tasks, devices, sysctls */
	struct bpffs *bpffs;         /* bpffs.h: pins */
	struct cpus *cpus;           /* cpu.h */
	struct vm *vm;               /* vm/vm.h: the program that runs on the CPU at hand */
	struct trace *trace;         /* helpers/trace.h: what programs printed; made by vm_new */
	struct work *work;           /* work.h: the system call or event in progress on the CPU at hand */

	struct timeline *timeline;   /* time.h, outside the arena: input log and snapshots */
	/* grows whenever machine code, or what it jumps to, may have become another */
	u64 code_epoch;
};

static inline void *sim_alloc(struct sim *sim, u64 size)
{
	return arena_alloc(sim->arena, size, TAG_KERNEL, NULL);
}

static inline void sim_free(struct sim *sim, void *p)
{
	arena_free(sim->arena, p);
}

static inline void event_send(struct sim *sim, enum event_kind kind, u32 obj, u64 a0, u64 a1, u64 a2, u64 a3)
{
	if (__builtin_expect((sim->event_mask & EVENT_BIT(kind)) != 0, false))
		event_tell(sim, kind, obj, (u64[4]){a0, a1, a2, a3});
}

/*
 * Simulated time in ns since boot: a unit of work takes 1 ns. The interpreter brings clock->step up to date before each helper
 * call, so that time does not depend on how many instructions are run at once.
 */
static inline u64 sim_ktime(const struct sim *sim)
{
	return sim->clock->idle_ns + sim->clock->step;
}

/* The tick counter: CONFIG_HZ is Debian's 250. */
#define TICK_NS 4000000ull
u64 sim_jiffies(const struct sim *sim);

/*
 * The next 32 random bits of the simulated machine; the same sequence in every run. (splitmix64: small, well mixed,
 * any seed will do.)
 */
static inline u32 sim_random(struct sim *sim)
{
	u64 z = sim->clock->random += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return (z ^ (z >> 31)) >> 32;
}

#endif
