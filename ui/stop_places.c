/* Places to stop at: instructions, lines, functions, stages, calls, helpers, events. See stops.h. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "stops.h"

static bool parse_number(const char *text, u32 *n)
{
	char *end;

	*n = strtoul(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end;
}

/* For messages: those of @names that there are. */
static int unknown(struct why *why, const char *what, const char *text, const char *(*name)(u32 i), u32 count)
{
	char names[160];
	const char *all[256], *nearest;
	struct text list;
	u32 n = 0;
	bool all_shown = true;

	text_init(&list, names, sizeof(names));
	for (u32 i = 0; i < count && n < ARRAY_SIZE(all); i++)
		if (name(i))
			all[n++] = name(i);
	nearest = cli_nearest(text, all, n);
	for (u32 i = 0; i < n && !nearest; i++)
		if (list.len + strlen(all[i]) + 6 < sizeof(names))
			text_add(&list, " %s", all[i]);
		else
			all_shown = false;
	return sim_fail(why, -EINVAL, "there is no %s '%.30s'; %s%s%s", what, text,
			nearest ? "did you mean " : "there are:", nearest ? nearest : names,
			nearest ? "?" : all_shown ? "" : " ...");
}

static bool same_word(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a == '-' || *a == ' ' ? '_' : *a, y = *b == '-' || *b == ' ' ? '_' : *b;

		if ((x | 32) != (y | 32) && x != y)
			return false;
	}
	return !*a && !*b;
}

/* --- instructions and lines --- */

bool stop_is_for(const struct stop *stop, const struct prog *prog)
{
	return stop->kind == STOP_FUNC || !stop->name[0] ||
	       (prog && strncmp(prog->obj.name, stop->name, BPF_OBJ_NAME_LEN - 1) == 0);
}

static bool is_program(const struct debug *d, const char *name)
{
	for (u32 i = 0; i < d->nfiles; i++)
		if (strcmp(program_name(&d->files[i].file), name) == 0)
			return true;
	return false;
}

/* "17", "*17", "prog:17" */
static int parse_insn(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	const char *colon = strchr(text, ':');
	char name[64];

	(void)why;
	if (!colon)
		return parse_number(text + (*text == '*'), &stop->at) ? 0 : -ENOENT;
	snprintf(name, sizeof(name), "%.*s", (int)min_u64(colon - text, sizeof(name) - 1), text);
	if (!is_program(d, name) || !parse_number(colon + 1, &stop->at))
		return -ENOENT;
	snprintf(stop->name, sizeof(stop->name), "%s", name);
	return 0;
}

static bool insn_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	u32 insn;

	(void)before;
	return debug_begins(d) && debug_insn(d, &insn) && insn == stop->at &&
	       stop_is_for(stop, debug_prog(d));
}

/* ":23", "file.c:23" */
static int parse_line(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	const char *colon = strrchr(text, ':');

	(void)d, (void)why;
	if (!colon || !parse_number(colon + 1, &stop->at))
		return -ENOENT;
	return colon == text || memchr(text, '.', colon - text) ? 0 : -ENOENT;
}

static bool line_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	u32 line;
	bool first;

	(void)before;
	return debug_line(d, &line, &first) && first && line == stop->at;
}

/* --- functions: they have names once BTF is there, the main one always --- */

bool stop_is_func(const struct prog *prog, u32 insn, const char *name)
{
	const struct btf *btf = btf_of(prog->btf);

	if (!insn && strncmp(prog->obj.name, name, BPF_OBJ_NAME_LEN - 1) == 0)
		return true;
	for (u32 f = 0; btf && f < prog->func_info_cnt; f++)
		if (prog->func_info[f].insn_off == insn)
			return strcmp(btf_name(&btf->types, prog->func_info[f].type_id), name) == 0;
	return false;
}

static bool is_function(const struct debug *d, const char *name)
{
	for (u32 i = 0; i < d->nfiles; i++) {
		const struct elf_object *elf = d->files[i].file.elf;

		for (u32 p = 0; elf && p < elf->program_count; p++)
			if (strcmp(elf->programs[p].name, name) == 0)
				return true;
	}
	return is_program(d, name);
}

static int parse_func(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	(void)why;
	if (!is_function(d, text))
		return -ENOENT;
	snprintf(stop->name, sizeof(stop->name), "%s", text);
	return 0;
}

static bool func_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	u32 insn;

	(void)before;
	return debug_begins(d) && debug_insn(d, &insn) && stop_is_func(debug_prog(d), insn, stop->name);
}

/* --- stages, calls, helpers --- */

static const char *stage_name(u32 i)
{
	return load_stage_name(i);
}

static int parse_stage(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	static const struct {
		const char *name;
		u32 stage;
	} also[] = {{"verify", LOAD_CFG}, {"graph", LOAD_CFG}, {"cfg", LOAD_CFG},
		    {"walk", LOAD_WALK},  {"paths", LOAD_WALK}, {"translate", LOAD_TRANSLATE},
		    {"jit", LOAD_JIT},	  {"fd", LOAD_FD}};

	(void)d;
	for (size_t i = 0; i < ARRAY_SIZE(also); i++) {
		stop->at = also[i].stage;
		if (same_word(also[i].name, text))
			return 0;
	}
	for (stop->at = 0; stop->at < LOAD_STAGES; stop->at++)
		if (same_word(load_stage_name(stop->at), text))
			return 0;
	return unknown(why, "stage", text, stage_name, LOAD_STAGES);
}

static bool stage_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	const struct prog_load *load = look_load(debug_sim(d));

	return load && load->stage == stop->at && (!before->loading || before->stage != stop->at);
}

static const char *call_name(u32 i)
{
	return bpf_commands[i].name;
}

#define ANY_CALL UINT32_MAX

static int parse_call(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	(void)d;
	stop->at = ANY_CALL;
	if (!*text)
		return 0;
	if (*text++ != ':')
		return -ENOENT;
	for (stop->at = 0; stop->at < bpf_commands_count; stop->at++)
		if (call_name(stop->at) && same_word(call_name(stop->at), text))
			return 0;
	return unknown(why, "command of bpf(2)", text, call_name, bpf_commands_count);
}

static const struct moment_mark *mark_here(const struct debug *d, u32 kind)
{
	for (const struct moment_mark *m = debug_mark(d); m && m >= d->mark && m->step == debug_now(d); m--)
		if (m->kind == kind)
			return m;
	return NULL;
}

static bool call_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	(void)before;
	for (u32 i = d->calls; i-- > 0 && d->call[i].step >= debug_now(d);)
		if (d->call[i].step == debug_now(d) &&
		    (stop->at == ANY_CALL || d->call[i].cmd == (int)stop->at))
			return true;
	return false;
}

#define HELPERS 256

/* Without the "bpf_" that all of them have. */
static const char *short_helper_name(u32 i)
{
	const char *name = i ? isa_helper_name(i) : NULL;

	return name && strncmp(name, "bpf_", 4) == 0 ? name + 4 : name;
}

static int parse_helper(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	(void)d;
	for (stop->at = 1; stop->at < HELPERS; stop->at++) {
		const char *name = isa_helper_name(stop->at);

		if (name && (same_word(name, text) || (strlen(name) > 4 && same_word(name + 4, text))))
			return 0;
	}
	return unknown(why, "helper", text, short_helper_name, HELPERS);
}

static bool helper_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	const struct prog *prog = debug_prog(d);
	const struct bpf_insn *insn;
	u32 at;

	(void)before;
	if (!debug_begins(d) || !debug_insn(d, &at))
		return false;
	insn = &prog->insns[at];
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == (s32)stop->at;
}

static int parse_reject(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	(void)d, (void)stop;
	return *text ? sim_fail(why, -EINVAL, "expected verifier:reject, found '%.30s' behind it", text) : 0;
}

static bool reject_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	(void)stop, (void)before;
	return mark_here(d, EV_REJECTED);
}

/* --- events --- */

static const char *event_name(u32 i)
{
	static const char *const names[EV_COUNT] = {
#define X(name, args) [EV_##name] = #name,
		EVENT_KINDS(X)
#undef X
	};

	return names[i];
}

/* "event" alone: a program is about to run, or a packet has come. "event:NAME": any kind that there is. */
static int parse_event(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	(void)d;
	stop->mask = EVENT_BIT(EV_FIRE) | EVENT_BIT(EV_RUN_START);
	if (!*text)
		return 0;
	if (*text++ != ':')
		return -ENOENT;
	stop->mask = EVENT_BIT(EV_FIRE);
	if (same_word(text, "packet"))
		return 0;
	for (u32 i = 0; i < EV_COUNT; i++) {
		stop->mask = EVENT_BIT(i);
		if (same_word(event_name(i), text))
			return 0;
	}
	return unknown(why, "event", text, event_name, EV_COUNT);
}

static bool event_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	(void)before;
	return d->heard & stop->mask;
}

const struct stop_form stop_places[STOP_REG] = {
	[STOP_INSN] = {NULL, "17 or prog:17 (an instruction)", parse_insn, insn_here, NULL},
	[STOP_LINE] = {NULL, "file.c:23 or :23 (a line)", parse_line, line_here, NULL},
	[STOP_FUNC] = {NULL, "func (a function)", parse_func, func_here, NULL},
	[STOP_STAGE] = {"stage:", "stage:verify", parse_stage, stage_here, NULL},
	[STOP_CALL] = {"syscall", "syscall:map_create", parse_call, call_here, NULL},
	[STOP_HELPER] = {"helper:", "helper:map_lookup_elem", parse_helper, helper_here, NULL},
	[STOP_REJECT] = {"verifier:reject", "verifier:reject", parse_reject, reject_here, NULL},
	[STOP_EVENT] = {"event", "event or event:map_update", parse_event, event_here, NULL},
};
