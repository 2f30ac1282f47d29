/* The life of a run, and which loop it takes: see vm.h. Mirrors bpf_prog_run. */
#include "../helpers/trace.h"
#include "../world/world.h"
#include "internal.h"

struct vm *vm_new(struct sim *sim)
{
	struct vm *vm = sim_alloc(sim, sizeof(*vm));

	if (!sim->trace)
		sim->trace = trace_new(sim);
	if (!vm || !sim->trace)
		return NULL;
	vm->stack = arena_alloc(sim->arena, VM_MAX_FRAMES * VM_FRAME_SIZE, TAG_STACK, NULL);
	vm->exec_stack = arena_alloc_pages(sim->arena, EXEC_STACK_SIZE, TAG_STACK, NULL);
	return vm->stack && vm->exec_stack ? vm : NULL;
}

const struct prog_type *vm_prog_type(const struct vm *vm)
{
	return prog_type_by_id(vm->prog->type);
}

/* A tail call leads to programs of any size. */
static u32 count_stack(const struct prog *prog)
{
	u32 most = 0, words = 4; /* return address and frame pointer, of the function and of a helper */

	for (u32 i = 0; i < prog->nused_maps; i++)
		if (prog->used_maps[i]->k.map_type == BPF_MAP_TYPE_PROG_ARRAY)
			return EXEC_STACK_USED;
	for (u32 i = 0; i < prog->xlated->nsubprogs; i++) {
		const struct subprog *s = &prog->xlated->subprogs[i];
		u32 size = prog->bpf_func ? s->frame_size : round_up_u64(s->stack_depth, 8);

		most = size > most ? size : most;
	}
	return (most + words * sizeof(u64)) * (prog->xlated->nsubprogs > 1 ? VM_MAX_FRAMES : 1);
}

/* The machine's frame pointer lies below the return address and the caller's frame pointer. */
static void begin_translated(struct vm *vm)
{
	struct xlated *xlated = vm->prog->xlated;

	if (!xlated->stack_used)
		xlated->stack_used = count_stack(vm->prog);
	memset((u8 *)vm_exec_stack(vm) - xlated->stack_used, VM_STACK_FILL, xlated->stack_used);
	vm->translated = true;
	vm->reg[BPF_REG_10] = vm_exec_stack(vm) - 2 * sizeof(u64);
}

static void begin_written(struct vm *vm)
{
	memset(vm->stack, VM_STACK_FILL, VM_MAX_FRAMES * VM_FRAME_SIZE);
	vm->reg[BPF_REG_10] = vm_frame_top(vm, 0);
	if (vm_prog_type(vm) && vm->ctx)
		vm->ctx_size = vm_prog_type(vm)->ctx_size;
}

#define CLEAR_STEP 48u /* bytes that a compiler clears by a few stores; of more it makes a call, or a slow instruction */

static void clear(struct vm *vm)
{
	const u32 most = offsetof(struct vm, rare);

	static_assert(offsetof(struct vm, rare) % CLEAR_STEP == 0, "in whole steps");
	for (u32 at = 0; at < most; at += CLEAR_STEP)
		memset((u8 *)vm + at, 0, CLEAR_STEP);
	if (vm->rare)
		memset((u8 *)vm + most, 0, sizeof(*vm) - most);
}

static void start(struct sim *sim, struct prog *prog, u64 ctx)
{
	struct vm *vm = sim->vm;
	u8 *stack = vm->stack, *exec_stack = vm->exec_stack;

	assert(vm->state == VM_IDLE);
	clear(vm);
	vm->state = VM_RUNNING;
	vm->prog = vm->held = prog;
	vm->stack = stack;
	vm->exec_stack = exec_stack;
	vm->ctx = ctx;
	vm->insn_limit = VM_INSN_LIMIT;
	sim->clock->jiffies = sim_jiffies(sim);
	arena_hold(sim->arena);
	obj_get(sim, &prog->obj);
	vm->reg[BPF_REG_1] = ctx;
	if (prog->xlated && sim->world->sysctl.engine != ENGINE_AS_WRITTEN)
		begin_translated(vm);
	else
		begin_written(vm);
	vm_refresh_packet(sim);
	world_done(sim, DONE_RUN);
	prog->counts.runs++;
}

static void tell_start(struct sim *sim)
{
	struct vm *vm = sim->vm;

	event_send(sim, EV_RUN_START, vm->prog->obj.id, vm->prog->obj.id, vm->ctx, 0, 0);
}

void vm_start(struct sim *sim, struct prog *prog, u64 ctx)
{
	start(sim, prog, ctx);
	tell_start(sim);
}

/* The slot as written of the function whose address a program had; false: it has none there. */
static bool function_slot(const struct prog *prog, u64 callback, u32 *slot)
{
	u64 off = callback - (u64)prog->insns;

	*slot = off / sizeof(struct bpf_insn);
	if (off < prog->insn_cnt * sizeof(struct bpf_insn))
		return off % sizeof(struct bpf_insn) == 0;
	for (u32 i = 0; prog->xlated && i < prog->xlated->nsubprogs; i++)
		if (prog->xlated->subprogs[i].address == callback) {
			*slot = prog->xlated->origin[prog->xlated->subprogs[i].start];
			return true;
		}
	return false;
}

/* The run begins with the function at @slot, not with the first. False: that form has no such function. */
static bool enter_at(struct vm *vm, u32 slot)
{
	const struct xlated *xlated = vm->prog->xlated;

	vm->pc = slot;
	for (u32 i = 0; vm->translated && i < xlated->nsubprogs; i++)
		if (xlated->origin[xlated->subprogs[i].start] == slot) {
			vm->pc = xlated->subprogs[i].start;
			vm->entry = xlated->subprogs[i].address;
			return true;
		}
	return !vm->translated;
}

static void abandon(struct sim *sim)
{
	struct vm *vm = sim->vm;

	obj_put(sim, &vm->held->obj);
	vm->rare |= vm->state == VM_FAULTED;
	vm->state = VM_IDLE;
	vm->prog = vm->held = NULL;
	arena_release(sim->arena);
}

bool vm_start_callback(struct sim *sim, struct prog *prog, u64 callback, const u64 arg[3])
{
	u32 slot;

	if (!function_slot(prog, callback, &slot))
		return false;
	start(sim, prog, 0);
	if (!enter_at(sim->vm, slot)) {
		abandon(sim);
		return false;
	}
	memcpy(&sim->vm->reg[BPF_REG_1], arg, 3 * sizeof(u64));
	sim->vm->rare = true;
	sim->vm->frames[0].map = map_of((const struct bpf_map_layout *)arg[0]);
	sim->vm->frames[0].key = arg[1];
	tell_start(sim);
	return true;
}

/*
 * The fast loop may overrun its budget by the instructions up to the next jump: near the end
 * each one is counted.
 */
static u64 run_some(struct sim *sim, u64 max)
{
	const struct vm *vm = sim->vm;

	if (!vm->translated)
		return vm_loop_checked(sim, max);
	if (vm->edited)
		return vm_loop_guarded(sim, max);
	return max >= vm->prog->xlated->insn_cnt ? vm_loop_fast(sim, max) : vm_loop_exact(sim, max);
}

static u64 fault_runaway(struct sim *sim)
{
	struct vm *vm = sim->vm;

	vm_fault(sim, FAULT_RUNAWAY, "the program has run %llu instructions and has not come to its end",
		 (unsigned long long)vm->insns);
	vm->state = VM_FAULTED;
	return 1;
}

/* Of a run: so many units are to be done at most, and were. */
struct stretch {
	struct sim *sim;
	u64 max, done;
};

static void run_stretch(void *arg)
{
	struct stretch *stretch = arg;
	struct sim *sim = stretch->sim;
	struct vm *vm = sim->vm;
	u64 *waits_for = &sim->world->locks->waits_for[sim->clock->cpu];

	do {
		u64 step = sim->clock->step;
		u64 left = vm->insns < vm->insn_limit ? vm->insn_limit - vm->insns : 0;
		u64 n;

		*waits_for = 0;
		n = left ? run_some(sim, min_u64(stretch->max - stretch->done, left)) : fault_runaway(sim);
		vm->insns += *waits_for ? n - 1 : n; /* a call that waits has not been made */
		sim->clock->step = step + n;
		stretch->done += n;
	} while (vm->state == VM_RUNNING && stretch->done < stretch->max && !*waits_for);
}

void vm_oops(struct sim *sim, u64 addr)
{
	vm_fault(sim, FAULT_ACCESS, "the kernel would oops: address 0x%llx is used, and nothing is there; "
				    "6.1's verifier let this program through", (unsigned long long)addr);
	sim->vm->fault.addr = addr;
	sim->vm->state = VM_FAULTED;
}

/* The loops do not say at once how far they are: it was one of the last instructions that were begun. */
static void oops(struct stretch *stretch, u64 step, u64 addr)
{
	struct sim *sim = stretch->sim;

	vm_oops(sim, addr);
	stretch->done++;
	sim->clock->step = step + stretch->done;
	if (sim->host->exec) /* its handlers gave way to the guard's */
		sim->host->exec->open(sim);
}

u64 vm_run(struct sim *sim, u64 max)
{
	struct vm *vm = sim->vm;
	struct stretch stretch = {.sim = sim, .max = max};
	u64 step = sim->clock->step, addr;

	if (vm->state != VM_RUNNING || !max)
		return 0;
	if (!sim->host->guard)
		run_stretch(&stretch);
	else if (!sim->host->guard(run_stretch, &stretch, &addr))
		oops(&stretch, step, addr);
	vm_refresh_packet(sim);
	if (vm->state == VM_FAULTED)
		vm_fail(sim, vm_written_pc(vm));
	return stretch.done;
}

void vm_exit(struct sim *sim, u64 r0)
{
	sim->vm->reg[BPF_REG_0] = r0;
	sim->vm->state = VM_EXITED;
}

void vm_fail(struct sim *sim, u32 pc)
{
	struct vm *vm = sim->vm;

	vm->state = VM_FAULTED;
	vm->fault.pc = pc;
	event_send(sim, EV_FAULT, vm->prog->obj.id, vm->fault.kind, vm->fault.addr, vm->fault.size, pc);
}

u64 vm_finish(struct sim *sim)
{
	struct vm *vm = sim->vm;
	u64 r0 = vm->state == VM_EXITED ? vm->reg[BPF_REG_0] : 0;

	assert(vm->state == VM_EXITED || vm->state == VM_FAULTED);
	event_send(sim, EV_RUN_EXIT, vm->prog->obj.id, vm->prog->obj.id, r0, vm->insns, 0);
	vm_drain_abandon(vm);
	abandon(sim);
	return r0;
}
