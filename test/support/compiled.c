/* Compiled programs without a verifier: see compiled.h. */
#include <stdio.h>
#include <stdlib.h>

#include "bare.h"
#include "compiled.h"
#include "sim/native/native.h"
#include "sim/verifier/call.h"
#include "sim/verifier/translate.h"

#define STACK 512

struct sim *compiled_machine(void)
{
	struct sim *sim = bare_new();

	((struct sim_host *)sim->host)->exec = native_ops();
	if (sim->host->exec && !sim->host->exec->open(sim))
		return sim;
	fprintf(stderr, "machine code cannot be run: %s\n", sim->why.text);
	exit(2);
}

static bool compile(struct sim *sim, struct prog *prog)
{
	struct call call = {.task = task_by_pid(sim, 100)};
	struct prog_load load = {.prog = prog};

	while (prog_jit_stage(sim, &call, &load) == LOAD_AGAIN)
		;
	return prog->bpf_func || !sim_fail(&sim->why, false, "the JIT has left it to the interpreter");
}

/* Everything was seen, all bits matter, nothing is known. */
static int pretend_walk(struct sim *sim, struct verifier *v)
{
	int err = walk_new(sim, v, task_by_pid(sim, 100));

	for (u32 i = 0; i < v->prog->insn_cnt && !err; i++) {
		v->walk->aux[i].seen = 1;
		v->walk->aux[i].zext_dst = true;
		v->walk->aux[i].map_ptr_state = MAP_PTR_POISON; /* several maps: nothing is written out */
	}
	for (u32 i = 0; i < v->nsubprogs; i++)
		v->subprog[i].stack_depth = STACK;
	return err;
}

bool compile_prog(struct sim *sim, struct prog *prog)
{
	struct verifier *v = verifier_new(sim, prog, true);
	int err;

	if (!prog->type)
		prog->type = BPF_PROG_TYPE_SOCKET_FILTER;
	while ((err = verifier_find_subprogs(sim, v)) == VERIFIER_MORE)
		;
	while (!err && (err = verifier_check_jumps(sim, v)) == VERIFIER_MORE)
		err = 0;
	err = err ? err : pretend_walk(sim, v);
	err = err ? err : translate_new(sim, v);
	while (!err && (err = translate_step(sim, v)) == VERIFIER_MORE)
		err = 0;
	verifier_free(sim, v);
	return !err && compile(sim, prog);
}

bool compile_translated(struct sim *sim, struct prog *prog, u32 stack_depth)
{
	struct xlated *xlated = prog->xlated = sim_alloc(sim, sizeof(*xlated));

	xlated->insn_cnt = prog->insn_cnt;
	xlated->insns = sim_alloc(sim, prog->insn_cnt * sizeof(*xlated->insns));
	memcpy(xlated->insns, prog->insns, prog->insn_cnt * sizeof(*xlated->insns));
	xlated->origin = sim_alloc(sim, prog->insn_cnt * sizeof(*xlated->origin));
	for (u32 i = 0; i < prog->insn_cnt; i++)
		xlated->origin[i] = i;
	xlated->nsubprogs = 1;
	xlated->subprogs = sim_alloc(sim, sizeof(*xlated->subprogs));
	xlated->subprogs[0].stack_depth = stack_depth;
	return compile(sim, prog);
}

u64 compiled_run(struct sim *sim, struct prog *prog, u64 r1, u64 r2)
{
	vm_start(sim, prog, 0);
	sim->vm->reg[BPF_REG_1] = r1;
	sim->vm->reg[BPF_REG_2] = r2;
	sim->host->exec->run(sim);
	if (sim->vm->state == VM_FAULTED) {
		fprintf(stderr, "fault at instruction %u: %s\n", sim->vm->fault.pc, sim->vm->fault.text);
		exit(1);
	}
	return vm_finish(sim);
}
