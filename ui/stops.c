/* Stops: see stops.h. */
#include <stdio.h>
#include <stdlib.h>

#include "expr.h"
#include "stops.h"

struct stop_form {
	const char *prefix; /* that begins it, NULL: tried last */
	const char *form;   /* for messages */
	/* Reads what stands behind the prefix. */
	bool (*parse)(struct debug *d, const char *text, struct stop *stop);
	bool (*here)(struct debug *d, const struct stop *stop, const struct picture *before);
};

static bool parse_number(const char *text, u32 *n)
{
	char *end;

	*n = strtoul(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end;
}

/* --- instructions and lines --- */

static bool parse_insn(struct debug *d, const char *text, struct stop *stop)
{
	(void)d;
	return parse_number(text[0] == '*' ? text + 1 : text, &stop->at);
}

static bool insn_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	u32 insn;

	(void)before;
	return debug_begins(d) && debug_insn(d, &insn) && insn == stop->at;
}

static bool parse_line(struct debug *d, const char *text, struct stop *stop)
{
	const char *colon = strrchr(text, ':');

	(void)d;
	return parse_number(colon ? colon + 1 : text, &stop->at);
}

static bool line_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	u32 line;
	bool first;

	(void)before;
	return debug_line(d, &line, &first) && first && line == stop->at;
}

/* A function of the program: its first instruction. Those but the main one have names once it is loaded. */
static bool parse_function(struct debug *d, const char *text, struct stop *stop)
{
	const struct prog *prog = debug_prog(d);
	const struct btf *btf = prog ? btf_of(prog->btf) : NULL;

	stop->at = 0;
	if (strcmp(text, program_name(&d->file)) == 0)
		return true;
	for (u32 f = 0; btf && f < prog->func_info_cnt; f++) {
		stop->at = prog->func_info[f].insn_off;
		if (strcmp(btf_name(&btf->types, prog->func_info[f].type_id), text) == 0)
			return true;
	}
	return false;
}

/* --- stages, calls, helpers --- */

static bool parse_stage(struct debug *d, const char *text, struct stop *stop)
{
	(void)d;
	for (u32 i = 0; i < LOAD_STAGES; i++) {
		if (strcasecmp(load_stage_name(i), text) == 0) {
			stop->at = i;
			return true;
		}
	}
	return false;
}

static bool stage_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	const struct prog_load *load = look_load(debug_sim(d));

	return load && load->stage == stop->at && (!before->loading || before->stage != stop->at);
}

static bool parse_call(struct debug *d, const char *text, struct stop *stop)
{
	(void)d;
	for (u32 i = 0; i < bpf_commands_count; i++) {
		if (bpf_commands[i].name && strcasecmp(bpf_commands[i].name, text) == 0) {
			stop->at = i;
			return true;
		}
	}
	return false;
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
	for (u32 i = 0; i < d->calls; i++)
		if (d->call[i].step == debug_now(d) && d->call[i].cmd == (int)stop->at)
			return true;
	return false;
}

static bool parse_helper(struct debug *d, const char *text, struct stop *stop)
{
	(void)d;
	for (u32 id = 1; id < 256; id++) {
		const char *name = isa_helper_name(id);

		if (name && (strcmp(name, text) == 0 || (strlen(name) > 4 && strcmp(name + 4, text) == 0))) {
			stop->at = id;
			return true;
		}
	}
	return false;
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

static bool parse_nothing(struct debug *d, const char *text, struct stop *stop)
{
	(void)d, (void)stop;
	return !*text;
}

static bool reject_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	(void)stop, (void)before;
	return mark_here(d, EV_REJECTED);
}

static bool event_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	(void)stop, (void)before;
	return mark_here(d, EV_FIRE) || mark_here(d, EV_RUN_START);
}

/* --- watchpoints --- */

static bool parse_reg(struct debug *d, const char *text, struct stop *stop)
{
	(void)d;
	return parse_number(text, &stop->at) && stop->at < MAX_BPF_REGS;
}

static bool reg_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	const struct picture *now = &d->now;

	if (before->running && now->running && before->frame == now->frame)
		return before->reg[stop->at] != now->reg[stop->at];
	if (before->walking && now->walking && before->vframe == now->vframe && before->fork == now->fork)
		return strcmp(before->known[stop->at], now->known[stop->at]) != 0;
	return false;
}

static bool parse_map(struct debug *d, const char *text, struct stop *stop)
{
	const struct map *map = expr_map(d, text, stop->key, sizeof(stop->key), NULL);

	stop->at = map ? map->obj.id : 0;
	return map;
}

static bool map_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	struct obj *obj = obj_by_id(debug_sim(d), OBJ_MAP, stop->at);
	const struct map *map = obj ? container_of(obj, struct map, obj) : NULL;
	const struct picture_element *was = map ? picture_find(before, map, stop->key) : NULL;
	const struct picture_element *is = map ? picture_find(&d->now, map, stop->key) : NULL;

	return map && (!was != !is || (was && was->value != is->value));
}

static const struct stop_form forms[STOP_KINDS] = {
	[STOP_INSN] = {NULL, "17 (an instruction)", parse_insn, insn_here},
	[STOP_LINE] = {NULL, "file.c:23 (a line)", parse_line, line_here},
	[STOP_STAGE] = {"stage:", "stage:walk", parse_stage, stage_here},
	[STOP_CALL] = {"syscall:", "syscall:map_create", parse_call, call_here},
	[STOP_HELPER] = {"helper:", "helper:map_lookup_elem", parse_helper, helper_here},
	[STOP_REJECT] = {"verifier:reject", "verifier:reject", parse_nothing, reject_here},
	[STOP_EVENT] = {"event", "event", parse_nothing, event_here},
	[STOP_REG] = {"r", "r0", parse_reg, reg_here},
	[STOP_MAP] = {"map ", "map counts[6]", parse_map, map_here},
};

/* --- the list --- */

void stops_forms(struct text *out)
{
	for (u32 i = 0; i < STOP_REG; i++)
		text_add(out, "%s%s", i ? ", " : "", forms[i].form);
	text_add(out, ", or the name of a function");
}

static struct stop *append(struct debug *d, const struct stop *stop)
{
	struct stop *more = realloc(d->stop, (d->stops + 1) * sizeof(*more));

	if (!more)
		return NULL;
	d->stop = more;
	more[d->stops] = *stop;
	more[d->stops].number = ++d->last_stop;
	return &more[d->stops++];
}

static bool parse_as(struct debug *d, u32 kind, const char *text, struct stop *stop)
{
	size_t n = forms[kind].prefix ? strlen(forms[kind].prefix) : 0;

	if (n && strncasecmp(text, forms[kind].prefix, n) != 0)
		return false;
	stop->kind = kind;
	return forms[kind].parse(d, text + n, stop);
}

struct stop *stops_add(struct debug *d, const char *where, struct why *why)
{
	static const u8 order[] = {STOP_STAGE, STOP_CALL, STOP_HELPER, STOP_REJECT,
				   STOP_EVENT, STOP_INSN, STOP_LINE};
	struct stop stop = {0};
	char message[256];
	struct text text;

	snprintf(stop.what, sizeof(stop.what), "%s", where);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (parse_as(d, order[i], where, &stop))
			return append(d, &stop);
	stop.kind = STOP_INSN;
	if (parse_function(d, where, &stop))
		return append(d, &stop);
	text_init(&text, message, sizeof(message));
	stops_forms(&text);
	sim_fail(why, -EINVAL, "'%.40s' is no place to stop at. Places: %s", where, message);
	return NULL;
}

struct stop *stops_watch(struct debug *d, const char *what, struct why *why)
{
	struct stop stop = {0};

	snprintf(stop.what, sizeof(stop.what), "%s", what);
	if (parse_as(d, STOP_REG, what[0] == '$' ? what + 1 : what, &stop) ||
	    parse_as(d, STOP_MAP, what, &stop))
		return append(d, &stop);
	sim_fail(why, -EINVAL,
		 "'%.40s' cannot be watched. Try: r0 to r10, or map NAME[KEY] of a map that exists now",
		 what);
	return NULL;
}

struct stop *stops_find(struct debug *d, u32 number)
{
	for (u32 i = 0; i < d->stops; i++)
		if (d->stop[i].number == number)
			return &d->stop[i];
	return NULL;
}

bool stops_delete(struct debug *d, u32 number)
{
	struct stop *stop = stops_find(d, number);

	if (!stop)
		return false;
	memmove(stop, stop + 1, (d->stop + d->stops - stop - 1) * sizeof(*stop));
	d->stops--;
	return true;
}

void stops_clear(struct debug *d)
{
	free(d->stop);
	d->stop = NULL;
	d->stops = 0;
}

const struct stop *stops_at(const struct debug *d, enum stop_kind kind, u32 at)
{
	for (u32 i = 0; i < d->stops; i++)
		if (d->stop[i].kind == kind && d->stop[i].at == at)
			return &d->stop[i];
	return NULL;
}

bool stops_watch_any(const struct debug *d)
{
	for (u32 i = 0; i < d->stops; i++)
		if (d->stop[i].kind >= STOP_REG && !d->stop[i].off)
			return true;
	return false;
}

/* One that has no value at a moment (no program runs) does not hold there. */
static bool condition_holds(struct debug *d, const struct stop *stop)
{
	struct why why;
	u64 value;

	return !stop->condition[0] || (!expr_value(d, stop->condition, &value, &why) && value);
}

struct stop *stops_hit(struct debug *d, const struct picture *before)
{
	for (u32 i = 0; i < d->stops; i++) {
		struct stop *stop = &d->stop[i];

		if (stop->off || !forms[stop->kind].here(d, stop, before) || !condition_holds(d, stop))
			continue;
		if (stop->ignore) {
			stop->ignore--;
			continue;
		}
		return stop;
	}
	return NULL;
}
