/*
 * From C into a program and back; from the program into the kernel's functions and back. Each way changes the
 * stack: programs have theirs in the arena.
 *
 * Programs keep to the C calling convention: arguments in rdi rsi rdx rcx r8, result in rax, rbx rbp r12-r15
 * are kept.
 */
#include "private.h"

struct native_cpu native_cpu;

const u8 native_register[BPF_REG_AX + 1] = {0, 7, 6, 2, 1, 8, 3, 13, 14, 15, 5, 10};

static_assert(offsetof(struct native_cpu, host_rsp) == 8 && offsetof(struct native_cpu, bpf_rsp) == 16 &&
		      offsetof(struct native_cpu, over) == 28 && offsetof(struct native_cpu, trap) == 32,
	      "the assembly below");

/*
 * native_enter(code, args, stack): registers that a program does not get are 0, so that what it saves on its
 * stack is always the same.
 *
 * In r12, which no program has, the host's stack pointer waits (a multiple of 16) while the program runs, and the
 * program's while one of the kernel's functions does. They are called straight from their thunk (region.c), or
 * through native_slow: the function r9d (ktext.h). Where the trap flag was on, it is put on again before the
 * program goes on.
 */
__asm__(".text\n"
	".p2align 4\n"
	".globl native_enter\n"
	".hidden native_cpu\n"
	"native_enter:\n"
	"	push %rbp\n"
	"	push %rbx\n"
	"	push %r12\n"
	"	push %r13\n"
	"	push %r14\n"
	"	push %r15\n"
	"	pushq native_cpu+8(%rip)\n"
	"	sub $16, %rsp\n" /* in a call of the kernel the program's stack pointer is kept there: end_in_helper */
	"	mov %rsp, native_cpu+8(%rip)\n"
	"	mov %rsp, %r12\n"
	"	mov %rdi, %r10\n"
	"	mov %rdx, %r11\n"
	"	mov (%rsi), %rdi\n"
	"	mov 16(%rsi), %rdx\n"
	"	mov 24(%rsi), %rcx\n"
	"	mov 32(%rsi), %r8\n"
	"	mov 8(%rsi), %rsi\n"
	"	mov native_call_thunk(%rip), %r9\n"
	"	xor %eax, %eax\n"
	"	xor %ebx, %ebx\n"
	"	xor %ebp, %ebp\n"
	"	xor %r13d, %r13d\n"
	"	xor %r14d, %r14d\n"
	"	xor %r15d, %r15d\n"
	"	cmpl $0, native_cpu+32(%rip)\n"
	"	je 1f\n"
	"	pushf\n"
	"	orq $0x100, (%rsp)\n"
	"	popf\n"
	"1:	mov %r11, %rsp\n"
	"	jmp *%r9\n"
	".globl native_leave\n"
	"native_leave:\n"
	"	mov native_cpu+8(%rip), %rsp\n"
	"	add $16, %rsp\n"
	"	popq native_cpu+8(%rip)\n"
	"	pop %r15\n"
	"	pop %r14\n"
	"	pop %r13\n"
	"	pop %r12\n"
	"	pop %rbx\n"
	"	pop %rbp\n"
	"	ret\n"
	".p2align 4\n"
	".globl native_slow\n"
	"native_slow:\n"
	"	xchg %rsp, %r12\n"
	"	mov %r12, native_cpu+16(%rip)\n"
	"	mov %r12, (%rsp)\n"
	"	call native_dispatch\n"
	"	cmpl $0, native_cpu+28(%rip)\n"
	"	jne native_leave\n"
	"	xchg %rsp, %r12\n"
	"	cmpl $0, native_cpu+32(%rip)\n"
	"	jne 1f\n"
	"	ret\n"
	"1:	pushf\n"
	"	orq $0x100, (%rsp)\n"
	"	popf\n"
	"	ret\n");

/* --- calls of the kernel --- */

/* bpf_loop: the function runs below the caller's frame. */
static u64 call_loop(u64 *reg)
{
	u64 stack = native_cpu.bpf_rsp, times, done = 0, r0;

	if (!vm_loop_begin(reg, &times))
		return reg[BPF_REG_0];
	do {
		r0 = native_enter(reg[BPF_REG_2], (u64[5]){done, reg[BPF_REG_3]}, stack);
		if (native_cpu.over)
			return 0;
	} while (vm_loop_more(r0, &done, times));
	return done;
}

/* bpf_for_each_map_elem, likewise. */
static u64 call_each(u64 *reg)
{
	struct map *map = map_of((const struct bpf_map_layout *)reg[BPF_REG_1]);
	u64 stack = native_cpu.bpf_rsp, done = 0, r0 = 0;
	struct map_walk *walk;
	const void *key;
	void *value;

	if (reg[BPF_REG_4] || !map_ops(map)->each)
		return -EINVAL;
	walk = vm_walk_begin(native_cpu.sim->vm);
	while (!r0 && map_ops(map)->each(native_cpu.sim, map, walk, &key, &value)) {
		u64 arg[5] = {reg[BPF_REG_1], (u64)key, (u64)value, reg[BPF_REG_3]};

		r0 = native_enter(reg[BPF_REG_2], arg, stack);
		if (native_cpu.over)
			return 0;
		done++;
	}
	vm_walk_end(native_cpu.sim->vm);
	return done;
}

/* bpf_user_ringbuf_drain, likewise. */
static u64 call_drain(u64 *reg)
{
	u64 stack = native_cpu.bpf_rsp, func = reg[BPF_REG_2], ctx = reg[BPF_REG_3], r0;
	struct vm *vm = native_cpu.sim->vm;
	struct vm_drain *drain = vm_drain_begin(vm, reg);

	if (!drain)
		return reg[BPF_REG_0];
	do {
		r0 = native_enter(func, (u64[5]){(u64)&drain->record, ctx}, stack);
		if (native_cpu.over)
			return 0;
	} while (vm_drain_next(vm, drain, !r0, &reg[BPF_REG_0]));
	return reg[BPF_REG_0];
}

/* bpf_find_vma: once. */
static u64 call_vma(u64 *reg)
{
	u64 func = reg[BPF_REG_3], ctx = reg[BPF_REG_4], task = reg[BPF_REG_1], stack = native_cpu.bpf_rsp;
	struct vma *vma = vm_vma_begin(native_cpu.sim, reg);

	if (!vma)
		return reg[BPF_REG_0];
	native_enter(func, (u64[5]){task, (u64)&vma->k, ctx}, stack);
	if (native_cpu.over)
		return 0;
	vm_vma_end(native_cpu.sim->vm);
	return 0;
}

/* For a lock: no other CPU is in a program while machine code runs, so nobody would ever give it back. */
static bool waits(struct sim *sim)
{
	return sim->clock->lock_wanted && !vm_wait(sim);
}

u64 native_dispatch(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, s32 imm);
u64 native_dispatch(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, s32 imm)
{
	u64 reg[BPF_REG_6] = {0, r1, r2, r3, r4, r5}, caller = native_cpu.bpf_rsp;
	struct ktext ktext = ktext_at(imm);

	if (ktext.kind == KTEXT_HELPER && ktext.n == BPF_FUNC_loop)
		return call_loop(reg);
	if (ktext.kind == KTEXT_HELPER && ktext.n == BPF_FUNC_user_ringbuf_drain)
		return call_drain(reg);
	if (ktext.kind == KTEXT_HELPER && ktext.n == BPF_FUNC_find_vma)
		return call_vma(reg);
	if (vm_is_map_walk(ktext))
		return call_each(reg);
	if (vm_call_kernel(native_cpu.sim, imm, reg) && !waits(native_cpu.sim))
		return reg[BPF_REG_0];
	native_cpu.faulted = true;
	native_cpu.rip = *(u64 *)caller - 1;
	native_cpu.over = true;
	return 0;
}

/* --- runs --- */

u64 native_run_code(struct sim *sim)
{
	struct vm *vm = sim->vm;
	u64 r0;

	native_for(sim, native_cpu.trap || sim->event_mask & EVENT_BIT(EV_HELPER));
	native_cpu.over = false;
	native_cpu.run++;
	native_cpu.running = true;
	r0 = native_enter(vm->entry ? vm->entry : vm->prog->bpf_func, &vm->reg[BPF_REG_1], vm_exec_stack(vm));
	native_cpu.running = false;
	return r0;
}

static void cannot(struct sim *sim, const char *what)
{
	vm_fault(sim, FAULT_RUNAWAY, "the machine code cannot be run: %s", what);
	vm_fail(sim, 0);
}

void native_run(struct sim *sim)
{
	u64 r0;

	if (!native_install(sim)) {
		cannot(sim, "there is no room for it");
		return;
	}
	r0 = native_run_code(sim);
	if (native_cpu.over)
		native_tell_fault(sim);
	else if (waits(sim)) /* of a helper that was called straight from its thunk */
		vm_fail(sim, 0);
	else
		vm_exit(sim, r0);
}

static int open(struct sim *sim)
{
	int err = native_map_region(sim);

	return err ? err : native_catch_signals(sim);
}

static const struct exec_ops ops = {.open = open, .run = native_run};

const struct exec_ops *native_ops(void)
{
	return &ops;
}
