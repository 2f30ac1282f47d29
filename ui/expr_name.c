/* Names in expressions: registers, maps, global variables, enumerators; see expr.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "expr_parse.h"

/* --- maps --- */

static struct map *map_by_name(struct debug *d, const char *name, size_t len)
{
	struct sim *sim = debug_sim(d);

	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		if (len && strlen(obj->name) == min_u64(len, BPF_OBJ_NAME_LEN - 1) &&
		    strncmp(obj->name, name, min_u64(len, BPF_OBJ_NAME_LEN - 1)) == 0)
			return container_of(obj, struct map, obj);
	return NULL;
}

/* The bracket that closes the one at @open. */
static const char *closing(const char *open)
{
	int depth = 0;

	for (const char *at = open; *at; at++) {
		depth += (*at == '[') - (*at == ']');
		if (!depth)
			return at;
	}
	return NULL;
}

struct map *expr_map(struct debug *d, const char *text, u8 *key, u32 room, const char **end)
{
	const char *open = strchr(text, '['), *close = open ? closing(open) : NULL;
	struct map *map = close ? map_by_name(d, text, open - text) : NULL;
	const struct btf *btf = map ? btf_of(map->btf) : NULL;
	char words[128];
	struct why why;
	u64 number;
	char *rest;

	if (!map || map->k.key_size > room || (!end && close[1]) || close - open > (long)sizeof(words) - 1)
		return NULL;
	memcpy(words, open + 1, close - open - 1);
	words[close - open - 1] = 0;
	if (end)
		*end = close + 1;
	memset(key, 0, map->k.key_size);
	number = strtoull(words, &rest, 0);
	if (words[0] && !*rest && map->k.key_size <= 8) {
		memcpy(key, &number, map->k.key_size);
		return map;
	}
	return btf_parse(btf ? &btf->types : NULL, map->btf_key_type_id, words, key, map->k.key_size, &why)
		       ? NULL
		       : map;
}

static void list_maps(struct parser *p)
{
	struct sim *sim = debug_sim(p->d);
	char list[160];
	struct text text;

	text_init(&text, list, sizeof(list));
	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		text_add(&text, "%s%s", text.len ? ", " : "", obj->name);
	expr_fail(p, -ENODATA, "no such map or key: expected map NAME[KEY], maps now: %s",
		  text.len ? list : "none yet");
}

static void map_value(struct parser *p, struct expr_value *v)
{
	struct sim *sim = debug_sim(p->d);
	const struct btf *btf;
	const char *end;
	struct map *map;
	u8 key[64];

	map = expr_map(p->d, p->at, key, sizeof(key), &end);
	if (!map) {
		list_maps(p);
		return;
	}
	p->at = end;
	*v = (struct expr_value){.place = EXPR_MEMORY, .size = map->k.value_size};
	v->at = map_ops(map)->lookup ? (u64)map_look(sim, map, key, sim->clock->cpu) : 0;
	if (!v->at) {
		expr_fail(p, -ENODATA, "there is no such element now");
		return;
	}
	btf = btf_of(map->btf);
	if (btf && map->btf_value_type_id) {
		v->types = &btf->types;
		v->type = map->btf_value_type_id;
	}
	expr_load(p, v);
}

/* --- global variables: each section of them is a map with one element --- */

static bool find_var(const struct btf_types *types, u32 section, const char *name, size_t len,
		     struct expr_value *v)
{
	const struct btf_type *t = btf_type_by_id(types, section);

	for (u32 i = 0; t && btf_kind(t) == BTF_KIND_DATASEC && i < btf_vlen(t); i++) {
		const struct btf_var_secinfo *info = &btf_var_secinfos(t)[i];
		const struct btf_type *var = btf_type_by_id(types, info->type);
		const char *its = btf_name(types, info->type);

		if (!var || strlen(its) != len || strncmp(its, name, len) != 0)
			continue;
		*v = (struct expr_value){.place = EXPR_MEMORY, .at = info->offset, .size = info->size,
					 .types = types, .type = var->type};
		return true;
	}
	return false;
}

/* In the maps that share the program's BTF first. */
static bool global_value(struct parser *p, const char *name, size_t len, struct expr_value *v)
{
	struct sim *sim = debug_sim(p->d);
	const struct btf_types *own = expr_types(p->d);

	for (int pass = 0; pass < 2; pass++) {
		for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj;
		     obj = obj_next(sim, OBJ_MAP, obj->id)) {
			struct map *map = container_of(obj, struct map, obj);
			const struct btf *btf = btf_of(map->btf);
			u32 zero = 0;
			u64 base;

			if (!btf || (!pass && &btf->types != own) || map->k.key_size != sizeof(zero) ||
			    !find_var(&btf->types, map->btf_value_type_id, name, len, v))
				continue;
			base = (u64)map_look(sim, map, &zero, sim->clock->cpu);
			if (!base || v->at > map->k.value_size)
				continue;
			v->at += base;
			expr_load(p, v);
			return true;
		}
	}
	return false;
}

/* An enumerator of the program's types: XDP_PASS. */
static bool enumerator(struct parser *p, const char *name, size_t len, struct expr_value *v)
{
	const struct btf_types *types = expr_types(p->d);

	for (u32 id = types ? types->start_id : 1; types && id < types->end_id; id++) {
		const struct btf_type *t = btf_type_by_id(types, id);
		bool is_enum = t && (btf_kind(t) == BTF_KIND_ENUM || btf_kind(t) == BTF_KIND_ENUM64);

		for (u32 i = 0; is_enum && i < btf_vlen(t); i++) {
			const char *its = btf_str(types, btf_enum_name_off(t, i));

			if (!its || strlen(its) != len || strncmp(its, name, len) != 0)
				continue;
			*v = (struct expr_value){.number = btf_enum_value(t, i)};
			return true;
		}
	}
	return false;
}

/* A return value by the name that the type of program has for it: XDP_PASS. */
static bool verdict(struct parser *p, const char *name, size_t len, struct expr_value *v)
{
	const struct prog *prog = debug_prog(p->d);
	const struct prog_type *type = prog ? prog_type_by_id(prog->type) : NULL;

	for (u32 i = 0; type && type->ret_name && i < 16; i++) {
		const char *its = type->ret_name(i);

		if (!its || strlen(its) != len || strncmp(its, name, len) != 0)
			continue;
		*v = (struct expr_value){.number = i};
		return true;
	}
	return false;
}

/* Will there be such a variable, once the loader has made the maps? */
static bool is_coming(const struct debug *d, const char *name, size_t len)
{
	char copy[128];

	snprintf(copy, sizeof(copy), "%.*s", (int)min_u64(len, sizeof(copy) - 1), name);
	for (u32 i = 0; i < d->nfiles; i++) {
		const struct elf_object *elf = d->files[i].file.elf;

		if (elf && elf->types && btf_find(elf->types, copy, BTF_KIND_VAR))
			return true;
	}
	return false;
}

/* --- the machine's own --- */

static void reg_value(struct parser *p, struct expr_value *v)
{
	const struct sim *sim = debug_sim(p->d);
	char *end;
	u32 r = strtoul(p->at + 1, &end, 10);

	p->at = end;
	if (r >= MAX_BPF_REGS)
		expr_fail(p, -EINVAL, "registers are r0 to r10");
	else if (sim->vm->state == VM_IDLE)
		expr_fail(p, -ENODATA, "no program runs now, so registers hold nothing");
	else
		*v = (struct expr_value){.place = EXPR_REG, .at = r, .size = 8, .number = sim->vm->reg[r]};
}

static bool runs(struct parser *p)
{
	if (debug_sim(p->d)->vm->state == VM_IDLE)
		expr_fail(p, -ENODATA, "no program runs now, so it has no value");
	return !p->failed;
}

static void pc_value(struct parser *p, struct expr_value *v)
{
	u32 insn;

	*v = (struct expr_value){.place = EXPR_PC, .number = debug_insn(p->d, &insn) ? insn : 0};
}

static void step_value(struct parser *p, struct expr_value *v)
{
	*v = (struct expr_value){.number = debug_now(p->d)};
}

static void depth_value(struct parser *p, struct expr_value *v)
{
	*v = (struct expr_value){.number = debug_sim(p->d)->vm->frame};
}

static void fp_value(struct parser *p, struct expr_value *v)
{
	if (runs(p))
		*v = (struct expr_value){.number = debug_sim(p->d)->vm->reg[BPF_REG_10]};
}

static void ctx_value(struct parser *p, struct expr_value *v)
{
	if (runs(p))
		*v = (struct expr_value){.number = debug_sim(p->d)->vm->ctx, .ctx = true};
}

static void packet_value(struct parser *p, u64 at, struct expr_value *v)
{
	if (!runs(p))
		return;
	if (at)
		*v = (struct expr_value){.number = at, .step = 1};
	else
		expr_fail(p, -ENODATA, "this run has no packet");
}

static void pkt_value(struct parser *p, struct expr_value *v)
{
	packet_value(p, debug_sim(p->d)->vm->packet, v);
}

static void pkt_end_value(struct parser *p, struct expr_value *v)
{
	packet_value(p, debug_sim(p->d)->vm->packet_end, v);
}

static const struct {
	const char *name;
	void (*value)(struct parser *p, struct expr_value *v);
} names[] = {
	{"pc", pc_value}, {"step", step_value}, {"depth", depth_value}, {"fp", fp_value},
	{"ctx", ctx_value}, {"pkt", pkt_value}, {"pkt_end", pkt_end_value},
};

void expr_name(struct parser *p, struct expr_value *v)
{
	bool dollar = *p->at == '$';
	const char *name = p->at += dollar;
	size_t n = expr_word(name);

	if (name[0] == 'r' && isdigit((u8)name[1]) && strspn(name + 1, "0123456789") == n - 1) {
		reg_value(p, v);
		return;
	}
	if (expr_take_word(p, "map")) {
		map_value(p, v);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (expr_take_word(p, names[i].name)) {
			names[i].value(p, v);
			return;
		}
	}
	if (n && name[n] == '[' && map_by_name(p->d, name, n)) {
		map_value(p, v);
		return;
	}
	if (n && !dollar &&
	    (global_value(p, name, n, v) || enumerator(p, name, n, v) || verdict(p, name, n, v))) {
		p->at += n;
		return;
	}
	if (n && !dollar && is_coming(p->d, name, n)) {
		expr_fail(p, -ENODATA, "this variable is not in the kernel now");
		return;
	}
	expr_fail(p, -EINVAL,
		  "expected a number, r0 to r10, pc, step, depth, fp, ctx, pkt, map NAME[KEY] or a global "
		  "variable");
}
