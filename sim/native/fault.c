/*
 * Signals while a program's code runs.
 *
 * A load that may fault (BPF_PROBE_MEM) is in the image's exception table: its register becomes 0 and the
 * program goes on, as after a page fault in Linux. Any other fault ends the run. A timer of the CPU time used
 * ends runs that do not come to their end; the interpreter counts instructions instead. Signals of this
 * process that are not our program's are handed on.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

#include "private.h"

#define STACK_SIZE (256u << 10)
#define WATCH_SECONDS 10

static const int caught[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static struct sigaction before[ARRAY_SIZE(caught)];
static bool catching;
static u64 watched_run;
static u32 watched_ticks;

/* x86 register number -> index in gregs. */
static const int gregs[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
			      REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

/* --- in handlers --- */

/* A load that may fault? Then it has given 0. */
static bool fix_up(greg_t *reg)
{
	struct native_place place;
	const struct jit_image *image;

	if (!native_find(reg[REG_RIP], &place))
		return false;
	image = &place.prog->jit->build->func[place.func];
	for (u32 i = 0; i < image->nexentries; i++)
		if (image->exentries[i].off == place.off) {
			reg[gregs[native_register[image->exentries[i].reg]]] = 0;
			reg[REG_RIP] += image->exentries[i].skip;
			return true;
		}
	return false;
}

/* The program's code is left; what it was doing is kept for native_tell_fault. */
static void end_run(int signal, greg_t *reg)
{
	native_cpu.over = true;
	native_cpu.faulted = false;
	native_cpu.signal = signal;
	native_cpu.rip = reg[REG_RIP];
	for (u32 i = 0; i < ARRAY_SIZE(gregs); i++)
		native_cpu.reg[i] = reg[gregs[i]];
	reg[REG_RIP] = (greg_t)native_leave;
	reg[REG_EFL] &= ~TRAP_FLAG;
}

/* A helper has used memory that is not there: its call is where the run ends. */
static void end_in_helper(void *addr, greg_t *reg)
{
	vm_oops(native_cpu.sim, (u64)addr);
	native_cpu.over = true;
	native_cpu.faulted = true;
	native_cpu.rip = **(u64 **)native_cpu.host_rsp - 1;
	reg[REG_RIP] = (greg_t)native_leave;
	reg[REG_EFL] &= ~TRAP_FLAG;
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;

	if (native_cpu.running && !native_cpu.over && !native_in_code(reg[REG_RIP]) &&
	    (signal == SIGSEGV || signal == SIGBUS) && info->si_code > 0) {
		end_in_helper(info->si_addr, reg);
		return;
	}
	if (native_cpu.running && native_in_code(reg[REG_RIP])) {
		if (!fix_up(reg))
			end_run(signal, reg);
		else if (native_cpu.trap) /* the trap comes behind the next instruction only */
			native_keep_step(reg);
		return;
	}
	/* Not a program's: it happens again, and whoever was here before us hears of it. */
	for (u32 i = 0; i < ARRAY_SIZE(caught); i++)
		if (caught[i] == signal)
			sigaction(signal, &before[i], NULL);
}

static void on_tick(int signal, siginfo_t *info, void *context)
{
	greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)info;
	if (!native_cpu.running || native_cpu.run != watched_run) {
		watched_run = native_cpu.run;
		watched_ticks = 0;
		return;
	}
	/* In one of the kernel's functions: the next tick may meet the program itself. */
	if (++watched_ticks >= WATCH_SECONDS && native_in_code(reg[REG_RIP]))
		end_run(signal, reg);
}

/* --- setting up --- */

static bool set_handler(int signal, void (*handler)(int, siginfo_t *, void *), struct sigaction *old)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};

	sigfillset(&action.sa_mask);
	for (u32 i = 0; i < ARRAY_SIZE(caught); i++)
		sigdelset(&action.sa_mask, caught[i]);
	return !sigaction(signal, &action, old);
}

static bool set_stack(void)
{
	stack_t stack = {.ss_size = STACK_SIZE};

	stack.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return stack.ss_sp != MAP_FAILED && !sigaltstack(&stack, NULL);
}

int native_catch_signals(struct sim *sim)
{
	const struct itimerval second = {{1, 0}, {1, 0}};

	if (!catching)
		catching = set_stack() && set_handler(SIGVTALRM, on_tick, NULL) &&
			   !setitimer(ITIMER_VIRTUAL, &second, NULL);
	if (!catching)
		return sim_fail(&sim->why, -EOPNOTSUPP, "machine code cannot be run: no signal handlers");
	native_renew_handlers();
	return 0;
}

void native_renew_handlers(void)
{
	struct sigaction action;

	for (u32 i = 0; i < ARRAY_SIZE(caught); i++)
		if (!sigaction(caught[i], NULL, &action) && action.sa_sigaction != on_fault)
			set_handler(caught[i], on_fault, &before[i]);
	for (int signal = 1; signal < SIGRTMAX; signal++) {
		bool handled = !sigaction(signal, NULL, &action) && action.sa_handler != SIG_DFL &&
			       action.sa_handler != SIG_IGN;

		if (!handled || action.sa_flags & SA_ONSTACK)
			continue;
		action.sa_flags |= SA_ONSTACK;
		sigaction(signal, &action, NULL);
	}
}

/* --- after the run --- */

static u32 access_size(u8 code)
{
	return BPF_SIZE(code) == BPF_B ? 1 : BPF_SIZE(code) == BPF_H ? 2 : BPF_SIZE(code) == BPF_W ? 4 : 8;
}

/* The registers say which address it was; the signal does not always. */
static void tell_access(struct sim *sim, const struct bpf_insn *insn)
{
	bool write = BPF_CLASS(insn->code) != BPF_LDX;
	u8 base = write ? insn->dst_reg : insn->src_reg;

	vm_fault_access(sim, native_cpu.reg[native_register[base]] + insn->off, access_size(insn->code),
			write);
}

void native_tell_fault(struct sim *sim)
{
	const struct bpf_insn *insn;
	struct native_place place;
	u32 at;

	if (!native_find(native_cpu.rip, &place)) {
		vm_fault(sim, FAULT_INSN, "signal %d outside of the program's machine code, at 0x%llx",
			 native_cpu.signal, (unsigned long long)native_cpu.rip);
		vm_fail(sim, 0);
		return;
	}
	sim->vm->prog = (struct prog *)place.prog;
	at = native_insn(&place);
	insn = &place.prog->xlated->insns[at];
	if (native_cpu.faulted)
		;
	else if (native_cpu.signal == SIGVTALRM)
		vm_fault(sim, FAULT_RUNAWAY, "the program has run for %u seconds and has not come to its end",
			 WATCH_SECONDS);
	else if (BPF_CLASS(insn->code) == BPF_LDX || BPF_CLASS(insn->code) == BPF_STX ||
		 BPF_CLASS(insn->code) == BPF_ST)
		tell_access(sim, insn);
	else
		vm_fault(sim, FAULT_INSN, "signal %d in the machine code at 0x%llx", native_cpu.signal,
			 (unsigned long long)native_cpu.rip);
	vm_fail(sim, place.prog->xlated->origin[at]);
}
