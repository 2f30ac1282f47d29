/* Watching a PROG_LOAD: see verify.h. */
#include <stdio.h>
#include <stdlib.h>

#include "verify.h"

static bool keep_step(struct verify *v, const struct cfg *cfg)
{
	if (v->steps == v->room) {
		u32 room = v->room ? 2 * v->room : 1024;
		struct verify_step *step = realloc(v->step, room * sizeof(*step));

		if (!step)
			return false;
		v->step = step;
		v->room = room;
	}
	v->step[v->steps++] = (struct verify_step){cfg->last, cfg->depth};
	return true;
}

static void look_at_verifier(struct verify *v, const struct verifier *verifier)
{
	v->nsubprogs = verifier->nsubprogs;
	for (u32 i = 0; i < v->nsubprogs; i++)
		v->subprog[i] = verifier->subprog[i].start;
	memcpy(v->edges, verifier->cfg.edges, sizeof(v->edges));
	v->explored = verifier->cfg.explored;
	v->max_depth = verifier->cfg.max_depth;
	v->maps = verifier->prog->nused_maps;
}

/* @stage has just done a unit. */
static void look(struct verify *v, struct sim *sim, u32 stage)
{
	const struct prog_load *load = look_load(sim);

	v->units[stage]++;
	if (stage < LOAD_REPORT)
		v->last_stage = stage;
	if (stage == LOAD_CFG && load)
		keep_step(v, &load->verifier->cfg);
	/* once for each stage: a long program has many units */
	if (load && load->verifier && load->stage != stage)
		look_at_verifier(v, load->verifier);
	if (load && load->stage == LOAD_REPORT && stage != LOAD_REPORT) {
		diagnosis_take(&v->found, sim, stage);
		diagnosis_find_cause(&v->found, sim, v->begin);
	}
}

static void read_log(struct verify *v, struct session *s, const union bpf_attr *attr)
{
	const char *text = attr->log_level ? user_at(s->user, attr->log_buf, attr->log_size) : NULL;

	v->log = text ? strndup(text, attr->log_size) : NULL;
}

static void copy_insns(struct verify *v, struct session *s, const union bpf_attr *attr)
{
	u64 bytes = (u64)attr->insn_cnt * sizeof(struct bpf_insn);
	const void *insns = user_at(s->user, attr->insns, bytes);

	v->type = attr->prog_type;
	v->insn_cnt = insns ? attr->insn_cnt : 0;
	v->insns = malloc(bytes + 1);
	if (insns && v->insns)
		memcpy(v->insns, insns, bytes);
}

/* The attr in user memory, with another log_level. */
static union bpf_attr set_log_level(struct session *s, u64 uattr, u32 size, u32 level)
{
	union bpf_attr attr = {0};

	user_read(s->user, &attr, uattr, min_u64(size, sizeof(attr)));
	attr.log_level = level;
	if (!level) {
		attr.log_buf = 0;
		attr.log_size = 0;
	}
	user_write(s->user, uattr, &attr, min_u64(size, sizeof(attr)));
	return attr;
}

/* PROG_LOAD, unit by unit. */
static s64 watch(struct verify *v, struct session *s, u64 uattr, u32 size, u32 log_level)
{
	union bpf_attr attr = set_log_level(s, uattr, size, log_level);
	s64 err = sim_begin_bpf(s->sim, s->pid, BPF_PROG_LOAD, uattr, size);
	enum sim_stop stop;

	if (err)
		return err;
	copy_insns(v, s, &attr);
	v->begin = sim_now(s->sim);
	do {
		const struct prog_load *load = look_load(s->sim);
		u32 stage = load ? load->stage : LOAD_RIGHTS;

		stop = sim_step(s->sim);
		look(v, s->sim, stage);
	} while (stop == SIM_MORE);
	v->result = s->sim->work->result;
	if (v->result < 0)
		snprintf(v->why, sizeof(v->why), "%s", s->sim->why.text);
	read_log(v, s, &attr);
	return v->result;
}

static int load_elf(struct verify *v, struct session *s, const struct program_file *file, u32 log_level,
		    struct text *error)
{
	const char *names[] = {file->chosen->name};
	struct loader_options options = {
		.programs = names, .program_count = 1, .log_level = 1, .log_size = 1u << 24, .no_retry = true,
		.target = {.btf = s->host.vmlinux, .ncpus = s->sim->clock->ncpus},
	};
	struct why why = {0};
	struct loader *loader = loader_begin(file->elf, s->user, &options, &why);
	struct loader_call call;

	if (!loader) {
		text_add(error, "%s", why.text);
		return -EINVAL;
	}
	while (loader_next(loader, &call)) {
		s64 result = call.cmd == BPF_PROG_LOAD ? watch(v, s, call.uattr, call.size, log_level)
						       : loader_make_call(s->sim, s->pid, &call);

		loader_done_call(loader, result, result < 0 ? s->sim->why.text : NULL);
	}
	if (!v->insns)
		text_add(error, "%s",
			 loader_failed(loader) ? loader_failed(loader)->text
					       : "the loader has nothing to load");
	loader_free(loader);
	return v->insns ? 0 : -EINVAL;
}

static int load_asm(struct verify *v, struct session *s, const struct program_file *file, u32 log_level,
		    struct text *error)
{
	struct asm_load load;

	if (asm_load_begin(&load, &file->assembler, s->user)) {
		text_add(error, "no memory");
		return -ENOMEM;
	}
	while (asm_load_next(&load)) {
		s64 result = load.cmd == BPF_PROG_LOAD
				     ? watch(v, s, load.uattr, load.size, log_level)
				     : sim_bpf(s->sim, s->pid, load.cmd, load.uattr, load.size);

		asm_load_done(&load, result);
	}
	asm_load_end(&load);
	if (!v->insns)
		text_add(error, "%s", s->sim->why.text);
	return v->insns ? 0 : -EINVAL;
}

int verify_program(struct verify *v, struct session *s, const struct program_file *file, u32 log_level,
		   struct text *error)
{
	*v = (struct verify){0};
	return file->elf ? load_elf(v, s, file, log_level, error) : load_asm(v, s, file, log_level, error);
}

void verify_free(struct verify *v)
{
	free(v->insns);
	free(v->step);
	free(v->log);
}
