/*
 * Functions of the program: calling them and coming back (__check_func_call, prepare_func_exit of
 * kernel/bpf/verifier.c).
 *
 * A static function is walked where it is called, in a frame of its own, as if it stood there. A global one
 * is walked once, for all arguments that its BTF allows; a call of it only checks the arguments.
 */
#include "../log.h"
#include "call.h"

void init_frame(struct env *env, struct frame *frame, s32 callsite, u32 frameno, u32 subprog)
{
	frame->callsite = callsite;
	frame->frameno = frameno;
	frame->subprog = subprog;
	frame->callback_ret_range = tnum_const(0);
	for (u32 i = 0; i < MAX_BPF_REGS; i++) {
		reg_set_not_init(&frame->reg[i], !env->w->may.bpf_capable);
		frame->reg[i].live = LIVE_NONE;
		frame->reg[i].parent = NULL;
		frame->reg[i].subreg_def = SUBREG_DEF_NONE;
	}
	frame->reg[BPF_REG_10].type = PTR_TO_STACK;
	reg_set_known_zero(&frame->reg[BPF_REG_10]);
	frame->reg[BPF_REG_10].frameno = frameno;
	scratch_all(env);
}

bool subprog_is_global(const struct env *env, u32 subprog)
{
	const struct prog *prog = env->v->prog;
	const struct btf_types *types;

	if (!prog->func_info_cnt)
		return false;
	types = &btf_of(prog->btf)->types;
	return btf_vlen(btf_type_by_id(types, prog->func_info[subprog].type_id)) == BTF_FUNC_GLOBAL;
}

void forget_caller_saved(struct env *env, struct reg *regs)
{
	for (u32 i = 0; i <= BPF_REG_5; i++) {
		reg_set_not_init(&regs[i], !env->w->may.bpf_capable);
		use_reg(env, i, USE_DST_NO_MARK);
	}
}

/* After a call that is not walked here: r0 holds some number. */
static int go_on_behind(struct env *env, struct reg *regs)
{
	forget_caller_saved(env, regs);
	forget_value(env, &regs[BPF_REG_0]);
	regs[BPF_REG_0].subreg_def = SUBREG_DEF_NONE;
	return 0;
}

static int call_global(struct env *env, u32 subprog, int err)
{
	if (err) {
		reject(env, CALLER_INVALID_ARGS, subprog);
		return err;
	}
	if (env->v->log.level & LOG_STEPS)
		say(env, "Func#%d is global and valid. Skipping.\n", subprog);
	return go_on_behind(env, cur_regs(env));
}

/* A timer calls it later, on an empty stack: a path of its own, of which the current state knows nothing. */
static struct frame *push_async(struct env *env, u32 subprog)
{
	struct branch *branch = sim_alloc(env->sim, sizeof(*branch));
	struct walk *w = env->w;
	struct frame *frame;

	if (!branch)
		return NULL;
	branch->insn = env->v->subprog[subprog].start;
	branch->prev_insn = w->insn;
	branch->log_used = env->v->log.used;
	branch->next = w->branches;
	w->branches = branch;
	if (++w->nbranches > WALK_MAX_BRANCHES) {
		reject(env, TOO_MANY_ASYNC, w->nbranches);
		return NULL;
	}
	frame = frame_new(env->sim);
	if (!frame)
		return NULL;
	branch->state.branches = 1;
	branch->state.frame[0] = frame;
	fork_path(env, &branch->state, branch->insn);
	init_frame(env, frame, -1, 0, subprog);
	return frame;
}

static int call_async(struct env *env, u32 subprog,
		      int (*prepare)(struct env *env, const struct frame *caller, struct frame *callee))
{
	struct frame *caller = cur_frame(env);
	struct frame *callee;
	int err;

	env->v->subprog[subprog].async_callback = true;
	callee = push_async(env, subprog);
	if (!callee)
		return -EFAULT;
	callee->async_entry_cnt = caller->async_entry_cnt + 1;
	err = prepare(env, caller, callee);
	return err ? err : go_on_behind(env, caller->reg);
}

static bool copy_refs(struct env *env, struct frame *dst, const struct frame *src)
{
	dst->nrefs = 0;
	for (u32 i = 0; i < src->nrefs; i++)
		if (!frame_add_ref(env->sim, dst, src->refs[i]))
			return false;
	return true;
}

static void say_entry(struct env *env, const struct frame *caller, const struct frame *callee)
{
	if (!(env->v->log.level & LOG_STEPS))
		return;
	say(env, "caller:\n");
	say_state(env, caller, true);
	say(env, "callee:\n");
	say_state(env, callee, true);
}

int enter_function(struct env *env, u32 subprog, bool async,
		   int (*prepare)(struct env *env, const struct frame *caller, struct frame *callee))
{
	struct vstate *state = env->w->cur;
	struct frame *caller = cur_frame(env);
	struct frame *callee;
	int err;

	if (state->curframe + 1 >= MAX_FRAMES)
		return reject(env, TOO_MANY_FRAMES, state->curframe + 2);
	err = check_func_args(env, subprog, true);
	if (err == -EFAULT)
		return err;
	if (subprog_is_global(env, subprog))
		return call_global(env, subprog, err);
	if (async)
		return call_async(env, subprog, prepare);
	callee = frame_new(env->sim);
	if (!callee)
		return sim_fail(&env->sim->why, -ENOMEM, "no memory for another frame");
	state->frame[state->curframe + 1] = callee;
	init_frame(env, callee, env->w->insn, state->curframe + 1, subprog);
	if (!copy_refs(env, callee, caller))
		return sim_fail(&env->sim->why, -ENOMEM, "no memory for references");
	err = prepare(env, caller, callee);
	if (err)
		return err;
	forget_caller_saved(env, caller->reg);
	state->curframe++;
	env->w->insn = env->v->subprog[subprog].start - 1;
	say_entry(env, caller, callee);
	return 0;
}

/* A copy, parent included: reads in the callee go on to whoever wrote the argument. */
static int pass_arguments(struct env *env, const struct frame *caller, struct frame *callee)
{
	(void)env;
	for (u32 i = BPF_REG_1; i <= BPF_REG_5; i++)
		callee->reg[i] = caller->reg[i];
	return 0;
}

int walk_func_call(struct env *env, const struct bpf_insn *insn)
{
	s64 target = (s64)env->w->insn + insn->imm + 1;
	int subprog = verifier_subprog_at(env->v, target);

	if (subprog < 0)
		return reject(env, NO_SUBPROG, (int)target);
	return enter_function(env, subprog, false, pass_arguments);
}

/* --- coming back --- */

static int check_callback_result(struct env *env, const struct frame *callee)
{
	const struct reg *r0 = &callee->reg[BPF_REG_0];
	int err;

	if (r0->type != SCALAR_VALUE)
		return reject_reg(env, BPF_REG_0, CALLBACK_RET_TYPE);
	mark_read(env, r0, r0->parent, LIVE_READ64);
	err = mark_precise(env, BPF_REG_0);
	if (err)
		return err;
	if (!tnum_in(callee->callback_ret_range, r0->var_off))
		return reject_out_of_range(env, r0, callee->callback_ret_range, "callback return");
	return 0;
}

static void say_return(struct env *env, const struct frame *caller, const struct frame *callee)
{
	if (!(env->v->log.level & LOG_STEPS))
		return;
	say(env, "returning from callee:\n");
	say_state(env, callee, true);
	say(env, "to caller at %d:\n", env->w->insn);
	say_state(env, caller, true);
}

int walk_func_exit(struct env *env)
{
	struct vstate *state = env->w->cur;
	struct frame *callee = cur_frame(env);
	struct frame *caller = state->frame[state->curframe - 1];
	int err;

	if (callee->reg[BPF_REG_0].type == PTR_TO_STACK)
		return reject_reg(env, BPF_REG_0, RETURNS_STACK);
	if (callee->in_callback) {
		err = check_callback_result(env, callee);
		if (err)
			return err;
	} else {
		caller->reg[BPF_REG_0] = callee->reg[BPF_REG_0];
		if (!copy_refs(env, caller, callee))
			return sim_fail(&env->sim->why, -ENOMEM, "no memory for references");
	}
	env->w->insn = callee->callsite + 1;
	say_return(env, caller, callee);
	frame_free(env->sim, callee);
	state->frame[state->curframe--] = NULL;
	return 0;
}
