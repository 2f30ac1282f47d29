/* What the files of the interpreter share. */
#ifndef SIM_VM_INTERNAL_H
#define SIM_VM_INTERNAL_H

#include "../ktext.h"
#include "vm.h"

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

static inline u64 vm_frame_top(const struct vm *vm, u32 frame)
{
	return (u64)vm->stack + (VM_MAX_FRAMES - frame) * VM_FRAME_SIZE;
}

/* The type of the running program, or NULL when it has none (the conformance plugin's programs). */
const struct prog_type *vm_prog_type(const struct vm *vm);

/*
 * The loops: execute from vm->pc until @max instructions are done, the program exits, faults, or
 * another program is to be run (tail call). They return how many; vm->insns and the clock are brought
 * up to date by vm_run.
 */
/* The translated form; counts at jumps: needs @max >= xlated->insn_cnt, may do fewer than @max. */
u64 vm_loop_fast(struct sim *sim, u64 max);
u64 vm_loop_exact(struct sim *sim, u64 max);   /* the same, but counts each instruction */
u64 vm_loop_guarded(struct sim *sim, u64 max); /* the same for a program that was edited: guard.c */
u64 vm_loop_checked(struct sim *sim, u64 max); /* as written; checks each access, counts each instruction */

/*
 * --- fault.c, with those of vm.h: each records the fault and returns false; pc and state are set by the loop
 * ---
 */

/* Says what is wrong with an access that is not allowed: "read of 8 bytes at fp-4: a frame ends at fp". */
void vm_explain_access(struct sim *sim, u64 addr, u64 size, bool write, struct text *out);
/* For an instruction that cannot be executed at all. */
bool vm_fault_insn(struct sim *sim, const struct bpf_insn *insn);
/*
 * The fetch of the instruction at @pc is not allowed: it lies outside of the program, or names a register
 * that does not exist.
 */
bool vm_fault_fetch(struct sim *sim, s64 pc);

/* --- ctx.c --- */

/* Is it in the context or the socket, which are not plain memory but served through tables of fields? */
static inline bool vm_is_served(const struct vm *vm, u64 addr)
{
	return addr - vm->ctx < vm->ctx_size || (vm->sock && addr - vm->sock < sizeof(struct bpf_sock));
}

/* Load and store at an address that is served. False: a fault. */
bool vm_load_served(struct sim *sim, u64 addr, u32 size, u64 *value);
bool vm_store_served(struct sim *sim, u64 addr, u32 size, u64 value);
/* Asks where the packet is: a helper may have moved it. */
void vm_refresh_packet(struct sim *sim);
/*
 * LD_ABS and LD_IND: a number in network byte order at @offset in the packet, into r0. False:
 * not all of it is there.
 */
bool vm_load_classic(struct sim *sim, s32 offset, u32 size);

/* --- region.c --- */

/* Is all of it memory that the program may read (write)? */
bool vm_find_memory(const struct sim *sim, u64 addr, u64 size, bool write, struct region *region);
/* The same for a load or store. False: a fault. */
bool vm_may_access(struct sim *sim, u64 addr, u32 size, bool write);

/* The helper that a call with @imm is of in a translated program; UINT32_MAX: of something else. See ktext.h. */
static inline u32 vm_helper_called_at(s32 imm)
{
	struct ktext ktext = ktext_at(imm);

	return ktext.kind == KTEXT_HELPER ? ktext.n : ktext.kind == KTEXT_MAP_OP ? ktext.n & 0xff : UINT32_MAX;
}

/* --- guard.c --- */

/* An access of an edited program; @base: of its register. A call of one. False: a fault. */
bool vm_guard_access(struct sim *sim, u64 base, s16 off, u32 size, bool write);
bool vm_guard_call(struct sim *sim, const struct bpf_insn *insn);

/* --- contract.c --- */

/* Do r1-r5 keep the helper's contract? False: a fault. */
bool vm_check_args(struct sim *sim, const struct helper *helper);

/* --- call.c --- */

/* A call of a helper that has no function: not simulated, or not one of Linux 6.1's. False. */
bool vm_fault_helper(struct sim *sim, u32 id);
bool vm_fault_kfunc(struct sim *sim, u32 src);

enum call_result {
	CALL_FAULT,
	CALL_WAIT,    /* not yet: the same call is made again with the next step */
	CALL_NEXT,    /* go on behind the call */
	CALL_JUMP,    /* go on at vm->pc of the same program */
	CALL_PROG,    /* go on at vm->pc of vm->prog, which is another program now */
};

/*
 * A call of anything but a helper with a function: a subprogram, a tail call, a helper @id
 * that does not exist.
 */
enum call_result vm_call(struct sim *sim, const struct bpf_insn *insn, u32 id);
/* bpf_tail_call; @checked: its arguments may be anything. */
enum call_result vm_tail_call(struct sim *sim, bool checked);

/* --- frame.c --- */

/* The same in a translated program; a jump is to vm->pc. */
enum call_result vm_call_translated(struct sim *sim, const struct bpf_insn *insn);

/* --- drain.c --- */

/* With the arguments in r1 to r4 and the function at @pc. */
enum call_result vm_drain(struct sim *sim, u32 pc);
/* The function has returned. True when it is called for the next record; else r0 is what the helper returns. */
bool vm_drain_again(struct vm *vm, struct vm_frame *frame);
/* The run ends in the midst of it: the ring is free again. */
void vm_drain_abandon(struct vm *vm);

/* EXIT in a frame other than the first. */
enum call_result vm_return(struct sim *sim);
/* A new frame for the function at @pc, or NULL with a fault: there are too many. */
struct vm_frame *vm_push_frame(struct sim *sim, u32 pc);
/* Out of the frame: back to behind the call. */
enum call_result vm_return_from(struct sim *sim);

/* --- callback.c --- */

/* The register that has the function. */
static inline u32 vm_callback_reg(u32 helper)
{
	return helper == BPF_FUNC_find_vma ? BPF_REG_3 : BPF_REG_2;
}

/* What bpf_loop, bpf_find_vma and bpf_for_each_map_elem do, with the arguments in r1 to r4 and the function at @pc. */
enum call_result vm_call_back(struct sim *sim, u32 helper, u32 pc);
/* The function of a helper has returned. True: it is called once more; else r0 says how often it was. */
bool vm_call_back_again(struct sim *sim, struct vm_frame *frame);

#endif
