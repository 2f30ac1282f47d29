/* The loader's steps for programs: PROG_LOAD, once more with a log when it fails, and the constants that a
 * program keeps alive. */
#include "loader_steps.h"

#define LOG_SIZE (1u << 20)

static int put_insns(struct loader *l, const struct elf_program *program, union bpf_attr *attr)
{
	u64 at;
	struct bpf_insn *insns;
	int err = loader_put(l, &at, program->insns, (u64)program->insn_count * sizeof(*insns));

	if (err)
		return err;
	insns = (struct bpf_insn *)(l->user->heap + (at - USER_HEAP));
	for (u32 i = 0; i < program->fixup_count; i++)
		insns[program->fixups[i].insn].imm = l->map_fd[program->fixups[i].map];
	attr->insns = at;
	attr->insn_cnt = program->insn_count;
	return 0;
}

static int put_records(struct loader *l, const struct elf_program *program, union bpf_attr *attr)
{
	u64 funcs = 0, lines = 0;
	int err = 0;

	if (l->btf_fd < 0)
		return 0;
	attr->prog_btf_fd = l->btf_fd;
	if (program->func_info.count)
		err = loader_put(l, &funcs, program->func_info.data,
				 (u64)program->func_info.count * program->func_info.size);
	if (!err && program->line_info.count)
		err = loader_put(l, &lines, program->line_info.data,
				 (u64)program->line_info.count * program->line_info.size);
	attr->func_info = funcs;
	attr->func_info_rec_size = program->func_info.size;
	attr->func_info_cnt = program->func_info.count;
	attr->line_info = lines;
	attr->line_info_rec_size = program->line_info.size;
	attr->line_info_cnt = program->line_info.count;
	return err;
}

static int put_log(struct loader *l, union bpf_attr *attr)
{
	u32 size = l->options.log_size ? l->options.log_size : LOG_SIZE;

	l->log_at = 0;
	if (!l->log_level)
		return 0;
	l->log_at = user_alloc(l->user, size);
	attr->log_level = l->log_level;
	attr->log_size = size;
	attr->log_buf = l->log_at;
	return l->log_at ? 0 : loader_no_memory(l);
}

static int prepare_program(struct loader *l, const struct step *step, struct loader_call *call)
{
	struct elf_program *program = &l->object->programs[step->index];
	union bpf_attr *attr = &call->attr;
	u64 license = 0;
	int err;

	if (!program->rule)
		return sim_fail(&l->why, -EINVAL,
				"program %.40s: section name %.40s says no program type, expected xdp, tc, "
				"kprobe/..., ...",
				program->name, program->section);
	err = elf_link_program(l->object, program, &l->options.target, &l->why);
	err = err ?: put_insns(l, program, attr);
	err = err ?: loader_put(l, &license, l->object->license, strlen(l->object->license) + 1);
	err = err ?: put_records(l, program, attr);
	err = err ?: put_log(l, attr);
	attr->license = license;
	attr->prog_type = program->prog_type;
	attr->expected_attach_type = program->expected_attach_type;
	attr->prog_flags = program->prog_flags;
	attr->attach_btf_id = program->attach_btf_id;
	attr->kern_version = l->object->version ? l->object->version : ELF_KERNEL_VERSION;
	loader_copy_name(attr->prog_name, program->name);
	snprintf(call->what, sizeof(call->what), "load program %.40s%s", program->name,
		 l->log_level == l->options.log_level ? "" : " again, now with a log");
	return err ?: 1;
}

static int done_program(struct loader *l, const struct step *step, s64 result)
{
	if (result < 0 && !l->log_level && !l->options.no_retry) {
		l->log_level = 1;
		l->next--;
		return 0;
	}
	l->log_level = l->options.log_level;
	l->program_fd[step->index] = result < 0 ? -1 : (int)result;
	return result < 0 ? (int)result : 0;
}

/* The program keeps .rodata alive, though its instructions may not name it any more. @slot: the map. */
static int prepare_bind(struct loader *l, const struct step *step, struct loader_call *call)
{
	call->attr.prog_bind_map.prog_fd = l->program_fd[step->index];
	call->attr.prog_bind_map.map_fd = l->map_fd[step->slot];
	snprintf(call->what, sizeof(call->what), "bind %.30s to program %.30s",
		 l->object->maps[step->slot].name, l->object->programs[step->index].name);
	return 1;
}

static int done_bind(struct loader *l, const struct step *step, s64 result)
{
	(void)l;
	(void)step;
	(void)result; /* as in libbpf: nice to have */
	return 0;
}

const struct step_kind step_load_program = {
	.name = "PROG_LOAD",
	.cmd = BPF_PROG_LOAD,
	.size = ATTR_END(fd_array),
	.prepare = prepare_program,
	.done = done_program,
};

const struct step_kind step_bind_map = {
	.name = "PROG_BIND_MAP",
	.cmd = BPF_PROG_BIND_MAP,
	.size = ATTR_END(prog_bind_map),
	.prepare = prepare_bind,
	.done = done_bind,
};
