/*
 * The interpreter: runs a program on arena memory, one instruction at a time or at full speed.
 *
 * What runs is the translated form of a program that the verifier accepted, on the kernel's structs and with
 * the frames of its machine code. A program that was not verified runs as written, and checked: each access
 * against the regions of mem.h, each helper argument against its contract. The semantics are written once and
 * compiled for both. The state of a run lies in the arena, so it can be left and resumed at any instruction
 * and taken back.
 */
#ifndef SIM_VM_VM_H
#define SIM_VM_VM_H

#include "../world/vma.h"
#include "../helpers/dynptr.h"
#include "../ktext.h"
#include "../maps/ringbuf.h"
#include "../progs/prog_type.h"

#define VM_MAX_FRAMES 8
#define VM_FRAME_SIZE 512
#define VM_MAX_TAIL_CALLS 33
#define VM_INSN_LIMIT 100000000ull /* instructions of one run, unless the owner says otherwise */
/* what a fresh stack holds, so that reading it is visible and the same every time */
#define VM_STACK_FILL 0xa5

/*
 * The stack of compiled programs. Linux allows 512 bytes for a chain of calls, 8 KiB with tail calls; return
 * addresses and saved registers come on top. What lies below is for signals that come at the wrong moment.
 */
#define EXEC_STACK_SIZE 65536u
#define EXEC_STACK_USED 16384u

enum vm_state { VM_IDLE, VM_RUNNING, VM_EXITED, VM_FAULTED };

/* bpf_user_ringbuf_drain: a callback that is called for each record of a ring. */
struct vm_drain {
	struct ringbuf *ring;
	u64 flags;
	u32 samples, discarded; /* records seen so far, and those of them that were skipped */
	u32 size;             /* of the record at hand */
	struct dynptr record; /* its first argument */
};

struct vm_frame {
	/* the caller; another one than the callee's after a tail call in a subprogram */
	struct prog *prog;
	u32 return_pc;        /* slot to go on at in the caller */
	u64 saved[4];         /* the caller's r6-r9 ... */
	u64 fp;               /* ... its r10 ... */
	u8 tail_calls;        /* ... and how many tail calls it had made */
	/* a function that a helper calls again and again; 0: a call of the program */
	u32 by_helper;
	u32 callback_pc;
	u64 callback_ctx;
	u64 calls, max_calls; /* so far; bpf_loop: at most */
	struct map *map;      /* bpf_for_each_map_elem */
	struct map_walk *walk;
	u64 key;              /* address of the key that the function was given, readable for it */
	struct vm_drain *drain; /* bpf_user_ringbuf_drain; NULL: not for it */
};

struct vm {
	u8 state;             /* enum vm_state */
	u8 frame;             /* current frame, 0 = main */
	u8 tail_calls;        /* so far */
	u8 packet_access;     /* REGION_READ | REGION_WRITE for loads and stores */
	bool edited;          /* by hand: what the verifier has promised may not hold any more */
	bool translated; /* it is the translated form that runs: pc counts in prog->xlated, there is r11 */
	u32 pc;               /* slot of the next instruction; outside of the program after a wrong jump */
	u64 reg[BPF_REG_AX + 1];
	u64 entry;            /* the machine code that the run begins with; 0: the program's first function */
	struct prog *prog;    /* the program that runs */
	struct prog *held; /* the program that the run began with; a reference. Others are held by the array
			      they lie in */
	u64 ctx;              /* address of the context, 0 = none */
	/* bytes of it that are served through the type's fields; 0 = it is plain memory */
	u32 ctx_size;
	u64 insns;            /* executed in this run; an instruction that faults counts */
	u64 insn_limit;       /* FAULT_RUNAWAY beyond it */
	u8 *stack;            /* VM_MAX_FRAMES * VM_FRAME_SIZE; frame 0 at the high end */
	u8 *exec_stack; /* EXEC_STACK_SIZE: that of the translated form, with the frames of machine code */
	u8 walks, drains, vmas; /* of those below, in progress */
	u64 packet_meta, packet, packet_end; /* of the context; all 0 when there is none */
	/* the socket whose address the program has read from the context; 0 = none yet */
	u64 sock;
	/* plain memory given to the program (REGION_MEMORY) */
	u64 memory, memory_size;
	bool rare;            /* some of what follows, which most runs never use, is not 0 */
	struct vm_frame frames[VM_MAX_FRAMES]; /* [n]: where frame n returns to */
	/* of bpf_for_each_map_elem in progress, the outermost first: keys of arrays stand in them */
	struct map_walk walk[VM_MAX_FRAMES];
	/* of bpf_user_ringbuf_drain, likewise: the function is given the address of the record */
	struct vm_drain drain[VM_MAX_FRAMES];
	/* of bpf_find_vma, likewise: the area that the function is given */
	struct vma vma[VM_MAX_FRAMES];
	struct fault fault;
};

/* Also makes the trace ring. NULL when the arena is full. */
struct vm *vm_new(struct sim *sim);

/*
 * Begins a run of @prog: r1 = ctx, r10 = top of the stack. The VM must be idle. What differs from the usual
 * (insn_limit, memory) is set afterwards. The translated form runs, unless there is none or bpfwalk.engine
 * asks for the other one.
 */
void vm_start(struct sim *sim, struct prog *prog, u64 ctx);
/*
 * The same for a function that something else than the program calls, as a timer does: the address that the program
 * gave it, and what is in r1 to r3: a map, one of its keys, the value. False: the program has no such function.
 */
bool vm_start_callback(struct sim *sim, struct prog *prog, u64 callback, const u64 arg[3]);
/* Upper end of the stack of compiled programs. What can be used of it has been filled anew by vm_start. */
static inline u64 vm_exec_stack(const struct vm *vm)
{
	return (u64)vm->exec_stack + EXEC_STACK_SIZE;
}

/* The instruction that comes next, as written: the one that the translated one at vm->pc came from. */
static inline u32 vm_written_pc(const struct vm *vm)
{
	return vm->translated && vm->pc < vm->prog->xlated->insn_cnt ? vm->prog->xlated->origin[vm->pc] : vm->pc;
}

/* The instruction that comes next; NULL: a wrong jump has led out of the program. */
static inline const struct bpf_insn *vm_insn(const struct vm *vm)
{
	const struct prog *prog = vm->prog;

	if (vm->pc >= (vm->translated ? prog->xlated->insn_cnt : prog->insn_cnt))
		return NULL;
	return vm->translated ? &prog->xlated->insns[vm->pc] : &prog->insns[vm->pc];
}

/* r10 of frame @frame; *size: bytes of stack below it. */
u64 vm_frame_fp(const struct vm *vm, u32 frame, u32 *size);
/*
 * Executes exactly @max instructions, fewer only when the program exits, faults or waits for a lock; returns
 * how many. The clock's step grows by as many.
 */
u64 vm_run(struct sim *sim, u64 max);
/*
 * For a run that took another way (machine code): it has ended with @r0, or by vm->fault at instruction @pc
 * as written.
 */
void vm_exit(struct sim *sim, u64 r0);
void vm_fail(struct sim *sim, u32 pc);
/* A verified program, or a helper that it called, has used memory at @addr that is not there: the fault. */
void vm_oops(struct sim *sim, u64 addr);
/* After VM_EXITED or VM_FAULTED: gives up the program; returns r0 (0 after a fault). */
u64 vm_finish(struct sim *sim);

/*
 * What translated programs, interpreted or as machine code, do in the kernel. A call of one of its functions
 * (ktext.h) with the arguments @reg[1] to @reg[5]: the result is in @reg[0], unless clock->lock_wanted: then it has
 * to be tried again. False: vm->fault says that it is not simulated. (bpf_loop is done by who runs the program: vm_loop_*.)
 */
bool vm_call_kernel(struct sim *sim, s32 imm, u64 *reg);
/* The helper just called wants a lock: from now on the CPU waits. False: a fault, it would wait for ever. */
bool vm_wait(struct sim *sim);
/* The lock that the CPU at hand waits for, 0 = it does not: each step of it is one more try. */
u64 vm_waits_for(const struct sim *sim);
/* The helper that such a call comes to, when it has a function; else NULL. */
const struct helper *vm_called_helper(s32 imm);
/* The same, when all it takes is to call that function with what its contract names, because it never waits. */
const struct helper *vm_plain_helper(s32 imm);
/* What a call with @imm can go straight to, because it never waits. False: vm_call_kernel is needed. */
struct vm_function {
	u64 (*fn)(struct sim *sim, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
	u32 args; /* it looks at so many of r1 to r5 */
};
bool vm_plain_function(s32 imm, struct vm_function *function);
/* bpf_loop: how often the function at reg[2] is to be called. False: not at all, reg[0] is the result. */
bool vm_loop_begin(u64 *reg, u64 *times);
/* Is it bpf_for_each_map_elem, for maps of any type? */
bool vm_is_map_walk(struct ktext ktext);
/* Its place, so that keys of arrays have the same address in either form of a program; one more, one less. */
struct map_walk *vm_walk_begin(struct vm *vm);
void vm_walk_end(struct vm *vm);
/*
 * bpf_user_ringbuf_drain with the arguments @reg[1], [3], [4]: the first record is in drain->record. NULL: there
 * is none, @reg[0] is the result.
 */
struct vm_drain *vm_drain_begin(struct vm *vm, u64 *reg);
/* The function has seen the record; @more: it may be called again. False: *result is the helper's. */
bool vm_drain_next(struct vm *vm, struct vm_drain *drain, bool more, u64 *result);
/*
 * bpf_find_vma with the arguments @reg[1], [2], [5]: the area, to be given up by vm_vma_end. NULL: there is none,
 * @reg[0] is the result.
 */
struct vma *vm_vma_begin(struct sim *sim, u64 *reg);
void vm_vma_end(struct vm *vm);
/* It was called once more, and gave @r0; again? In the end *done is the result. */
static inline bool vm_loop_more(u64 r0, u64 *done, u64 times)
{
	++*done;
	return !r0 && *done < times;
}
/* For faults found elsewhere: each records it and returns false. */
bool vm_fault(struct sim *sim, enum fault_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "write of 8 bytes at map counts[6]+8: the value ends at 8" */
bool vm_fault_access(struct sim *sim, u64 addr, u32 size, bool write);

/*
 * Which region does [addr, addr + size) lie in for the running program? False: in none, or beyond its end
 * (@region: the nearest).
 */
bool vm_find_region(const struct sim *sim, u64 addr, u64 size, struct region *region);
/* "fp-8", "ctx+16", "map counts[6]+0", "pkt+14", or hex. */
void vm_format_address(const struct sim *sim, u64 addr, struct text *out);

#endif
