/* What lessons can ask of programs, maps, links and fds. See fact.h. */
#include <stdio.h>

#include "../holds.h"
#include "../prompt/change_words.h"
#include "fact.h"

/* --- finding them --- */

/* Behind "prog " or "map ", which may be left out. */
static const char *name_in(const char *arg, const char *kind)
{
	size_t n = strlen(kind);

	return strncmp(arg, kind, n) == 0 && arg[n] == ' ' ? arg + n + 1 : strcmp(arg, kind) == 0 ? "" : arg;
}

/* A name that was given here goes before the program's own. */
static const struct prog *prog_by_name(const struct debug *d, const char *name)
{
	const struct sim *sim = debug_sim(d);
	const struct prog *found = NULL;

	for (struct obj *obj = obj_next(sim, OBJ_PROG, 0); obj; obj = obj_next(sim, OBJ_PROG, obj->id)) {
		if (strcmp(prog_label(d, obj), name) == 0)
			return container_of(obj, struct prog, obj);
		if (!found && strcmp(obj->name, name) == 0)
			found = container_of(obj, struct prog, obj);
	}
	return found;
}

const struct prog *fact_prog(const struct asked *a, u32 arg)
{
	const struct debug *d = &a->sc->debug;
	const char *name = arg < a->args ? name_in(a->arg[arg], "prog") : "";

	return *name ? prog_by_name(d, name) : debug_prog(d);
}

static const struct map *map_by_name(const struct asked *a, const char *arg)
{
	const struct sim *sim = debug_sim(&a->sc->debug);
	const char *name = name_in(arg, "map");

	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		if (strcmp(obj->name, name) == 0)
			return container_of(obj, struct map, obj);
	return NULL;
}

/* --- programs --- */

static void address(struct asked *a, u64 value)
{
	a->number = value;
	snprintf(a->text, sizeof(a->text), "%016llx", (unsigned long long)value);
}

static void prog_bpf_func(struct asked *a, const struct prog *p)
{
	address(a, prog_entry(p));
}

static void prog_jited_len(struct asked *a, const struct prog *p)
{
	for (u32 i = 0; i < look_images(p); i++)
		a->number += look_image(p, i)->size;
}

static void prog_xlated_cnt(struct asked *a, const struct prog *p)
{
	a->number = p->xlated ? p->xlated->insn_cnt : 0;
}

static void prog_insn_cnt(struct asked *a, const struct prog *p)
{
	a->number = p->insn_cnt;
}

static void prog_id(struct asked *a, const struct prog *p)
{
	a->number = p->obj.id;
}

static void prog_refs(struct asked *a, const struct prog *p)
{
	a->number = p->obj.refs;
}

static void prog_name(struct asked *a, const struct prog *p)
{
	snprintf(a->text, sizeof(a->text), "%s", p->obj.name);
}

static void prog_verified_insns(struct asked *a, const struct prog *p)
{
	a->number = p->verified_insns;
}

static void prog_tag(struct asked *a, const struct prog *p)
{
	for (u32 i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(a->text + 2 * i, 3, "%02x", p->tag[i]);
}

/* The line of /proc/kallsyms; one that is interpreted has none. */
static void prog_kallsyms(struct asked *a, const struct prog *p)
{
	u8 tag[BPF_TAG_SIZE];
	struct text text;

	text_init(&text, a->text, sizeof(a->text));
	if (!look_images(p)) {
		text_add(&text, "-");
		return;
	}
	prog_func_tag(p, 0, tag);
	text_add(&text, "%016llx t bpf_prog_", (unsigned long long)prog_entry(p));
	for (u32 i = 0; i < BPF_TAG_SIZE; i++)
		text_add(&text, "%02x", tag[i]);
	text_add(&text, "_%s [bpf]", p->obj.name);
}

/* One that is being loaded is no object yet, but some is known of it. */
static const struct prog *under_load(const struct asked *a)
{
	const struct prog *p = debug_prog(&a->sc->debug);

	return p && strcmp(p->obj.name, name_in(a->arg[0], "prog")) == 0 ? p : NULL;
}

static int prog(struct asked *a)
{
	static const struct {
		const char *field;
		void (*get)(struct asked *a, const struct prog *p);
	} fields[] = {
		{"id", prog_id},
		{"name", prog_name},
		{"tag", prog_tag},
		{"refs", prog_refs},
		{"insn_cnt", prog_insn_cnt},
		{"xlated_cnt", prog_xlated_cnt},
		{"jited_len", prog_jited_len},
		{"bpf_func", prog_bpf_func},
		{"kallsyms", prog_kallsyms},
		{"verified_insns", prog_verified_insns},
	};
	const struct prog *p = fact_prog(a, 0);

	if (!p)
		p = under_load(a);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strcmp(fields[i].field, a->field) != 0)
			continue;
		if (!p)
			return sim_fail(a->why, -ENODATA, "there is no such program now");
		fields[i].get(a, p);
		return 0;
	}
	return sim_fail(a->why, -EINVAL,
			"prog(NAME) has id name tag refs insn_cnt xlated_cnt jited_len bpf_func kallsyms "
			"verified_insns, not '%s'",
			a->field);
}

static int runs_by(struct asked *a)
{
	const struct prog *p = fact_prog(a, 0);

	a->number = !p ? FACT_NONE : look_images(p) ? FACT_JIT : FACT_INTERPRETER;
	return 0;
}

static int loaded(struct asked *a)
{
	a->number = !!fact_prog(a, 0);
	return 0;
}

/* --- links --- */

static bool link_is_at(const struct debug *d, const struct link *link, const char *hook)
{
	const struct netdev *dev = link->ifindex ? netdev_by_index(debug_sim(d), link->ifindex) : NULL;
	const char *colon = strchr(hook, ':');

	if (dev)
		return strcmp(dev->name, colon ? colon + 1 : hook) == 0;
	return link->cgroup &&
	       strcmp(link->cgroup->path[0] ? link->cgroup->path : "/", colon ? colon + 1 : hook) == 0;
}

/* Links first; what PROG_ATTACH and perf events hold has none. */
static int attached(struct asked *a)
{
	const struct debug *d = &a->sc->debug;
	const struct sim *sim = debug_sim(d);
	const struct prog *p = fact_prog(a, 0);

	for (struct obj *obj = obj_next(sim, OBJ_LINK, 0); p && obj; obj = obj_next(sim, OBJ_LINK, obj->id)) {
		const struct link *link = container_of(obj, struct link, obj);

		a->number += link->prog == p && (a->args < 2 || link_is_at(d, link, a->arg[1]));
	}
	for (u32 i = 0; p && a->args < 2 && !a->number && i < sim->world->hooks.count; i++)
		a->number += sim->world->hooks.list[i].kind && sim->world->hooks.list[i].prog == p;
	return 0;
}

/* --- maps --- */

/* Elements with keys; what cannot be walked has none. */
static s64 elements(const struct asked *a, const struct map *map)
{
	u32 bytes = map->k.key_size;
	u8 key[512], next[512];
	s64 n = 0;

	if (!map_ops(map)->next_key || bytes > sizeof(key))
		return 0;
	for (const u8 *from = NULL;
	     map_ops(map)->next_key(debug_sim(&a->sc->debug), (struct map *)map, from, next) == 0 &&
	     n < map->k.max_entries;
	     from = key, n++)
		memcpy(key, next, bytes);
	return n;
}

static int map(struct asked *a)
{
	const struct map *m = map_by_name(a, a->arg[0]);
	const struct {
		const char *field;
		s64 value;
	} fields[] = {
		{"id", m ? m->obj.id : 0},
		{"refs", m ? m->obj.refs : 0},
		{"key_size", m ? m->k.key_size : 0},
		{"value_size", m ? m->k.value_size : 0},
		{"max_entries", m ? m->k.max_entries : 0},
		{"entries", m ? elements(a, m) : 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strcmp(fields[i].field, a->field) != 0)
			continue;
		a->number = fields[i].value;
		return m ? 0 : sim_fail(a->why, -ENODATA, "there is no map '%.40s' now", a->arg[0]);
	}
	if (a->field[0])
		return sim_fail(a->why, -EINVAL,
				"map(NAME) has id refs key_size value_size max_entries entries, not '%s'",
				a->field);
	a->number = !!m;
	return 0;
}

/* --- fds --- */

static int fd(struct asked *a)
{
	const struct obj *obj = session_object(&a->sc->debug.session, strtoul(a->arg[0], NULL, 10));

	a->number = obj ? obj->id : 0;
	return 0;
}

static int fds(struct asked *a)
{
	for (int n = 0; n < TASK_MAX_FDS; n++)
		a->number += !!session_object(&a->sc->debug.session, n);
	return 0;
}

const struct fact facts_objects[] = {
	{"prog", "prog(NAME).FIELD or prog.FIELD",
	 "of a program: id name tag refs insn_cnt xlated_cnt jited_len bpf_func kallsyms verified_insns",
	 "prog(xdp_count).jited_len > 0", false, prog},
	{"runs_by", "runs_by(prog P)", "what an event would run: interpreter jit none",
	 "runs_by(prog slow) == interpreter", false, runs_by},
	{"loaded", "loaded(prog P)", "is there such a program?", "not loaded(prog xdp_count)", false, loaded},
	{"attached", "attached(prog P) or attached(prog P, HOOK)",
	 "at how many hooks; HOOK is xdp:DEVICE or a cgroup's path", "attached(prog xdp_count, xdp:eth0)",
	 false, attached},
	{"map", "map(NAME) or map(NAME).FIELD",
	 "is there such a map? Fields: id refs key_size value_size max_entries entries",
	 "map(counts).entries == 3", false, map},
	{"fd", "fd(N)", "id of the object that the loader's fd N leads to, 0: none", "fd(4) == 0", false, fd},
	{"fds", "fds", "how many fds the loader has", "fds == 0", true, fds},
	{NULL, NULL, NULL, NULL, false, NULL},
};
