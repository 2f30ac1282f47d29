/*
 * Attaching by section name: see attach.h. Mirrors tools/lib/bpf/libbpf.c, section_defs and the attach
 * functions.
 *
 * Other than libbpf: programs of the section "perf_event", which libbpf leaves to the tool, get a clock of
 * CPU 0.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "attach_kind.h"

#define MULTI_MAX 4096u

s64 attach_failed(const struct attaching *a, s64 err)
{
	if (err < 0)
		text_add(a->error, "%s: %s", a->program->name, a->w->session->sim->why.text);
	return err;
}

s64 attach_complain(const struct attaching *a, const char *what)
{
	text_add(a->error, "%s, section %s: %s", a->program->name, a->program->section, what);
	return -EINVAL;
}

/* --- the calls --- */

s64 attach_link_create(const struct attaching *a, union bpf_attr *attr)
{
	struct user_memory *user = a->w->session->user;

	attr->link_create.prog_fd = a->fd;
	return attach_failed(a, walk_bpf(a->w, BPF_LINK_CREATE, user_put_attr(user, attr, ATTR_END(link_create)),
				ATTR_END(link_create)));
}

static s64 by_btf(const struct attaching *a)
{
	union bpf_attr attr = {0};

	user_reset(a->w->session->user);
	attr.link_create.attach_type = a->program->expected_attach_type;
	return attach_link_create(a, &attr);
}

static s64 raw_tracepoint(const struct attaching *a)
{
	struct user_memory *user = a->w->session->user;
	union bpf_attr attr = {0};

	if (!*a->rest)
		return attach_complain(a, "which tracepoint? expected raw_tp/NAME");
	user_reset(user);
	attr.raw_tracepoint.prog_fd = a->fd;
	attr.raw_tracepoint.name = user_put(user, a->rest, strlen(a->rest) + 1);
	return attach_failed(a,
		    walk_bpf(a->w, BPF_RAW_TRACEPOINT_OPEN,
			     user_put_attr(user, &attr, ATTR_END(raw_tracepoint)), ATTR_END(raw_tracepoint)));
}

/* perf_event_open(2), LINK_CREATE, ioctl(2). */
s64 attach_perf_event(const struct attaching *a, struct perf_open *open)
{
	struct session *s = a->w->session;
	union bpf_attr attr = {0};
	s64 perf, link;

	open->disabled = open->type != PERF_TYPE_SOFTWARE;
	perf = attach_failed(a, sim_perf_open(s->sim, s->pid, open));
	if (perf < 0)
		return perf;
	user_reset(s->user);
	attr.link_create.target_fd = perf;
	attr.link_create.attach_type = BPF_PERF_EVENT;
	link = attach_link_create(a, &attr);
	return link < 0 ? link : attach_failed(a, sim_ioctl(s->sim, s->pid, perf, PERF_EVENT_IOC_ENABLE, 0));
}

/* --- by kind of section --- */

static s64 tracepoint(const struct attaching *a)
{
	const char *slash = strchr(a->rest, '/');
	struct perf_open open = {.type = PERF_TYPE_TRACEPOINT};
	struct tracepoint tp;
	char system[64];

	if (!slash || (size_t)(slash - a->rest) >= sizeof(system))
		return attach_complain(a, "which tracepoint? expected tp/SYSTEM/NAME");
	memcpy(system, a->rest, slash - a->rest);
	system[slash - a->rest] = 0;
	if (!tracepoint_by_name(system, slash + 1, &tp))
		return attach_complain(
			a, "no such tracepoint in the catalogue (`bpfwalk events --tracepoints` lists it)");
	open.config = tp.id;
	return attach_perf_event(a, &open);
}

/* "FUNC" or "FUNC+OFFSET" */
static s64 probe(const struct attaching *a, const char *prefix, bool leaves)
{
	struct perf_open open = {.type = PERF_PMU_KPROBE, .config = leaves ? PERF_PROBE_RETURN : 0};
	size_t len = strcspn(a->rest, "+");
	struct text name;

	if (!len)
		return attach_complain(a, "which function? expected kprobe/FUNCTION");
	text_init(&name, open.name, sizeof(open.name));
	text_add(&name, "%s%.*s", prefix, (int)len, a->rest);
	if (name.cut)
		return attach_complain(a, "the function's name is too long");
	if (a->rest[len])
		open.offset = strtoull(a->rest + len + 1, NULL, 0);
	return attach_perf_event(a, &open);
}

static s64 kprobe(const struct attaching *a)
{
	return probe(a, "", false);
}

static s64 kretprobe(const struct attaching *a)
{
	return probe(a, "", true);
}

static s64 ksyscall(const struct attaching *a)
{
	return probe(a, "__x64_sys_", false);
}

static s64 kretsyscall(const struct attaching *a)
{
	return probe(a, "__x64_sys_", true);
}

/* All functions whose names fit the pattern. */
static u32 matching(const struct sim *sim, const char *pattern, u64 *address, u32 most)
{
	const struct btf_types *types = sim->host->vmlinux;
	u32 n = 0;

	for (u32 id = 1; types && id < types->end_id && n < most; id++) {
		const struct btf_type *t = btf_type_by_id(types, id);

		if (t && btf_kind(t) == BTF_KIND_FUNC && !fnmatch(pattern, btf_name(types, id), 0))
			address[n++] = function_address(id);
	}
	return n;
}

static s64 multi(const struct attaching *a, u32 flags)
{
	u64 *address = malloc(MULTI_MAX * sizeof(*address));
	u32 n = address ? matching(a->w->session->sim, a->rest, address, MULTI_MAX) : 0;
	union bpf_attr attr = {0};
	s64 result;

	user_reset(a->w->session->user);
	attr.link_create.attach_type = BPF_TRACE_KPROBE_MULTI;
	attr.link_create.kprobe_multi.flags = flags;
	attr.link_create.kprobe_multi.cnt = n;
	attr.link_create.kprobe_multi.addrs = user_put(a->w->session->user, address, n * sizeof(*address));
	result = n ? attach_link_create(a, &attr) : attach_complain(a, "no function of the kernel fits");
	free(address);
	return result;
}

static s64 kprobe_multi(const struct attaching *a)
{
	return multi(a, 0);
}

static s64 kretprobe_multi(const struct attaching *a)
{
	return multi(a, BPF_F_KPROBE_MULTI_RETURN);
}

static s64 sampling(const struct attaching *a)
{
	struct perf_open open = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK, .sample_period = 10000000};

	return attach_perf_event(a, &open);
}

static const struct {
	const char *section; /* up to the first '/' */
	s64 (*attach)(const struct attaching *a);
} kinds[] = {
	{"kprobe", kprobe},
	{"kretprobe", kretprobe},
	{"ksyscall", ksyscall},
	{"kretsyscall", kretsyscall},
	{"kprobe.multi", kprobe_multi},
	{"kretprobe.multi", kretprobe_multi},
	{"tp", tracepoint},
	{"tracepoint", tracepoint},
	{"raw_tp", raw_tracepoint},
	{"raw_tracepoint", raw_tracepoint},
	{"raw_tp.w", raw_tracepoint},
	{"raw_tracepoint.w", raw_tracepoint},
	{"tp_btf", by_btf},
	{"fentry", by_btf},
	{"fexit", by_btf},
	{"fmod_ret", by_btf},
	{"fentry.s", by_btf},
	{"fexit.s", by_btf},
	{"fmod_ret.s", by_btf},
	{"lsm", by_btf},
	{"lsm.s", by_btf},
	{"perf_event", sampling},
	{"uprobe", attach_uprobe},
	{"uretprobe", attach_uretprobe},
	{"uprobe.s", attach_uprobe},
	{"uretprobe.s", attach_uretprobe},
	{"usdt", attach_usdt},
	{"iter", attach_iterator},
	{"iter.s", attach_iterator},
};

bool attach_is_traced(u32 prog_type)
{
	static const u64 traced =
		1ull << BPF_PROG_TYPE_KPROBE | 1ull << BPF_PROG_TYPE_TRACEPOINT |
		1ull << BPF_PROG_TYPE_RAW_TRACEPOINT | 1ull << BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE |
		1ull << BPF_PROG_TYPE_PERF_EVENT | 1ull << BPF_PROG_TYPE_TRACING | 1ull << BPF_PROG_TYPE_LSM;

	return prog_type < 64 && traced >> prog_type & 1;
}

s64 attach_program(struct walk *w, int fd, const struct elf_program *program, struct text *error)
{
	const char *section = program->section + (*program->section == '?');
	size_t len = strcspn(section, "/");
	struct attaching a = {w, fd, program, section + len + (section[len] == '/'), error};

	for (u32 i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].section) == len && !strncmp(kinds[i].section, section, len))
			return kinds[i].attach(&a);
	return attach_complain(&a, "the section does not say where the program is to be attached");
}

bool attach_is_cgroup(u32 prog_type)
{
	static const u64 types =
		1ull << BPF_PROG_TYPE_CGROUP_DEVICE | 1ull << BPF_PROG_TYPE_CGROUP_SKB |
		1ull << BPF_PROG_TYPE_CGROUP_SOCK | 1ull << BPF_PROG_TYPE_CGROUP_SOCK_ADDR |
		1ull << BPF_PROG_TYPE_CGROUP_SOCKOPT | 1ull << BPF_PROG_TYPE_CGROUP_SYSCTL |
		1ull << BPF_PROG_TYPE_SOCK_OPS;

	return prog_type < 64 && types >> prog_type & 1;
}

s64 attach_open_cgroup(struct walk *w, const char *path, struct text *error)
{
	struct session *s = w->session;
	char full[128];
	s64 err = snprintf(full, sizeof(full), CGROUP_ROOT "%s", path) < (int)sizeof(full) ? 0 : -ENAMETOOLONG;

	if (*path != '/' || err) {
		text_add(error, "cgroup %.60s: expected a path like / or /web", path);
		return -EINVAL;
	}
	for (char *at = full + strlen(CGROUP_ROOT) + 1; *at && (!err || err == -EEXIST); at++) {
		char *end = at + strcspn(at, "/"), kept = *end;

		*end = 0;
		err = sim_mkdir(s->sim, full);
		*end = kept;
		at = kept ? end : end - 1;
	}
	err = err && err != -EEXIST ? err : sim_open(s->sim, s->pid, full);
	if (err < 0)
		text_add(error, "%s", s->sim->why.text);
	return err;
}

/* bpf_program__attach_cgroup of libbpf. */
static s64 link_to_cgroup(struct walk *w, int fd, const struct elf_program *program, s64 cgroup, struct text *error)
{
	const struct attaching a = {w, fd, program, "", error};
	union bpf_attr attr = {0};

	user_reset(w->session->user);
	attr.link_create.target_fd = cgroup;
	attr.link_create.attach_type = program->expected_attach_type;
	return attach_link_create(&a, &attr);
}

s64 attach_to_cgroup(struct walk *w, int fd, const struct elf_program *program, const char *path, struct text *error)
{
	s64 cgroup = attach_open_cgroup(w, path, error);

	return cgroup < 0 ? cgroup : link_to_cgroup(w, fd, program, cgroup, error);
}

s64 attach_cgroup(struct walk *w, const struct program_file *file, const char *path, struct text *error)
{
	s64 cgroup = attach_open_cgroup(w, path, error), result = cgroup;

	for (u32 i = 0; i < file->elf->program_count && result >= 0; i++)
		if (file->fd[i] >= 0 && attach_is_cgroup(file->elf->programs[i].prog_type))
			result = link_to_cgroup(w, file->fd[i], &file->elf->programs[i], cgroup, error);
	return result;
}

s64 attach_programs(struct walk *w, const struct program_file *file, struct text *error)
{
	s64 result = 0;

	for (u32 i = 0; i < file->elf->program_count && result >= 0; i++)
		if (file->fd[i] >= 0 && attach_is_traced(file->elf->programs[i].prog_type))
			result = attach_program(w, file->fd[i], &file->elf->programs[i], error);
	return result;
}

/* The fds of the programs, where the kernel wants them. */
static s64 set_table(struct walk *w, const struct program_file *file, const struct elf_map *map, int fd, struct text *error)
{
	struct user_memory *user = w->session->user;
	union bpf_attr attr = {.map_fd = fd};
	u8 *value = malloc(map->value_size);
	s64 err;

	if (!value)
		return -ENOMEM;
	memcpy(value, map->data, map->value_size);
	for (u32 i = 0; i < map->slot_count; i++)
		memcpy(value + map->slots[i].at, &(u64){file->fd[map->slots[i].target]}, sizeof(u64));
	user_reset(user);
	attr.key = user_put(user, &(u32){0}, sizeof(u32));
	attr.value = user_put(user, value, map->value_size);
	free(value);
	err = walk_bpf(w, BPF_MAP_UPDATE_ELEM, user_put_attr(user, &attr, ATTR_END(flags)), ATTR_END(flags));
	if (err < 0)
		text_add(error, "%s: %s", map->name, w->session->sim->why.text);
	return err;
}

s64 attach_tables(struct walk *w, const struct program_file *file, struct text *error)
{
	s64 result = 0;

	for (u32 i = 0; i < file->elf->map_count && result >= 0; i++)
		if (file->elf->maps[i].source == ELF_MAP_STRUCT_OPS && file->map_fd[i] >= 0)
			result = set_table(w, file, &file->elf->maps[i], file->map_fd[i], error);
	return result;
}
