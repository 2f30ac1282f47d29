/*
 * The interpreter: runs a program on arena memory, one instruction at a time or at full speed.
 *
 * The semantics are written once and compiled twice: without access checks for programs that the verifier
 * accepted, and checked (each access against the regions of mem.h, each helper argument against its
 * contract) for all others. The state of a run lies in the arena, so it can be left and resumed at any
 * instruction and taken back.
 */
#ifndef SIM_VM_VM_H
#define SIM_VM_VM_H

#include "../progs/prog_type.h"

#define VM_MAX_FRAMES 8
#define VM_FRAME_SIZE 512
#define VM_MAX_TAIL_CALLS 33
#define VM_INSN_LIMIT 100000000ull /* instructions of one run, unless the owner says otherwise */
/* what a fresh stack holds, so that reading it is visible and the same every time */
#define VM_STACK_FILL 0xa5

enum vm_state { VM_IDLE, VM_RUNNING, VM_EXITED, VM_FAULTED };

struct vm_frame {
	/* the caller; another one than the callee's after a tail call in a subprogram */
	struct prog *prog;
	u32 return_pc;        /* slot to go on at in the caller */
	u64 saved[4];         /* the caller's r6-r9 */
	/* a callback that bpf_loop calls again and again; times 0: not one */
	u64 loop_times, loop_done;
	u64 loop_ctx;
	u32 loop_pc;
};

struct vm {
	u8 state;             /* enum vm_state */
	u8 frame;             /* current frame, 0 = main */
	u8 tail_calls;        /* so far */
	u8 packet_access;     /* REGION_READ | REGION_WRITE for loads and stores */
	u32 pc;               /* slot of the next instruction; outside of the program after a wrong jump */
	u64 reg[MAX_BPF_REGS];
	struct prog *prog;    /* the program that runs */
	struct prog *held[1 + VM_MAX_TAIL_CALLS]; /* the programs of this run so far, a reference each */
	u64 ctx;              /* address of the context, 0 = none */
	/* bytes of it that are served through the type's fields; 0 = it is plain memory */
	u32 ctx_size;
	u64 insns;            /* executed in this run; an instruction that faults counts */
	u64 insn_limit;       /* FAULT_RUNAWAY beyond it */
	u8 *stack;            /* VM_MAX_FRAMES * VM_FRAME_SIZE; frame 0 at the high end */
	struct vm_frame frames[VM_MAX_FRAMES]; /* [n]: where frame n returns to */
	struct fault fault;
	u64 packet_meta, packet, packet_end; /* of the context; all 0 when there is none */
	/* the socket whose address the program has read from the context; 0 = none yet */
	u64 sock;
	/* plain memory given to the program (REGION_MEMORY) */
	u64 memory, memory_size;
};

/* Also makes the trace ring. NULL when the arena is full. */
struct vm *vm_new(struct sim *sim);

/*
 * Begins a run of @prog: r1 = ctx, r10 = top of the stack. The VM must be idle. What differs from the usual
 * (insn_limit, memory) is set afterwards.
 */
void vm_start(struct sim *sim, struct prog *prog, u64 ctx);
/*
 * Executes exactly @max instructions, fewer only when the program exits or faults; returns how many. The
 * clock's step grows by as many.
 */
u64 vm_run(struct sim *sim, u64 max);
/* After VM_EXITED or VM_FAULTED: gives up the program; returns r0 (0 after a fault). */
u64 vm_finish(struct sim *sim);

/*
 * Which region does [addr, addr + size) lie in for the running program? False: in none, or beyond its end
 * (@region: the nearest).
 */
bool vm_find_region(const struct sim *sim, u64 addr, u64 size, struct region *region);
/* "fp-8", "ctx+16", "map counts[6]+0", "pkt+14", or hex. */
void vm_format_address(const struct sim *sim, u64 addr, struct text *out);

#endif
