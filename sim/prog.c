/*
 * PROG_LOAD, PROG_BIND_MAP, and the life of a program: see prog.h. Mirrors bpf_prog_load (kernel/bpf/syscall.c) and
 * bpf_check (kernel/bpf/verifier.c).
 *
 * Simplified: all programs are compiled before the log is finished; in Linux those of one function are compiled after it, which only
 * the time in the log could tell. The interpreter runs programs as they are written.
 */
#include "prog.h"
#include "verifier/paths.h"
#include "prog_jit.h"
#include "verifier/translate.h"

/* --- LOG --- */

static int stage_log(struct sim *sim, struct call *call, struct prog_load *load)
{
	const union bpf_attr *attr = &call->attr;
	struct verifier *v = verifier_new(sim, load->prog, bpf_capable(sim, call->task));

	if (!v)
		return sim_fail(&sim->why, -ENOMEM, "no memory for the verifier");
	load->verifier = v;
	load->begin = sim_ktime(sim);
	return log_init(sim, &v->log, attr->log_level, attr->log_buf, attr->log_size);
}

/* --- the check: SUBPROGS to REACHED --- */

static int stage_subprogs(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct verifier *v = load->verifier;
	int ret = verifier_find_subprogs(sim, v);

	if (ret != VERIFIER_MODULE)
		return ret;
	ret = prog_find_module(sim, call, v, v->module);
	log_add(sim, &v->log, "failed to find BTF for kernel function\n");
	return ret;
}

static int stage_jumps(struct sim *sim, struct call *call, struct prog_load *load)
{
	(void)call;
	return verifier_check_jumps(sim, load->verifier);
}

static int stage_tag(struct sim *sim, struct call *call, struct prog_load *load)
{
	(void)sim, (void)call;
	prog_calc_tag(load->prog);
	return 0;
}

static int stage_cfg(struct sim *sim, struct call *call, struct prog_load *load)
{
	(void)call;
	return verifier_walk_cfg(sim, load->verifier);
}

static int stage_reached(struct sim *sim, struct call *call, struct prog_load *load)
{
	(void)call;
	return verifier_check_reached(sim, load->verifier);
}

static int stage_walk(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct verifier *v = load->verifier;

	if (sim->world->sysctl.skip_walk)
		return 0;
	if (v->walk)
		return walk_step(sim, v);
	world_done(sim, DONE_VERIFIED);
	load->prog->counts.verified++;
	return walk_new(sim, v, call->task) ? : LOAD_AGAIN;
}

static int stage_translate(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct verifier *v = load->verifier;

	(void)call;
	if (sim->world->sysctl.skip_walk)
		return 0;
	if (!v->translation)
		return translate_new(sim, v) ? : LOAD_AGAIN;
	return translate_step(sim, v);
}

/* --- REPORT --- */

static void log_stats(struct sim *sim, struct prog_load *load)
{
	struct verifier *v = load->verifier;

	if (v->log.level & BPF_LOG_STATS) {
		log_add(sim, &v->log, "verification time %llu usec\nstack depth ",
			(unsigned long long)(sim_ktime(sim) - load->begin) / 1000);
		for (u32 i = 0; i < v->nsubprogs; i++)
			log_add(sim, &v->log, "%s%u", i ? "+" : "", v->subprog[i].stack_depth);
		log_add(sim, &v->log, "\n");
	}
	walk_say_cost(sim, v);
}

static int keep_subprogs(struct sim *sim, struct prog *prog, const struct verifier *v)
{
	prog->subprogs = sim_alloc(sim, v->nsubprogs * sizeof(*prog->subprogs));
	if (!prog->subprogs)
		return sim_fail(&sim->why, -ENOMEM, "no memory for %u functions", v->nsubprogs);
	prog->nsubprogs = v->nsubprogs;
	for (u32 i = 0; i < v->nsubprogs; i++) {
		prog->subprogs[i].start = v->subprog[i].start;
		prog->subprogs[i].args_unreliable = v->subprog[i].args_unreliable;
	}
	return 0;
}

static int stage_report(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct log *log = &load->verifier->log;

	log_stats(sim, load);
	log_flush(sim, call->task, log);
	if (log_full(log))
		load->err = sim_fail(&sim->why, -ENOSPC, "the log did not fit in its %u bytes", log->size);
	if (log->level && !log->ubuf)
		load->err = sim_fail(&sim->why, -EFAULT, "the log could not be written to log_buf");
	if (load->err)
		return load->err;
	load->prog->verified_insns = load->verifier->walk ? load->verifier->walk->insns_processed : 0;
	return keep_subprogs(sim, load->prog, load->verifier);
}

/* --- ID, FD --- */

static int stage_id(struct sim *sim, struct call *call, struct prog_load *load)
{
	int err = prog_may_use_arrays(sim, load->prog);

	(void)call;
	if (!err)
		err = obj_publish(sim, &load->prog->obj);
	return err < 0 ? err : 0;
}

static int stage_fd(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct obj *obj = &load->prog->obj;

	/* The file has the reference from now on: when it cannot be opened, the program goes, and it is the verifier's. */
	verifier_free(sim, load->verifier);
	load->verifier = NULL;
	load->prog = NULL;
	load->fd = fd_open(sim, call->task, obj, true, true);
	return load->fd < 0 ? load->fd : 0;
}

/* --- the pipeline --- */

static const struct stage {
	const char *name, *doc;
	int (*unit)(struct sim *sim, struct call *call, struct prog_load *load);
} stages[LOAD_STAGES];

const char *load_stage_name(u32 stage)
{
	return stages[stage].name;
}

const char *load_stage_doc(u32 stage)
{
	return stages[stage].doc;
}

static void enter_stage(struct sim *sim, struct prog_load *load, u32 stage)
{
	load->stage = stage;
	event_send(sim, EV_LOAD_STAGE, 0, stage, 0, 0, 0);
}

static s64 finish(struct sim *sim, struct call *call, s64 result)
{
	struct prog_load *load = call->state;

	if (load->verifier)
		verifier_free(sim, load->verifier);
	if (load->prog)
		obj_put(sim, &load->prog->obj);
	sim_free(sim, load);
	call->state = NULL;
	return result;
}

/* The check ends here; what the verifier complained about and then got over is no rejection. */
static void reject_load(struct sim *sim, struct prog_load *load, int err)
{
	const struct rejection *why = path_rejection(load->verifier);

	load->err = err;
	event_send(sim, EV_REJECTED, 0, why ? why->reason : REASON_NONE, why ? why->insn : UINT32_MAX,
		   why ? why->regno : -1, 0);
	enter_stage(sim, load, LOAD_REPORT);
}

s64 cmd_prog_load(struct sim *sim, struct call *call)
{
	struct prog_load *load = call->state;
	int err;

	if (!load) {
		load = call->state = sim_alloc(sim, sizeof(*load));
		if (!load)
			return sim_fail(&sim->why, -ENOMEM, "no memory to load a program");
		enter_stage(sim, load, LOAD_RIGHTS);
	}
	err = stages[load->stage].unit(sim, call, load);
	if (load->verifier && load->stage > LOAD_LOG && load->stage != LOAD_WALK && load->stage != LOAD_TRANSLATE &&
	    load->stage != LOAD_JIT)
		log_flush(sim, call->task, &load->verifier->log);
	if (err == LOAD_AGAIN)
		return CALL_MORE;
	if (err && load->stage > LOAD_LOG && load->stage < LOAD_REPORT) {
		reject_load(sim, load, err);
		return CALL_MORE;
	}
	if (err || load->stage == LOAD_FD)
		return finish(sim, call, err ? err : load->fd);
	enter_stage(sim, load, load->stage + 1);
	return CALL_MORE;
}

static const struct stage stages[LOAD_STAGES] = {
	[LOAD_RIGHTS] = {"RIGHTS", "may this task load such a program at all?", prog_begin_rights},
	[LOAD_COPY] = {"COPY", "the instructions are copied from user memory", prog_begin_copy},
	[LOAD_TYPE] = {"TYPE", "the program type is looked up, the name checked", prog_begin_type},
	[LOAD_LOG] = {"LOG", "the verifier is set up, with the log that the loader wants", stage_log},
	[LOAD_SUBPROGS] = {"SUBPROGS", "functions are found: they begin where calls point to", stage_subprogs},
	[LOAD_JUMPS] = {"JUMPS", "each jump must stay within its function", stage_jumps},
	[LOAD_BTF] = {"BTF", "names, types and source lines must fit the instructions", prog_check_btf},
	[LOAD_TARGET] = {"TARGET", "may it be attached to what it names as its target?", prog_check_target},
	[LOAD_TAG] = {"TAG", "the tag is computed: SHA-1 of the instructions without map fds", stage_tag},
	[LOAD_RESOLVE] = {"RESOLVE", "map fds become map addresses; unknown instructions are refused", prog_resolve},
	[LOAD_CFG] = {"CFG", "depth-first walk over the control-flow graph", stage_cfg},
	[LOAD_REACHED] = {"REACHED", "the walk must have come to every instruction", stage_reached},
	[LOAD_WALK] = {"WALK", "every path, with what each register may hold", stage_walk},
	[LOAD_TRANSLATE] = {"TRANSLATE", "instructions become those that are compiled", stage_translate},
	[LOAD_JIT] = {"JIT", "and are compiled to machine code", prog_jit_stage},
	[LOAD_REPORT] = {"REPORT", "the verdict, and the log for the loader", stage_report},
	[LOAD_ID] = {"ID", "the program gets an id: it can be found from now on", stage_id},
	[LOAD_FD] = {"FD", "and its loader a file descriptor", stage_fd},
};

/* --- PROG_BIND_MAP --- */

s64 cmd_prog_bind_map(struct sim *sim, struct call *call)
{
	struct obj *prog, *map;
	int err;

	if (call->attr.prog_bind_map.flags)
		return sim_fail(&sim->why, -EINVAL, "PROG_BIND_MAP knows no flags");
	prog = fd_obj(sim, call->task, call->attr.prog_bind_map.prog_fd, OBJ_PROG, &err);
	if (!prog)
		return err;
	map = fd_obj(sim, call->task, call->attr.prog_bind_map.map_fd, OBJ_MAP, &err);
	if (!map)
		return err;
	return prog_use_map(sim, (struct prog *)prog, (struct map *)map);
}

/* --- the end of a program --- */

static void xlated_free(struct sim *sim, struct xlated *xlated)
{
	if (!xlated)
		return;
	sim_free(sim, xlated->insns);
	sim_free(sim, xlated->origin);
	sim_free(sim, xlated->changed_by);
	sim_free(sim, xlated->dropped_by);
	sim_free(sim, xlated->subprogs);
	sim_free(sim, xlated->pokes);
	sim_free(sim, xlated->line_info);
	sim_free(sim, xlated->func_info);
	sim_free(sim, xlated);
}

static void prog_free(struct sim *sim, struct obj *obj)
{
	struct prog *prog = (struct prog *)obj;

	for (u32 i = 0; i < prog->nused_maps; i++)
		obj_put(sim, &prog->used_maps[i]->obj);
	if (prog->btf)
		obj_put(sim, prog->btf);
	if (prog->attach_prog)
		obj_put(sim, prog->attach_prog);
	prog_jit_free(sim, prog);
	xlated_free(sim, prog->xlated);
	sim_free(sim, prog->used_maps);
	sim_free(sim, prog->func_info);
	sim_free(sim, prog->line_info);
	sim_free(sim, prog->subprogs);
	sim_free(sim, prog->user_insns);
	sim_free(sim, prog->insns);
	sim_free(sim, prog);
}

const struct obj_ops prog_obj_ops = {
	.name = "prog",
	.file = "bpf-prog",
	.free = prog_free,
};
