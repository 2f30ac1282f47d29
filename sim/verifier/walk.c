/* The path walk's loop: see walk.h. Mirrors do_check, do_check_common, do_check_subprogs of kernel/bpf/verifier.c. */
#include "../event.h"
#include "../log.h"
#include "paths.h"
#include "walk.h"

/* --- one instruction --- */

static int walk_call(struct env *env, const struct bpf_insn *insn)
{
	u32 kind = insn->src_reg;
	bool known = kind == 0 || kind == BPF_PSEUDO_CALL || kind == BPF_PSEUDO_KFUNC_CALL;

	if (BPF_SRC(insn->code) != BPF_K || (kind != BPF_PSEUDO_KFUNC_CALL && insn->off) || !known || insn->dst_reg ||
	    BPF_CLASS(insn->code) == BPF_JMP32)
		return reject(env, CALL_RESERVED);
	if (env->w->cur->active_spin_lock && (kind == BPF_PSEUDO_CALL || insn->imm != BPF_FUNC_spin_unlock))
		return reject(env, CALL_UNDER_LOCK);
	if (kind == BPF_PSEUDO_CALL)
		return walk_func_call(env, insn);
	if (kind == BPF_PSEUDO_KFUNC_CALL)
		return walk_kfunc_call(env, insn);
	return walk_helper_call(env, insn);
}

/* `goto` has the distance in off, `gotol` in imm. */
static int walk_goto(struct env *env, const struct bpf_insn *insn)
{
	bool is_long = BPF_CLASS(insn->code) == BPF_JMP32;

	if (BPF_SRC(insn->code) != BPF_K || (is_long ? insn->off : insn->imm) || insn->src_reg || insn->dst_reg)
		return reject(env, JA_RESERVED);
	env->w->insn += is_long ? insn->imm : insn->off; /* and 1 for every instruction */
	return 0;
}

#define PATH_ENDS 1 /* from walk_exit: nothing comes after it */
#define PATH_GOES_ON 2 /* from walk_exit: at w->insn, in the caller */

static int walk_exit(struct env *env, const struct bpf_insn *insn)
{
	int err;

	if (BPF_SRC(insn->code) != BPF_K || insn->imm || insn->src_reg || insn->dst_reg ||
	    BPF_CLASS(insn->code) == BPF_JMP32)
		return reject(env, EXIT_RESERVED);
	if (env->w->cur->active_spin_lock)
		return reject(env, UNLOCK_MISSING);
	err = check_references(env);
	if (err)
		return err;
	if (env->w->cur->curframe) {
		err = walk_func_exit(env);
		env->w->print_state = !err;
		return err ? err : PATH_GOES_ON;
	}
	err = check_return_value(env);
	return err ? err : PATH_ENDS;
}

static int walk_jump(struct env *env, const struct bpf_insn *insn)
{
	env->w->jumps_processed++;
	switch (BPF_OP(insn->code)) {
	case BPF_CALL:
		return walk_call(env, insn);
	case BPF_JA:
		return walk_goto(env, insn);
	case BPF_EXIT:
		return walk_exit(env, insn);
	}
	return walk_branch(env, insn);
}

static int walk_stx(struct env *env, const struct bpf_insn *insn)
{
	if (BPF_MODE(insn->code) == BPF_ATOMIC)
		return walk_atomic(env, insn);
	if (BPF_MODE(insn->code) != BPF_MEM || insn->imm)
		return reject(env, STX_RESERVED);
	return walk_store(env, insn);
}

static int walk_st(struct env *env, const struct bpf_insn *insn)
{
	if (BPF_MODE(insn->code) != BPF_MEM || insn->src_reg)
		return reject(env, ST_RESERVED);
	return walk_store(env, insn);
}

/* What only a mispredicting CPU reaches counts as dead code. */
static void mark_seen(struct env *env)
{
	if (!env->w->cur->speculative)
		cur_aux(env)->seen = env->w->pass;
}

static int walk_ld(struct env *env, const struct bpf_insn *insn)
{
	u8 mode = BPF_MODE(insn->code);
	int err;

	if (mode == BPF_ABS || mode == BPF_IND)
		return walk_ld_abs(env, insn);
	if (mode != BPF_IMM)
		return reject(env, BAD_LD_MODE);
	err = walk_ld_imm64(env, insn);
	if (err)
		return err;
	env->w->insn++; /* its second slot */
	mark_seen(env);
	return 0;
}

static int walk_insn(struct env *env, const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return walk_alu(env, insn);
	case BPF_LDX:
		return walk_load(env, insn);
	case BPF_STX:
		return walk_stx(env, insn);
	case BPF_ST:
		return walk_st(env, insn);
	case BPF_JMP:
	case BPF_JMP32:
		return walk_jump(env, insn);
	}
	return walk_ld(env, insn);
}

/* --- the lines of the log around it --- */

static const char *speculation(const struct vstate *state)
{
	return state->speculative ? " (speculative execution)" : "";
}

static void say_pruned(struct env *env)
{
	struct walk *w = env->w;

	if (!(env->v->log.level & LOG_STEPS))
		return;
	if (w->print_state)
		say(env, "\nfrom %d to %d%s: safe\n", w->prev_insn, w->insn, speculation(w->cur));
	else
		say(env, "%d: safe\n", w->insn);
}

static void say_insn(struct env *env, const struct bpf_insn *insn)
{
	struct walk *w = env->w;
	char line[256];
	struct text text;

	if ((env->v->log.level & BPF_LOG_LEVEL2) && w->print_state) {
		say(env, "\nfrom %d to %d%s:", w->prev_insn, w->insn, speculation(w->cur));
		say_state(env, cur_frame(env), true);
		w->print_state = false;
	}
	if (!(env->v->log.level & LOG_STEPS))
		return;
	if (w->scratched_regs || w->scratched_slots)
		say_insn_state(env, cur_frame(env));
	say_line(env, w->insn, "; ");
	text_init(&text, line, sizeof(line));
	text_add(&text, "%d: ", w->insn);
	format_insn(env, insn, &text);
	w->insn_log_len = env->v->log.used;
	say(env, "%s\n", line);
	w->insn_log_used = env->v->log.used;
	w->insn_log_len = w->insn_log_used - w->insn_log_len;
}

/* --- a unit --- */

static int next_path(struct env *env, enum path_end end)
{
	struct walk *w = env->w;

	w->paths_ended++;
	w->paths_pruned += end == PATH_PRUNED;
	w->fork[w->cur->fork].how = end == PATH_PRUNED ? PATH_IS_PRUNED : PATH_EXITS;
	w->fork[w->cur->fork].end = w->insn;
	event_send(env->sim, EV_PATH_END, 0, w->came_from, end, w->nbranches, 0);
	scratch_all(env);
	end_path(w->cur);
	if (!pop_branch(env))
		return VERIFIER_DONE;
	w->print_state = true;
	return VERIFIER_MORE;
}

/* One instruction of the current path, or the end of the path. */
static int walk_unit(struct env *env)
{
	struct walk *w = env->w;
	const struct bpf_insn *insn;
	int err;

	w->prev_insn = w->came_from;
	if (w->fork[w->cur->fork].begin == PATH_NOT_BEGUN)
		w->fork[w->cur->fork].begin = w->insn;
	if (w->insn >= env->ninsns)
		return reject(env, INVALID_INSN_INDEX, w->insn, env->ninsns);
	insn = &env->insns[w->insn];
	if (++w->insns_processed > INSN_MAX)
		return reject(env, TOO_MANY_INSNS, w->insns_processed);
	err = visit_state(env);
	if (err < 0)
		return err;
	if (err) {
		say_pruned(env);
		return next_path(env, PATH_PRUNED);
	}
	say_insn(env, insn);
	mark_seen(env);
	w->came_from = w->insn;
	err = walk_insn(env, insn);
	if (err < 0)
		return err;
	if (err == PATH_ENDS)
		return next_path(env, PATH_EXIT);
	if (err != PATH_GOES_ON)
		w->insn++;
	return VERIFIER_MORE;
}

/* --- a pass: one function that is walked for itself --- */

static int begin_pass(struct env *env, u32 subprog)
{
	struct walk *w = env->w;
	struct frame *frame;

	w->last_line = NULL;
	w->pass++;
	w->pass_subprog = subprog;
	w->insn = env->v->subprog[subprog].start;
	w->came_from = -1;
	w->print_state = false;
	w->cur = vstate_new(env->sim);
	frame = w->cur ? frame_new(env->sim) : NULL;
	if (!frame)
		return sim_fail(&env->sim->why, -ENOMEM, "no memory for the path walk");
	w->cur->frame[0] = frame;
	w->cur->branches = 1;
	w->cur->first_insn = w->insn;
	w->cur->last_insn = UINT32_MAX;
	init_frame(env, frame, -1, 0, subprog);
	begin_piece(env, w->cur, 0, w->insn, w->insn);
	if (!w->cur->fork)
		return sim_fail(&env->sim->why, -ENOMEM, "no memory for the path walk");
	return init_arguments(env, subprog, frame->reg);
}

static void forget_states(struct env *env)
{
	struct walk *w = env->w;

	vstate_free(env->sim, w->cur, true);
	w->cur = NULL;
	while (w->branches) {
		struct branch *branch = w->branches;

		w->branches = branch->next;
		vstate_free(env->sim, &branch->state, false);
		sim_free(env->sim, branch);
	}
	w->nbranches = 0;
	forget_explored(env);
}

/* The function is safe: on to the next one. The main function comes last. */
static int end_pass(struct env *env)
{
	struct walk *w = env->w;
	u32 level = env->v->log.level;

	forget_states(env);
	if (!(level & BPF_LOG_LEVEL2))
		log_rewind(&env->v->log, 0);
	if (!w->pass_subprog)
		return check_stack_depth(env);
	if (level & LOG_STEPS)
		say(env, "Func#%d is safe for any args that match its prototype\n", w->pass_subprog);
	return VERIFIER_MORE;
}

/* The next function to be walked for itself: the global ones by number, then the main one. */
static u32 next_pass(const struct env *env)
{
	for (u32 i = env->w->pass_subprog + 1; i < env->v->nsubprogs; i++)
		if (subprog_is_global(env, i))
			return i;
	return 0;
}

/* --- the stage --- */

static void rights(struct walk_rights *may, const struct task *task, u32 prog_flags)
{
	bool perfmon = task_capable(task, CAP_PERFMON_BIT);

	may->bpf_capable = task_capable(task, CAP_BPF_BIT);
	may->allow_ptr_leaks = may->allow_uninit_stack = may->allow_ptr_to_map_access = perfmon;
	may->bypass_spec_v1 = may->bypass_spec_v4 = perfmon;
	may->sys_admin = task_capable(task, CAP_SYS_ADMIN_BIT);
	may->reboot = task_capable(task, CAP_SYS_BOOT_BIT);
	may->strict_alignment = prog_flags & BPF_F_STRICT_ALIGNMENT;
	may->test_state_freq = may->bpf_capable && (prog_flags & BPF_F_TEST_STATE_FREQ);
}

int walk_new(struct sim *sim, struct verifier *v, const struct task *task)
{
	struct walk *w = sim_alloc(sim, sizeof(*w));

	v->walk = w;
	if (!w)
		return sim_fail(&sim->why, -ENOMEM, "no memory for the path walk");
	rights(&w->may, task, v->prog->flags);
	w->aux = sim_alloc(sim, v->prog->insn_cnt * sizeof(*w->aux));
	w->ninsns = v->prog->insn_cnt;
	w->explored = sim_alloc(sim, w->ninsns * sizeof(struct explored *));
	if (!w->aux || !w->explored)
		return sim_fail(&sim->why, -ENOMEM, "no memory for the path walk");
	return 0;
}

int walk_step(struct sim *sim, struct verifier *v)
{
	struct env env = {sim, v, v->walk, v->prog->insns, v->prog->insn_cnt};
	int err;

	if (!env.w->cur) {
		err = begin_pass(&env, next_pass(&env));
		return err ? err : VERIFIER_MORE;
	}
	err = walk_unit(&env);
	return err == VERIFIER_DONE ? end_pass(&env) : err;
}

void walk_say_cost(struct sim *sim, struct verifier *v)
{
	static const struct walk not_begun;
	const struct walk *w = v->walk ? v->walk : &not_begun;

	log_add(sim, &v->log,
		"processed %u insns (limit %u) max_states_per_insn %u total_states %u peak_states %u mark_read %u\n",
		w->insns_processed, INSN_MAX, w->max_states_per_insn, w->total_states, w->peak_states, w->longest_mark_read);
}

void walk_free(struct sim *sim, struct verifier *v)
{
	struct env env = {.sim = sim, .v = v, .w = v->walk};

	if (!v->walk)
		return;
	env.ninsns = v->walk->ninsns; /* the program may be gone */
	if (v->walk->explored)
		forget_states(&env);
	sim_free(sim, v->walk->fork);
	sim_free(sim, v->walk->explored);
	sim_free(sim, v->walk->aux);
	sim_free(sim, v->walk);
	v->walk = NULL;
}
