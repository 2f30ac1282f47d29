/* Expressions: see expr.h. Precedence climbing over a table of C's operators. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "expr_parse.h"

#define DEPTH_MAX 64

void expr_fail(struct parser *p, int err, const char *fmt, ...)
{
	char what[300];
	va_list args;

	if (p->failed)
		return;
	p->failed = true;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	p->err = sim_fail(p->why, err, "%s, at '%.30s'", what, *p->at ? p->at : "the end");
}

void expr_skip(struct parser *p)
{
	while (isspace((u8)*p->at))
		p->at++;
}

size_t expr_word(const char *text)
{
	size_t n = 0;

	while (isalnum((u8)text[n]) || text[n] == '_')
		n++;
	return isdigit((u8)text[0]) ? 0 : n;
}

bool expr_take_word(struct parser *p, const char *word)
{
	if (expr_word(p->at) != strlen(word) || strncmp(p->at, word, strlen(word)) != 0)
		return false;
	p->at += strlen(word);
	expr_skip(p);
	return true;
}

/* --- operands --- */

static struct expr_value parse(struct parser *p, int least);
static struct expr_value operand(struct parser *p);

static struct expr_value number(struct parser *p)
{
	struct expr_value v = {0};
	char *end;

	v.number = strtoull(p->at, &end, 0);
	p->at = end;
	return v;
}

static struct expr_value in_brackets(struct parser *p)
{
	struct expr_value cast, v;

	if (expr_cast(p, &cast)) {
		v = operand(p);
		if (!p->failed)
			expr_apply_cast(&cast, &v);
		return v;
	}
	p->at++;
	v = parse(p, 0);
	expr_skip(p);
	if (*p->at == ')')
		p->at++;
	else
		expr_fail(p, -EINVAL, "expected )");
	return v;
}

static struct expr_value address_of(struct parser *p, struct expr_value v)
{
	if (!p->failed && v.place != EXPR_MEMORY)
		expr_fail(p, -EINVAL, "& needs something that lies in memory");
	return (struct expr_value){.number = v.at, .types = v.types, .type = v.type, .pointer = v.type,
				   .step = v.type ? 0 : min_u64(v.size, 8)};
}

static struct expr_value prefixed(struct parser *p)
{
	char sign = *p->at++;
	struct expr_value v = operand(p);

	switch (sign) {
	case '-':
		return (struct expr_value){.number = -v.number};
	case '~':
		return (struct expr_value){.number = ~v.number};
	case '!':
		return (struct expr_value){.number = !v.number};
	case '&':
		return address_of(p, v);
	}
	if (!p->failed)
		expr_deref(p, &v);
	return v;
}

/* What stands behind an operand: .NAME ->NAME [INDEX]. */
static void suffixes(struct parser *p, struct expr_value *v)
{
	while (!p->failed) {
		bool arrow = p->at[0] == '-' && p->at[1] == '>';

		if (arrow || (*p->at == '.' && expr_word(p->at + 1))) {
			const char *name = p->at + 1 + arrow;
			size_t n = expr_word(name);

			p->at = name;
			expr_member(p, v, name, n, arrow);
			p->at = p->failed ? p->at : name + n;
		} else if (*p->at == '[') {
			struct expr_value index;

			p->at++;
			index = parse(p, 0);
			expr_skip(p);
			if (!p->failed && *p->at != ']')
				expr_fail(p, -EINVAL, "expected ]");
			if (!p->failed)
				expr_index(p, v, index.number);
			p->at += !p->failed;
		} else {
			return;
		}
	}
}

static struct expr_value operand(struct parser *p)
{
	struct expr_value v = {0};

	expr_skip(p);
	if (++p->depth > DEPTH_MAX) {
		expr_fail(p, -EINVAL, "too deep");
		return v;
	}
	if (*p->at && strchr("-~!*&", *p->at)) {
		v = prefixed(p);
		p->depth--;
		return v;
	}
	if (*p->at == '(')
		v = in_brackets(p);
	else if (isdigit((u8)*p->at))
		v = number(p);
	else
		expr_name(p, &v);
	suffixes(p, &v);
	p->depth--;
	return v;
}

/* --- operators --- */

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

static u64 divided_by_zero(struct parser *p)
{
	expr_fail(p, -ENODATA, "division by zero");
	return 0;
}

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
		return b ? a / b : divided_by_zero(p);
	case MOD:
		return b ? a % b : divided_by_zero(p);
	}
	return 0;
}

/* A pointer stays one when something is added; it counts in bytes, as addresses in the kernel's log do. */
static struct expr_value combine(struct parser *p, enum operation op, const struct expr_value *a,
				 const struct expr_value *b)
{
	struct expr_value v = {.number = apply(p, op, a->number, b->number)};

	if (op == ADD || op == SUB)
		v.step = a->step;
	return v;
}

static struct expr_value parse(struct parser *p, int least)
{
	struct expr_value value = operand(p), right;

	while (!p->failed) {
		size_t i = 0;

		expr_skip(p);
		while (i < ARRAY_SIZE(operators) &&
		       strncmp(p->at, operators[i].sign, strlen(operators[i].sign)) != 0)
			i++;
		if (i == ARRAY_SIZE(operators) || operators[i].level <= least)
			break;
		p->at += strlen(operators[i].sign);
		right = parse(p, operators[i].level);
		if (!p->failed)
			value = combine(p, operators[i].op, &value, &right);
	}
	return value;
}

int expr_eval(struct debug *d, const char *text, struct expr_value *value, struct why *why)
{
	struct parser p = {.d = d, .at = text, .why = why};

	*value = parse(&p, 0);
	expr_skip(&p);
	if (!p.failed && *p.at)
		expr_fail(&p, -EINVAL, "expected an operator or the end");
	return p.failed ? p.err : 0;
}

int expr_value(struct debug *d, const char *text, u64 *value, struct why *why)
{
	struct expr_value v;
	int err = expr_eval(d, text, &v, why);

	*value = v.number;
	return err;
}
