/* CPUs: see cpu.h. */
#include "cpu.h"

struct cpus *cpus_new(struct sim *sim, u32 count)
{
	sim->cpus = sim_alloc(sim, sizeof(*sim->cpus));
	if (!sim->cpus || cpus_set(sim, count))
		return NULL;
	cpu_restored(sim);
	return sim->cpus;
}

static int boot_cpu(struct sim *sim, struct cpu *cpu)
{
	if (!cpu->vm)
		cpu->vm = vm_new(sim);
	if (!cpu->work)
		cpu->work = work_new(sim);
	return cpu->vm && cpu->work ? 0 : sim_fail(&sim->why, -ENOMEM, "no memory for one more CPU");
}

int cpus_set(struct sim *sim, s64 count)
{
	if (obj_next(sim, OBJ_MAP, 0) || sim->clock->cpu >= count)
		return sim_fail(&sim->why, -EBUSY, "the number of CPUs is decided before there are maps");
	for (u32 n = 0; n < count; n++)
		if (boot_cpu(sim, &sim->cpus->cpu[n]))
			return sim->why.err;
	sim->clock->ncpus = sim->world->sysctl.cpus = count;
	return 0;
}

static void put_aside(struct sim *sim, struct cpu *cpu)
{
	cpu->pid = sim->clock->pid;
	cpu->when = sim->world->done.when;
	cpu->redirect = sim->world->redirect;
	cpu->clones = sim->world->clones;
	memcpy(cpu->run_storage, sim->world->run_storage, sizeof(cpu->run_storage));
	cpu->kernel_stack = sim->world->kernel_stack;
	cpu->hooked = sim->world->hooked;
	cpu->user_stack = sim->world->user_stack;
}

static void take_up(struct sim *sim, const struct cpu *cpu)
{
	sim->clock->pid = cpu->pid;
	sim->world->done.when = cpu->when;
	sim->world->redirect = cpu->redirect;
	sim->world->clones = cpu->clones;
	memcpy(sim->world->run_storage, cpu->run_storage, sizeof(cpu->run_storage));
	sim->world->kernel_stack = cpu->kernel_stack;
	sim->world->hooked = cpu->hooked;
	sim->world->user_stack = cpu->user_stack;
}

/* May the CPU at hand be left? */
static int can_leave(struct sim *sim)
{
	u32 n = sim->clock->cpu;

	if (!cpu_is_busy(sim, n) || cpu_runs_program(sim, n) || cpu_waits_for(sim, n))
		return 0;
	return sim_fail(&sim->why, -EBUSY, "CPU %u is not in a program just now: only programs can be interleaved; "
			"step it on", n);
}

int cpu_check(struct sim *sim, u64 n)
{
	if (n >= sim->clock->ncpus)
		return sim_fail(&sim->why, -EINVAL, "there is no CPU %llu: the machine has %u, from 0",
				(unsigned long long)n, sim->clock->ncpus);
	return n == sim->clock->cpu ? 0 : can_leave(sim);
}

void cpu_select(struct sim *sim, u32 n)
{
	u32 before = sim->clock->cpu;

	if (n == before)
		return;
	put_aside(sim, &sim->cpus->cpu[before]);
	sim->clock->cpu = n;
	take_up(sim, &sim->cpus->cpu[n]);
	cpu_restored(sim);
	if (lock_holder(sim, cpu_waits_for(sim, n)) == LOCK_NOBODY)
		sim->world->locks->waits_for[n] = 0; /* it was given back: the next step gets it */
	event_send(sim, EV_CPU, 0, n, before, 0, 0);
}

void cpu_carry(struct sim *sim, u32 n)
{
	struct cpu *from = &sim->cpus->cpu[sim->clock->cpu], *to = &sim->cpus->cpu[n];
	struct work *work = from->work;
	u32 pid = sim->clock->pid, when = sim->world->done.when;

	if (from == to)
		return;
	from->work = to->work;
	to->work = work;
	cpu_select(sim, n);
	sim->clock->pid = pid;
	sim->world->done.when = when;
}

void cpu_restored(struct sim *sim)
{
	sim->vm = sim->cpus->cpu[sim->clock->cpu].vm;
	sim->work = sim->cpus->cpu[sim->clock->cpu].work;
}

/* --- looking --- */

const struct cpu *cpu_look(const struct sim *sim, u32 n)
{
	return &sim->cpus->cpu[n];
}

bool cpu_is_busy(const struct sim *sim, u32 n)
{
	return sim->cpus->cpu[n].work->kind;
}

bool cpu_runs_program(const struct sim *sim, u32 n)
{
	return sim->cpus->cpu[n].vm->state != VM_IDLE;
}

bool cpu_others_run(const struct sim *sim)
{
	for (u32 n = 0; n < sim->clock->ncpus; n++)
		if (n != sim->clock->cpu && cpu_is_busy(sim, n))
			return true;
	return false;
}

int cpu_of_task(const struct sim *sim, u32 pid)
{
	for (u32 n = 0; pid && n < sim->clock->ncpus; n++)
		if (cpu_is_busy(sim, n) && sim->cpus->cpu[n].work->pid == pid)
			return n;
	return -1;
}

u64 cpu_waits_for(const struct sim *sim, u32 n)
{
	return sim->world->locks->waits_for[n];
}
