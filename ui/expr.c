/* Expressions: see expr.h. Precedence climbing over a table of C's operators. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "expr.h"

struct parser {
	struct debug *d;
	const char *at;
	struct why *why;
	bool failed;
	int err; /* -EINVAL: it is no expression; -ENODATA: it has no value at this moment */
	u32 depth;
};

#define DEPTH_MAX 64

static u64 fail_as(struct parser *p, int err, const char *what)
{
	if (!p->failed)
		p->err = sim_fail(p->why, err, "%s, at '%.30s'", what, *p->at ? p->at : "the end");
	p->failed = true;
	return 0;
}

static u64 fail(struct parser *p, const char *what)
{
	return fail_as(p, -EINVAL, what);
}

static void skip_spaces(struct parser *p)
{
	while (isspace((u8)*p->at))
		p->at++;
}

/* --- maps --- */

static struct map *map_by_name(struct debug *d, const char *name, size_t len)
{
	struct sim *sim = debug_sim(d);

	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		if (strlen(obj->name) == min_u64(len, BPF_OBJ_NAME_LEN - 1) &&
		    strncmp(obj->name, name, min_u64(len, BPF_OBJ_NAME_LEN - 1)) == 0)
			return container_of(obj, struct map, obj);
	return NULL;
}

struct map *expr_map(struct debug *d, const char *text, u8 *key, u32 room, const char **end)
{
	const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
	struct map *map = close ? map_by_name(d, text, open - text) : NULL;
	const struct btf *btf = map ? btf_of(map->btf) : NULL;
	char words[128];
	struct why why;
	u64 number;
	char *rest;

	if (!map || map->k.key_size > room || (!end && close[1]))
		return NULL;
	snprintf(words, sizeof(words), "%.*s", (int)(close - open - 1), open + 1);
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

static u64 map_value(struct parser *p)
{
	struct sim *sim = debug_sim(p->d);
	u8 key[64];
	const char *end;
	struct map *map = expr_map(p->d, p->at, key, sizeof(key), &end);
	const void *value;
	u64 number = 0;

	if (!map)
		return fail_as(p, -ENODATA, "no such map or key: expected map NAME[KEY]");
	value = map_ops(map)->lookup ? map_ops(map)->lookup(sim, map, key) : NULL;
	if (!value)
		return fail_as(p, -ENODATA, "there is no such element now");
	memcpy(&number, value, min_u64(map->k.value_size, sizeof(number)));
	p->at = end;
	return number;
}

/* --- names --- */

static u64 reg_value(struct parser *p, u32 r)
{
	const struct sim *sim = debug_sim(p->d);

	if (r >= MAX_BPF_REGS)
		return fail(p, "registers are r0 to r10");
	if (sim->vm->state == VM_IDLE)
		return fail_as(p, -ENODATA, "no program runs now, so registers hold nothing");
	return sim->vm->reg[r];
}

static u64 pc_value(struct debug *d)
{
	u32 insn;

	return debug_insn(d, &insn) ? insn : 0;
}

static u64 step_value(struct debug *d)
{
	return debug_now(d);
}

static u64 depth_value(struct debug *d)
{
	return debug_sim(d)->vm->frame;
}

static const struct {
	const char *name;
	u64 (*value)(struct debug *d);
} names[] = {{"pc", pc_value}, {"step", step_value}, {"depth", depth_value}};

static u64 name_value(struct parser *p)
{
	size_t n = 0;

	if (*p->at == '$')
		p->at++;
	if (p->at[0] == 'r' && isdigit((u8)p->at[1])) {
		char *end;
		u32 r = strtoul(p->at + 1, &end, 10);
		u64 value = reg_value(p, r);

		p->at = end;
		return value;
	}
	if (strncmp(p->at, "map ", 4) == 0) {
		p->at += 4;
		return map_value(p);
	}
	while (isalnum((u8)p->at[n]) || p->at[n] == '_')
		n++;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strlen(names[i].name) == n && strncmp(p->at, names[i].name, n) == 0) {
			p->at += n;
			return names[i].value(p->d);
		}
	}
	if (p->at[n] == '[')
		return map_value(p);
	return fail(p, "expected a number, r0 to r10, pc, step, depth or map NAME[KEY]");
}

/* --- operators --- */

static u64 parse(struct parser *p, int least);

static u64 memory_value(struct parser *p)
{
	u64 addr = parse(p, 100), value = 0;

	if (!p->failed && mem_read(debug_sim(p->d), &value, addr, sizeof(value)))
		return fail_as(p, -ENODATA, "no memory of the simulated kernel there");
	return value;
}

static u64 operand(struct parser *p)
{
	char *end;
	u64 value;

	skip_spaces(p);
	if (++p->depth > DEPTH_MAX)
		return fail(p, "too deep");
	switch (*p->at) {
	case '(':
		p->at++;
		value = parse(p, 0);
		skip_spaces(p);
		if (*p->at != ')')
			return fail(p, "expected )");
		p->at++;
		break;
	case '-':
		p->at++;
		value = -operand(p);
		break;
	case '~':
		p->at++;
		value = ~operand(p);
		break;
	case '!':
		p->at++;
		value = !operand(p);
		break;
	case '*':
		p->at++;
		value = memory_value(p);
		break;
	default:
		if (!isdigit((u8)*p->at)) {
			value = name_value(p);
			break;
		}
		value = strtoull(p->at, &end, 0);
		p->at = end;
	}
	p->depth--;
	return value;
}

enum operation { OR, AND, BOR, XOR, BAND, EQ, NE, LE, GE, SHL, SHR, LT, GT, ADD, SUB, MUL, DIV, MOD };

static const struct {
	const char *sign;
	u8 level;
	u8 op;
} operators[] = {
	{"||", 1, OR},  {"&&", 2, AND}, {"==", 6, EQ}, {"!=", 6, NE},  {"<=", 7, LE},  {">=", 7, GE},
	{"<<", 8, SHL}, {">>", 8, SHR}, {"|", 3, BOR}, {"^", 4, XOR},  {"&", 5, BAND}, {"<", 7, LT},
	{">", 7, GT},   {"+", 9, ADD},  {"-", 9, SUB}, {"*", 10, MUL}, {"/", 10, DIV}, {"%", 10, MOD},
};

static u64 apply(struct parser *p, enum operation op, u64 a, u64 b)
{
	switch (op) {
	case OR:
		return a || b;
	case AND:
		return a && b;
	case BOR:
		return a | b;
	case XOR:
		return a ^ b;
	case BAND:
		return a & b;
	case EQ:
		return a == b;
	case NE:
		return a != b;
	case LE:
		return a <= b;
	case GE:
		return a >= b;
	case SHL:
		return a << (b & 63);
	case SHR:
		return a >> (b & 63);
	case LT:
		return a < b;
	case GT:
		return a > b;
	case ADD:
		return a + b;
	case SUB:
		return a - b;
	case MUL:
		return a * b;
	case DIV:
		return b ? a / b : fail(p, "division by zero");
	case MOD:
		return b ? a % b : fail(p, "division by zero");
	}
	return 0;
}

static u64 parse(struct parser *p, int least)
{
	u64 value = operand(p);

	while (!p->failed) {
		size_t i = 0;

		skip_spaces(p);
		while (i < ARRAY_SIZE(operators) &&
		       strncmp(p->at, operators[i].sign, strlen(operators[i].sign)) != 0)
			i++;
		if (i == ARRAY_SIZE(operators) || operators[i].level <= least)
			break;
		p->at += strlen(operators[i].sign);
		value = apply(p, operators[i].op, value, parse(p, operators[i].level));
	}
	return value;
}

int expr_value(struct debug *d, const char *text, u64 *value, struct why *why)
{
	struct parser p = {.d = d, .at = text, .why = why};

	*value = parse(&p, 0);
	skip_spaces(&p);
	if (!p.failed && *p.at)
		fail(&p, "expected an operator or the end");
	return p.failed ? p.err : 0;
}
