/*
 * The CPUs of the simulated machine, and which of them is at hand.
 *
 * Each CPU has its own interpreter, its own work in progress, and its own current task. Only one takes a step at
 * a time: the CPU at hand, sim->clock->cpu; sim->vm and sim->work are its own. Who steps next is decided outside
 * (sim_cpu) and written into the input log with the step at which it was decided (an edit), so two programs on two CPUs
 * can be interleaved in any order, and any such order is there again when the log is replayed.
 *
 * Rules: a CPU can be left only when it is idle, in a program, or waiting for a lock, never amid a system call's
 * own work; a task is on one CPU at a time. While another CPU is in the midst of a program,
 * programs are interpreted, machine code is not run. What is freed meanwhile keeps its place in memory until no
 * program runs (arena_hold), as RCU does it.
 */
#ifndef SIM_CPU_H
#define SIM_CPU_H

#include "vm/vm.h"
#include "work.h"
#include "world/world.h"

/* In the arena. */
struct cpu {
	struct vm *vm;
	struct work *work;
	/* its own share of what is global for those who run, while another CPU is at hand: */
	u32 pid, when;
	struct redirect redirect;
	struct clones clones;
	u64 run_storage[RUN_STORAGES];
	struct call_stack *kernel_stack, *user_stack;
	struct hooked hooked;
};

struct cpus {
	struct cpu cpu[MACHINE_CPUS];
};

/* CPU 0 is at hand. NULL when the arena is full. */
struct cpus *cpus_new(struct sim *sim, u32 count);
/* Another number of them. 0, -EBUSY when there are maps, which have room for each CPU, -ENOMEM. */
int cpus_set(struct sim *sim, s64 count);
/* Could CPU @n be at hand? 0, -EINVAL (no such CPU), -EBUSY (see the rules). */
int cpu_check(struct sim *sim, u64 n);
/* CPU @n, which could, is at hand from now on. */
void cpu_select(struct sim *sim, u32 n);
/* The same, and the work in progress goes with it: CPU @n is idle. */
void cpu_carry(struct sim *sim, u32 n);
/* After the arena has become another one: sim->vm and sim->work are those of the CPU at hand. */
void cpu_restored(struct sim *sim);

/* Is it in the midst of something? Of a program, from its start until what it returned is taken? */
bool cpu_is_busy(const struct sim *sim, u32 n);
bool cpu_runs_program(const struct sim *sim, u32 n);
/* Is another CPU than the one at hand in the midst of a program? */
bool cpu_others_run(const struct sim *sim);
/* The CPU that is busy with a system call of task @pid, or -1. */
int cpu_of_task(const struct sim *sim, u32 pid);
/* CPU @n, to look at; below clock->ncpus. */
const struct cpu *cpu_look(const struct sim *sim, u32 n);
/* The lock that CPU @n waits for, 0 = it does not. */
u64 cpu_waits_for(const struct sim *sim, u32 n);

#endif
