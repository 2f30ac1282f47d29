/*
 * Step by step: a child of this process runs the program with the trap flag on; before each instruction the
 * CPU stops, and a handler writes the registers into memory that parent and child share. The arena is private
 * to each: here nothing happens.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "private.h"

#define NO_SANITIZE __attribute__((no_sanitize("address", "undefined")))

/* What child and parent share. */
struct record {
	u64 count, max;
	u8 end;
	u64 r0, hash;
	struct fault fault;
	struct native_step step[];
};

static struct record *record; /* in the child */

NO_SANITIZE void native_keep_step(const greg_t *reg)
{
	static const int gregs[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
				      REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
	struct native_step *step = &record->step[record->count];

	if (record->count == record->max)
		return;
	record->count++;
	step->rip = reg[REG_RIP];
	step->flags = reg[REG_EFL] & ~TRAP_FLAG;
	for (u32 i = 0; i < ARRAY_SIZE(gregs); i++)
		step->reg[i] = reg[gregs[i]];
}

/* In the kernel's functions it goes at full speed; native_slow puts the flag on again. */
static NO_SANITIZE void on_trap(int signal, siginfo_t *info, void *context)
{
	greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;
	u64 rip = reg[REG_RIP];

	(void)signal, (void)info;
	if (rip == (u64)native_slow || rip == (u64)native_leave) {
		reg[REG_EFL] &= ~TRAP_FLAG;
	} else if (native_in_code(rip) && record->count == record->max) {
		record->end = NATIVE_CUT;
		native_cpu.over = true;
		reg[REG_EFL] &= ~TRAP_FLAG;
		reg[REG_RIP] = (greg_t)native_leave;
	} else if (native_in_code(rip)) {
		native_keep_step(reg);
	}
}

/* --- the child --- */

static void run_child(struct sim *sim)
{
	struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	struct vm *vm = sim->vm;

	sigaction(SIGTRAP, &action, NULL);
	native_cpu.trap = true;
	sim->event_mask = 0;
	record->end = NATIVE_EXITED;
	native_run(sim);
	record->r0 = vm->reg[BPF_REG_0];
	record->fault = vm->fault;
	if (vm->state == VM_FAULTED && record->end != NATIVE_CUT)
		record->end = NATIVE_FAULTED;
	record->hash = native_hash(sim);
	_exit(0);
}

/* --- what must be equal afterwards --- */

/* The VM and its stacks are its engine's. */
static void leave_out(u8 *page, u64 at, u64 from, u64 size)
{
	u64 begin = from > at ? from : at,
	    end = from + size < at + ARENA_PAGE ? from + size : at + ARENA_PAGE;

	if (begin < end)
		memset(page + (begin - at), 0, end - begin);
}

u64 native_hash(const struct sim *sim)
{
	const struct vm *vm = sim->vm;
	u64 hash = arena_pages(sim->arena), word[ARENA_PAGE / sizeof(u64)];

	for (u64 i = 0; i < arena_pages(sim->arena); i++) {
		u64 at = (u64)arena_page(sim->arena, i);

		memcpy(word, (void *)at, sizeof(word));
		leave_out((u8 *)word, at, (u64)vm, sizeof(*vm));
		leave_out((u8 *)word, at, (u64)vm->stack, VM_MAX_FRAMES * VM_FRAME_SIZE);
		leave_out((u8 *)word, at, (u64)vm->exec_stack, EXEC_STACK_SIZE);
		for (u32 w = 0; w < ARRAY_SIZE(word); w++)
			hash = (hash ^ word[w]) * 0x9e3779b97f4a7c15ull + (hash >> 29);
	}
	return hash;
}

/* --- here --- */

static void take_record(struct native_trace *trace, const struct record *from, int status)
{
	bool crashed = WIFSIGNALED(status);

	trace->count = from->count;
	trace->step = from->step;
	trace->end = crashed ? NATIVE_CRASHED : from->end;
	trace->signal = crashed ? WTERMSIG(status) : 0;
	trace->r0 = from->r0;
	trace->fault = from->fault;
	trace->hash = from->hash;
}

int native_trace(struct sim *sim, u64 max, struct native_trace *trace)
{
	u64 size = sizeof(struct record) + max * sizeof(struct native_step);
	int status = 0, flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
	pid_t pid;

	*trace = (struct native_trace){.size = size};
	if (!native_install(sim))
		return sim_fail(&sim->why, -ENOMEM, "no room for the machine code");
	trace->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (trace->memory == MAP_FAILED) {
		trace->memory = NULL;
		return sim_fail(&sim->why, -ENOMEM, "no memory for %llu steps", (unsigned long long)max);
	}
	native_for(sim, true); /* the child shares this code */
	record = trace->memory;
	record->max = max;
	pid = fork();
	if (!pid)
		run_child(sim);
	if (pid < 0)
		return sim_fail(&sim->why, -EAGAIN, "no process for the program");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	take_record(trace, record, status);
	return 0;
}

void native_trace_free(struct native_trace *trace)
{
	if (trace->memory)
		munmap(trace->memory, trace->size);
	trace->memory = NULL;
}
