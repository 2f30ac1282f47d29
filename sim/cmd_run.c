/*
 * BPF_PROG_TEST_RUN: runs a program on data that the caller gives (kernel/bpf/syscall.c, bpf_prog_test_run;
 * net/bpf/test_run.c, bpf_test_run).
 *
 * The program's type makes the context and takes it apart; between them the program runs `repeat`
 * times, an instruction a step. A program of a trampoline is not run by itself: the kernel calls functions that it may
 * hang at (fire.h).
 */
#include "cpu.h"
#include "progs/prog_type.h"
#include "syscall.h"
#include "vm/vm.h"
#include "world/world.h"

enum stage { STAGE_BEGIN, STAGE_RUN, STAGE_EVENT };

/* In the arena while the call lasts. */
struct test_run {
	struct prog *prog;          /* a reference */
	struct run_request request;
	void *state;                /* of the program's type */
	u32 left;                   /* repetitions to go */
	u64 start;                  /* step at which the first began; a step is a nanosecond */
	u32 home;                   /* CPU of the caller */
};

static const struct user_access user_memory = {copy_in, copy_out, check_tail_zero};

static struct test_call test_call(const struct call *call)
{
	return (struct test_call){call->task, &call->attr, call->uattr, &user_memory};
}

/* A value for the run in each storage map that the program uses; 0 or -ENOMEM. */
static int storage_begin(struct sim *sim, const struct prog *prog)
{
	for (u32 i = 0; i < prog->nused_maps; i++) {
		struct map *map = prog->used_maps[i];
		const struct map_ops *ops = map_ops(map);

		if (!ops->run_value_new)
			continue;
		sim->world->run_storage[ops->run_storage] = (u64)ops->run_value_new(sim, map);
		if (!sim->world->run_storage[ops->run_storage])
			return sim_fail(&sim->why, -ENOMEM, "no memory for the storage of a run");
	}
	return 0;
}

static void storage_end(struct sim *sim, const struct prog *prog)
{
	for (u32 i = 0; i < prog->nused_maps; i++) {
		const struct map_ops *ops = map_ops(prog->used_maps[i]);

		if (!ops->run_value_new || !sim->world->run_storage[ops->run_storage])
			continue;
		ops->run_value_free(sim, (void *)sim->world->run_storage[ops->run_storage]);
		sim->world->run_storage[ops->run_storage] = 0;
	}
}

static s64 finish(struct sim *sim, struct call *call, s64 result)
{
	struct test_run *run = call->state;

	prog_types[run->prog->type]->test_free(sim, run->state);
	storage_end(sim, run->prog);
	obj_put(sim, &run->prog->obj);
	sim_free(sim, run);
	call->state = NULL;
	return result;
}

/* --- events --- */

static s64 begin_event(struct sim *sim, struct call *call, const struct prog *prog)
{
	struct fire *fire = &sim->work->fire;
	char words[64];
	struct text text;
	int err;
	const char *kind = prog_types[prog->type]->test_event(sim, prog, &call->attr, &err);

	if (!kind)
		return err;
	text_init(&text, words, sizeof(words));
	text_add(&text, "%s pid=%u", kind, call->task->pid);
	memset(fire, 0, sizeof(*fire));
	fire->kind = STIMULUS_EVENT;
	err = happening_begin(sim, &fire->happening, words);
	call->stage = STAGE_EVENT;
	return err ? err : CALL_MORE;
}

static s64 next_event(struct sim *sim, struct call *call)
{
	struct fire *fire = &sim->work->fire;
	u32 pid = call->task->pid, retval;
	s64 ret = event_unit(sim, fire);

	if (ret)
		return ret;
	sim->clock->pid = pid;
	if (task_by_pid(sim, pid) != call->task)
		return sim_fail(&sim->why, -EINTR, "a program has killed the caller");
	retval = fire->happening.value[V_RET];
	return copy_out(sim, call->task, call->uattr + offsetof(union bpf_attr, test.retval), &retval, sizeof(retval));
}

/* --- programs that are run by themselves --- */

/* Each size goes with its pointer. */
static int check_ctx_attr(struct sim *sim, const union bpf_attr *attr)
{
	if (!attr->test.ctx_size_in != !attr->test.ctx_in || !attr->test.ctx_size_out != !attr->test.ctx_out)
		return sim_fail(&sim->why, -EINVAL,
				"ctx_in and ctx_size_in go together, ctx_out and ctx_size_out too");
	return 0;
}

/* The program is wanted on another CPU: the call goes there with it. */
static int go_to_cpu(struct sim *sim, struct test_run *run)
{
	run->home = sim->clock->cpu;
	if (!run->request.on_cpu || run->request.cpu == run->home)
		return 0;
	if (cpu_is_busy(sim, run->request.cpu) || cpu_runs_program(sim, run->request.cpu))
		return sim_fail(&sim->why, -EBUSY, "CPU %u is busy just now: finish that first", run->request.cpu);
	cpu_carry(sim, run->request.cpu);
	return 0;
}

static void start(struct sim *sim, const struct run_request *request)
{
	struct vm *vm = sim->vm;

	vm_start(sim, request->prog, request->ctx);
	if (vm->translated || !request->memory)
		return;
	vm->memory = request->memory;
	vm->memory_size = request->memory_size;
	if (request->memory == request->ctx)
		vm->ctx_size = 0;
}

static s64 begin(struct sim *sim, struct call *call)
{
	struct test_call test = test_call(call);
	const struct prog_type *type;
	struct test_run *run;
	struct obj *obj;
	int err = check_ctx_attr(sim, &call->attr);

	if (err)
		return err;
	obj = fd_obj(sim, call->task, call->attr.test.prog_fd, OBJ_PROG, &err);
	if (!obj)
		return err;
	type = prog_type_by_id(container_of(obj, struct prog, obj)->type);
	if (type && type->test_event)
		return begin_event(sim, call, container_of(obj, struct prog, obj));
	if (!type || !type->test_begin)
		return sim_fail(&sim->why, -ENOTSUPP, "programs of this type cannot be run by TEST_RUN");
	call->state = run = sim_alloc(sim, sizeof(*run));
	if (!run)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a run");
	run->prog = container_of(obj, struct prog, obj);
	obj_get(sim, obj);
	err = type->test_begin(sim, run->prog, &test, &run->request, &run->state);
	if (!err)
		err = storage_begin(sim, run->prog);
	if (!err)
		err = go_to_cpu(sim, run);
	if (err)
		return finish(sim, call, err);
	run->left = call->attr.test.repeat ? call->attr.test.repeat : 1;
	run->start = sim->clock->step;
	start(sim, &run->request);
	call->stage = STAGE_RUN;
	return CALL_MORE;
}

/* Nanoseconds of one repetition. */
static u32 duration(const struct sim *sim, const struct call *call, const struct test_run *run)
{
	u32 repeat = call->attr.test.repeat ? call->attr.test.repeat : 1;

	return min_u64((sim->clock->step - run->start) / repeat, UINT32_MAX);
}

/* The program has ended: once more, or the results. */
static s64 next(struct sim *sim, struct call *call)
{
	struct test_run *run = call->state;
	const struct prog_type *type = prog_types[run->prog->type];
	struct test_call test = test_call(call);
	bool faulted = sim->vm->state == VM_FAULTED;
	struct fault fault = sim->vm->fault;
	u32 retval = vm_finish(sim);

	cpu_carry(sim, run->home);
	if (faulted)
		return finish(sim, call,
			      sim_fail(&sim->why, -EFAULT, "the program faulted at instruction %u: %s",
				       fault.pc, fault.text));
	if (--run->left) {
		if (type->test_again)
			type->test_again(sim, run->state);
		start(sim, &run->request);
		return CALL_MORE;
	}
	return finish(sim, call, type->test_end(sim, &test, run->state, retval, duration(sim, call, run)));
}

s64 cmd_prog_test_run(struct sim *sim, struct call *call)
{
	switch (call->stage) {
	case STAGE_BEGIN:
		return begin(sim, call);
	case STAGE_EVENT:
		return next_event(sim, call);
	}
	return next(sim, call);
}
