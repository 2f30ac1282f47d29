/*
 * attach: a program to a hook, now. Which hooks a program can have is a matter of its type: the table `ways`.
 * Without a hook it goes where its section or its BTF target says.
 */
#include <stdio.h>

#include "../attach.h"
#include "change_words.h"
#include "prompt.h"

/* A program that is to be attached. */
struct candidate {
	int fd;
	const struct prog *prog;
	const struct prog_type *type;
	struct elf_program program; /* as its file has it, or made up of what the kernel knows */
};

struct way {
	const char *word; /* in front of the place */
	const char *place, *example;
	u64 types; /* bit n: programs of type n */
	/* >= 0 or -errno with the sentence */
	s64 (*attach)(struct screen *sc, struct candidate *c, const char *place, struct text *error);
};

#define TYPE(name) (1ull << BPF_PROG_TYPE_##name)
#define CGROUP_TYPES                                                                                         \
	(TYPE(CGROUP_DEVICE) | TYPE(CGROUP_SKB) | TYPE(CGROUP_SOCK) | TYPE(CGROUP_SOCK_ADDR) |               \
	 TYPE(CGROUP_SOCKOPT) | TYPE(CGROUP_SYSCTL) | TYPE(SOCK_OPS))

static s64 to_device(struct screen *sc, struct candidate *c, const char *place, struct text *error)
{
	return program_attach_xdp(&sc->debug.walk, c->fd, place, error);
}

/* tc:DEVICE:ingress:PRIORITY, socket:DEVICE: as --attach of `run` takes it */
static s64 to_packets(struct screen *sc, struct candidate *c, const char *place, struct text *error)
{
	char hook[80];

	snprintf(hook, sizeof(hook), "%s:%.70s",
		 c->prog->type == BPF_PROG_TYPE_SOCKET_FILTER ? "socket" : "tc", place);
	return attach_hook(&sc->debug.walk, &sc->debug.file, c->fd, hook, "", error);
}

static s64 to_cgroup(struct screen *sc, struct candidate *c, const char *place, struct text *error)
{
	return attach_to_cgroup(&sc->debug.walk, c->fd, &c->program, place, error);
}

/* As if its section had that name. */
static s64 to_section(struct screen *sc, struct candidate *c, const char *section, struct text *error)
{
	c->program.section = section;
	return attach_program(&sc->debug.walk, c->fd, &c->program, error);
}

static const struct way ways[] = {
	{"xdp", "DEVICE", "xdp:eth0", TYPE(XDP), to_device},
	{"tc", "DEVICE:ingress or egress", "tc:eth0:ingress", TYPE(SCHED_CLS), to_packets},
	{"socket", "DEVICE", "socket:eth0", TYPE(SOCKET_FILTER), to_packets},
	{"cgroup", "PATH", "cgroup:/web", CGROUP_TYPES, to_cgroup},
	{"kprobe", "FUNCTION", "kprobe:vfs_read", TYPE(KPROBE), NULL},
	{"kretprobe", "FUNCTION", "kretprobe:vfs_read", TYPE(KPROBE), NULL},
	{"kprobe.multi", "PATTERN", "kprobe.multi:vfs_*", TYPE(KPROBE), NULL},
	{"kretprobe.multi", "PATTERN", "kretprobe.multi:vfs_*", TYPE(KPROBE), NULL},
	{"ksyscall", "NAME", "ksyscall:openat", TYPE(KPROBE), NULL},
	{"kretsyscall", "NAME", "kretsyscall:openat", TYPE(KPROBE), NULL},
	{"tp", "SYSTEM/NAME", "tp:sched/sched_switch", TYPE(TRACEPOINT), NULL},
	{"raw_tp", "NAME", "raw_tp:sched_switch", TYPE(RAW_TRACEPOINT) | TYPE(RAW_TRACEPOINT_WRITABLE), NULL},
	{"perf_event", "", "perf_event", TYPE(PERF_EVENT), NULL},
};

const char *attach_word(u32 i)
{
	return i < ARRAY_SIZE(ways) ? ways[i].example : NULL;
}

static u64 type_bit(const struct candidate *c)
{
	return c->prog->type < 64 ? 1ull << c->prog->type : 0;
}

/* "attach kprobe:vfs_read, ..." */
static void list_ways(const struct candidate *c, struct text *out)
{
	bool own = type_bit(c) & (TYPE(TRACING) | TYPE(LSM)), any = own;

	if (own)
		text_add(out, " attach (alone: its target was named when it was loaded)");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (!(ways[i].types & type_bit(c)))
			continue;
		text_add(out, "%s attach %s", any ? "," : "", ways[i].example);
		any = true;
	}
	if (!any)
		text_add(out, " none yet; `fire` runs it by BPF_PROG_TEST_RUN where the type has that");
}

static int complain(const struct candidate *c, const char *what, struct text *error)
{
	text_add(error, "attach: %s Hooks of %s programs:", what, c->type ? c->type->name : "such");
	list_ways(c, error);
	return -EINVAL;
}

/* --- the program --- */

/* What its file says of it; the name of an object in the kernel is cut off. */
static const struct elf_program *in_files(const struct debug *d, const struct prog *prog)
{
	for (u32 f = 0; f < d->nfiles; f++) {
		const struct elf_object *elf = d->files[f].file.elf;

		for (u32 i = 0; elf && i < elf->program_count; i++)
			if (elf->programs[i].prog_type == prog->type &&
			    strncmp(elf->programs[i].name, prog->obj.name, BPF_OBJ_NAME_LEN - 1) == 0)
				return &elf->programs[i];
	}
	return NULL;
}

static bool find_candidate(struct screen *sc, const char *name, struct candidate *c, struct text *error)
{
	struct debug *d = &sc->debug;
	const struct elf_program *found;
	struct why why;

	*c = (struct candidate){.fd = prog_fd(d, name, &why)};
	if (c->fd < 0) {
		text_add(error, "attach: %s", why.text);
		return false;
	}
	c->prog = container_of(session_object(&d->session, c->fd), struct prog, obj);
	c->type = prog_type_by_id(c->prog->type);
	found = in_files(d, c->prog);
	if (found)
		c->program = *found;
	else
		c->program = (struct elf_program){.name = c->prog->obj.name,
						  .section = "",
						  .prog_type = c->prog->type,
						  .expected_attach_type = c->prog->expected_attach_type};
	return true;
}

/* --- the hook --- */

static const struct way *way_of(const char *hook)
{
	size_t n = strcspn(hook, ":/");

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (strlen(ways[i].word) == n && strncmp(ways[i].word, hook, n) == 0)
			return &ways[i];
	return NULL;
}

static s64 where_it_belongs(struct screen *sc, struct candidate *c, struct text *error)
{
	if (attach_is_traced(c->prog->type) && *c->program.section)
		return attach_program(&sc->debug.walk, c->fd, &c->program, error);
	return complain(c, "where?", error);
}

static s64 to_hook(struct screen *sc, struct candidate *c, const char *hook, struct text *error)
{
	const struct way *way = strpbrk(hook, ":/")          ? way_of(hook)
				: strcmp(hook, "perf_event") ? &ways[0]
							     : way_of(hook);
	char section[128];
	const char *place = strpbrk(hook, ":/");

	if (!*hook)
		return where_it_belongs(sc, c, error);
	place = place ? place + 1 : hook;
	if (!way)
		return complain(c, "there is no such kind of hook.", error);
	if (!(way->types & type_bit(c)))
		return complain(c,
				way == ways && place == hook ? "that is no hook."
							     : "that hook is for another type.",
				error);
	if (way->attach)
		return way->attach(sc, c, place, error);
	snprintf(section, sizeof(section), "%s%s%s", way->word, *way->place ? "/" : "",
		 *way->place ? place : "");
	return to_section(sc, c, section, error);
}

/* --- replace: the link stays, its program is another one --- */

/* The loader's fd of the link that holds the device's hook, or -ENOENT. */
static int link_fd_of(struct screen *sc, const char *device)
{
	const struct netdev *dev = netdev_by_name(debug_sim(&sc->debug), device);

	for (int fd = 0; dev && fd < TASK_MAX_FDS; fd++) {
		const struct obj *obj = session_object(&sc->debug.session, fd);

		for (int mode = 0; obj && mode < XDP_MODES; mode++)
			if (dev->xdp_link[mode] == obj)
				return fd;
	}
	return -ENOENT;
}

static s64 replace(struct screen *sc, struct candidate *c, const char *hook, struct text *error)
{
	struct session *s = &sc->debug.session;
	const char *device = strncmp(hook, "xdp:", 4) == 0 ? hook + 4 : hook;
	union bpf_attr attr = {0};
	int link = link_fd_of(sc, device);
	s64 result;

	if (link < 0) {
		text_add(error,
			 "attach: the loader has no fd of a link at %.20s; without `replace` one is made",
			 device);
		return link;
	}
	user_reset(s->user);
	attr.link_update.link_fd = link;
	attr.link_update.new_prog_fd = c->fd;
	result = walk_bpf(&sc->debug.walk, BPF_LINK_UPDATE,
			  user_put_attr(s->user, &attr, ATTR_END(link_update)), ATTR_END(link_update));
	if (result < 0)
		text_add(error, "%s", s->sim->why.text);
	return result;
}

/* --- the command --- */

/* "HOOK PROG replace": cuts the words apart. */
static bool split(char *args, const char **hook, const char **name, bool *replaces)
{
	char *word[3] = {"", "", ""}, *save = NULL;
	int n = 0;

	for (char *at = strtok_r(args, " ", &save); at; at = strtok_r(NULL, " ", &save)) {
		if (n == 3)
			return false;
		word[n++] = at;
	}
	*replaces = n > 1 && strcmp(word[n - 1], "replace") == 0;
	*hook = word[0];
	*name = n - *replaces > 1 ? word[1] : "";
	return n - *replaces < 3;
}

void do_attach(struct screen *sc, const char *args)
{
	char line[sizeof(sc->line)], message[PROGRAM_ERROR];
	const char *hook, *name;
	struct candidate c;
	struct text error;
	bool replaces;
	s64 result;

	snprintf(line, sizeof(line), "%s", args);
	text_init(&error, message, sizeof(message));
	if (!split(line, &hook, &name, &replaces)) {
		screen_complain(sc, "attach: expected [HOOK] [PROG] [replace], for example attach xdp:eth0 "
				    "second replace");
		return;
	}
	if (!begin_change(sc, "attach", args))
		return;
	result = find_candidate(sc, name, &c, &error) ? (replaces ? replace : to_hook)(sc, &c, hook, &error)
						      : -EBADF;
	end_change(sc, CHANGE_SHOW_FIRST, result < 0 ? message : NULL);
}
