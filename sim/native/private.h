/* What the files of native/ share; and the state of the one run that goes on. */
#ifndef SIM_NATIVE_PRIVATE_H
#define SIM_NATIVE_PRIVATE_H

#include "native.h"

#define TRAP_FLAG 0x100 /* in EFLAGS: a trap behind each instruction */

/*
 * What the assembly in enter.c works with; it knows the offsets. One run at a time: there is one live
 * simulation per process.
 */
struct native_cpu {
	struct sim *sim; /*  0 */
	u64 host_rsp;    /*  8: the stack to go back to */
	u64 bpf_rsp;     /* 16: the program's, in a call of the kernel; points to the return address */
	u32 slow; /* 24: all calls go through native_dispatch: someone listens, or steps; native_set_thunks */
	u32 over; /* 28: the run ends here */
	u32 trap; /* 32: the trap flag is on while the program's code runs */
	u32 running; /* 36 */
	u64 run;     /* 40: number of the run, for the watchdog */
	/* over: why */
	bool faulted; /* vm->fault is filled in already; else: */
	int signal;   /* what the CPU said ... */
	u64 rip;      /* ... where (or in a call of the kernel: the return address - 1) ... */
	u64 reg[16];  /* ... with which registers */
};

extern struct native_cpu native_cpu;

/* --- enter.c --- */

/* Calls @code with r1-r5 on @stack. After a fault native_cpu.over is set. */
u64 native_enter(u64 code, const u64 args[5], u64 stack);
extern const u8 native_slow[], native_leave[];
/* Among the thunks: calls r10, then goes to native_leave. */
extern u64 native_call_thunk;
/* A run of the program of sim->vm: r0; ended early when native_cpu.over. */
u64 native_run_code(struct sim *sim);
/* To its end: VM_EXITED or VM_FAULTED. */
void native_run(struct sim *sim);

/* --- region.c --- */

/* Thunks for runs of @sim. Slow: every call is told to native_dispatch. */
void native_set_thunks(struct sim *sim, bool slow);

/* The same, where they mostly are so already. */
static inline void native_for(struct sim *sim, bool slow)
{
	if (native_cpu.sim != sim || native_cpu.slow != slow)
		native_set_thunks(sim, slow);
}


/* The two views of the region. 0, or -errno with the sentence. */
int native_map_region(struct sim *sim);
/* Puts the code of the program of sim->vm, and of all it may jump to, in place. False: no room for it. */
bool native_install(struct sim *sim);

static inline bool native_in_code(u64 rip)
{
	return rip - EXEC_TEXT_BASE < JIT_TEXT_SIZE;
}

/* --- fault.c --- */

/* Handlers and their stack. 0, or -errno with the sentence. */
int native_catch_signals(struct sim *sim);
/* Handlers that others have set since: ours come first, and none runs on a program's stack. */
void native_renew_handlers(void);
/* native_cpu.over, in words: vm->fault and the end of the run. */
void native_tell_fault(struct sim *sim);

/* --- trace.c --- */

/*
 * In the child: the program is about to execute the instruction at the rip of @greg, registers of a signal's
 * context.
 */
void native_keep_step(const long long *greg);

#endif
