/* Program files: see program.h. Opening and loading. */
#include <stdlib.h>

#include "../sim/elf/vmlinux.h"
#include "attach.h"
#include "file.h"
#include "program.h"

#define LOG_SIZE (1u << 24)  /* libbpf's */

static void list_programs(const struct elf_object *elf, struct text *out)
{
	for (u32 i = 0; i < elf->program_count; i++)
		if (!elf->programs[i].subprog)
			text_add(out, " %s", elf->programs[i].name);
}

static int choose(struct program_file *file, const char *program, struct text *error)
{
	for (u32 i = 0; !program && i < file->elf->program_count; i++)
		if (!file->elf->programs[i].subprog && !file->chosen)
			file->chosen = &file->elf->programs[i];
	if (program)
		file->chosen = elf_program_by_name(file->elf, program);
	file->all = !program && file->chosen && file->chosen->rule &&
		    (attach_is_traced(file->chosen->prog_type) || attach_is_cgroup(file->chosen->prog_type) ||
		     attach_is_net(file->chosen->prog_type) || attach_is_sockmap(file->chosen->prog_type));
	/* a table is registered as a whole */
	file->all |= file->chosen && file->chosen->prog_type == BPF_PROG_TYPE_STRUCT_OPS;
	if (file->chosen)
		return 0;
	if (!program) {
		text_add(error, "%s: no program in it", file->path);
		return -ENOENT;
	}
	text_add(error, "%s: no program '%s' in it; there are:", file->path, program);
	list_programs(file->elf, error);
	return -ENOENT;
}

static int *fds_new(u32 n)
{
	int *fd = malloc((n + 1) * sizeof(*fd));

	for (u32 i = 0; fd && i < n; i++)
		fd[i] = -1;
	return fd;
}

static int open_elf(struct program_file *file, u64 len, const char *program, struct text *error)
{
	struct why why = {0};

	file->elf = elf_open(file->bytes, len, file->path, &why);
	if (!file->elf) {
		text_add(error, "%s: %s", file->path, why.text);
		return -EINVAL;
	}
	file->fd = fds_new(file->elf->program_count);
	file->map_fd = fds_new(file->elf->map_count);
	if (!file->fd || !file->map_fd) {
		text_add(error, "no memory");
		return -ENOMEM;
	}
	return choose(file, program, error);
}

static int open_asm(struct program_file *file, const char *program, struct text *error)
{
	int err = asm_file_open(&file->assembler, file->path, error);

	if (err || !program || strcmp(program, file->assembler.name) == 0)
		return err;
	text_add(error, "%s: no program '%s' in it; there is: %s", file->path, program, file->assembler.name);
	return -ENOENT;
}

int program_open(struct program_file *file, const char *path, const char *program, struct text *error)
{
	struct why why = {0};
	u64 len;
	int err;

	memset(file, 0, sizeof(*file));
	file->path = strdup(path);
	file->bytes = file->path ? file_read(path, &len, &why) : NULL;
	if (!file->bytes) {
		text_add(error, "%s", why.text);
		program_close(file);
		return -EINVAL;
	}
	if (len >= 4 && memcmp(file->bytes, "\177ELF", 4) == 0)
		err = open_elf(file, len, program, error);
	else
		err = open_asm(file, program, error);
	if (err)
		program_close(file);
	return err;
}

void program_close(struct program_file *file)
{
	if (file->elf)
		elf_close(file->elf);
	asm_file_close(&file->assembler);
	free(file->bytes);
	free(file->fd);
	free(file->map_fd);
	free(file->path);
	memset(file, 0, sizeof(*file));
}

const char *program_name(const struct program_file *file)
{
	return file->elf ? file->chosen->name : file->assembler.name;
}

/* --- loading --- */

static s64 make_call(struct walk *w, const struct loader_call *call)
{
	if (call->cmd == LOADER_CLOSE)
		return sim_close(w->session->sim, w->session->pid, call->fd);
	return walk_bpf(w, call->cmd, call->uattr, call->size);
}

static void tell_failure(const struct loader *loader, struct text *error)
{
	text_add(error, "%s", loader_failed(loader)->text);
	if (loader_log(loader)[0])
		text_add(error, "\nThe log that the kernel wrote:\n%s", loader_log(loader));
}

/* What only the kernel's BTF can answer. Unpacking it takes a moment, so it is left out where nobody asks. */
static bool wants_kernel_btf(const struct program_file *file)
{
	for (u32 i = 0; i < file->elf->program_count; i++) {
		const struct elf_program *program = &file->elf->programs[i];

		if ((file->all || program == file->chosen) && program->rule && program->rule->flags & ELF_RULE_ATTACH_BTF)
			return true;
	}
	return file->elf->core_relo_count || file->elf->extern_count || file->chosen->prog_type == BPF_PROG_TYPE_STRUCT_OPS;
}

#define PROGRAMS_MAX 64

static u32 add_program(const char **names, u32 n, const char *name)
{
	for (u32 i = 0; i < n; i++)
		if (names[i] == name)
			return n;
	if (n < PROGRAMS_MAX)
		names[n++] = name;
	return n;
}

/* Programs for elements of devmaps and cpumaps: --set puts them there. */
static u32 add_map_programs(const struct elf_object *elf, const char **names, u32 n)
{
	for (u32 i = 0; i < elf->program_count; i++) {
		const struct elf_program *p = &elf->programs[i];

		if (p->prog_type == BPF_PROG_TYPE_XDP && p->autoload &&
		    (p->expected_attach_type == BPF_XDP_DEVMAP || p->expected_attach_type == BPF_XDP_CPUMAP))
			n = add_program(names, n, p->name);
	}
	return n;
}

/* The one that is meant, and those that stand in program arrays: tail calls lead to them. */
static u32 programs_to_load(const struct program_file *file, const char **names)
{
	u32 n = add_program(names, 0, file->chosen->name);

	for (u32 m = 0; m < file->elf->map_count; m++) {
		const struct elf_map *map = &file->elf->maps[m];

		for (u32 i = 0; map->type == BPF_MAP_TYPE_PROG_ARRAY && i < map->slot_count; i++)
			n = add_program(names, n, file->elf->programs[map->slots[i].target].name);
	}
	return file->chosen->prog_type == BPF_PROG_TYPE_XDP ? add_map_programs(file->elf, names, n) : n;
}

static s64 load_elf(const struct program_file *file, struct walk *w, struct text *error)
{
	const char *names[PROGRAMS_MAX];
	struct loader_options options = {
		.programs = file->all ? NULL : names,
		.program_count = file->all ? 0 : programs_to_load(file, names),
		.log_level = file->log_level,
		.log_size = file->log_level ? LOG_SIZE : 0,
		.target = {.ncpus = w->session->sim->clock->ncpus},
	};
	struct why why = {0};
	struct loader_call call;
	struct loader *loader;
	s64 fd;

	if (wants_kernel_btf(file))
		options.target.btf = vmlinux_types(&why);
	loader = loader_begin(file->elf, w->session->user, &options, &why);
	if (!loader) {
		text_add(error, "%s: %s", file->path, why.text);
		return -EINVAL;
	}
	while (loader_next(loader, &call)) {
		s64 result = make_call(w, &call);

		loader_done_call(loader, result, w->session->sim->why.text);
	}
	for (u32 i = 0; i < file->elf->program_count; i++)
		file->fd[i] = loader_program_fd(loader, i);
	for (u32 i = 0; i < file->elf->map_count; i++)
		file->map_fd[i] = loader_map_fd(loader, i);
	fd = file->fd[file->chosen - file->elf->programs];
	if (loader_failed(loader)) {
		tell_failure(loader, error);
		fd = loader_failed(loader)->err;
	}
	loader_free(loader);
	return fd;
}

static s64 load_asm(const struct program_file *file, struct walk *w, struct text *error)
{
	struct asm_load load;
	char log[512];
	s64 fd;

	if (asm_load_begin(&load, &file->assembler, w->session->user)) {
		text_add(error, "no memory");
		return -ENOMEM;
	}
	if (file->log_level)
		load.log_level = file->log_level;
	while (asm_load_next(&load))
		asm_load_done(&load, walk_bpf(w, load.cmd, load.uattr, load.size));
	fd = load.prog_fd;
	if (load.failed) {
		fd = -EINVAL;
		text_add(error, "%s", w->session->sim->why.text);
		if (load.log_at && user_read(w->session->user, log, load.log_at, sizeof(log)) == 0 && log[0])
			text_add(error, "\nThe log that the kernel wrote:\n%.*s", (int)sizeof(log), log);
	}
	asm_load_end(&load);
	return fd;
}

s64 program_load(const struct program_file *file, struct walk *w, struct text *error)
{
	return file->elf ? load_elf(file, w, error) : load_asm(file, w, error);
}
