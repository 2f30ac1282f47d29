/* Predicates and values of lessons: facts become numbers, the rest is an expression of the debugger. See
 * fact.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../expr.h"
#include "fact.h"

#define LEAF_MAX 480
#define DEPTH_MAX 16

static const struct fact *const tables[] = {facts_machine, facts_objects, facts_learner};

const struct fact *fact_by_name(const char *name, size_t len)
{
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (const struct fact *f = tables[t]; f->name; f++)
			if (strlen(f->name) == len && strncmp(f->name, name, len) == 0)
				return f;
	return NULL;
}

static size_t word_length(const char *text)
{
	size_t n = 0;

	if (isdigit((u8)*text))
		return 0;
	while (isalnum((u8)text[n]) || text[n] == '_')
		n++;
	return n;
}

static const char *skip(const char *text)
{
	while (isspace((u8)*text))
		text++;
	return text;
}

/* --- one fact --- */

static void add_char(struct asked *a, char ch)
{
	char *arg = a->arg[a->args];
	size_t n = strlen(arg);

	if (n + 1 < FACT_TEXT)
		arg[n] = ch, arg[n + 1] = 0;
}

static void trim_arg(struct asked *a)
{
	char *arg = a->arg[a->args];
	size_t n = strlen(arg), from = strspn(arg, " ");

	while (n > from && arg[n - 1] == ' ')
		arg[--n] = 0;
	memmove(arg, arg + from, n - from + 1);
}

/* Behind the "(": "prog a, \"text, with comma\")"; NULL: it has no end, or too much in it. */
static const char *read_args(struct asked *a, const char *at)
{
	int depth = 0;
	bool quoted = false;

	for (; *at; at++) {
		if (*at == '"') {
			quoted = !quoted;
		} else if (quoted) {
			add_char(a, *at);
		} else if (*at == ',' && !depth) {
			trim_arg(a);
			if (++a->args == FACT_ARGS)
				return NULL;
		} else if (*at == ')' && !depth) {
			trim_arg(a);
			a->args += a->args || a->arg[0][0];
			return at + 1;
		} else {
			depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
			add_char(a, *at);
		}
	}
	return NULL;
}

/* What stands at *at is @fact: its answer; *at moves behind it. */
static int ask(struct asked *a, const struct fact *fact, const char **at)
{
	const char *next = *at + strlen(fact->name);
	size_t n;

	if (*next == '(')
		next = read_args(a, next + 1);
	else if (!fact->bare && *next != '.')
		next = NULL;
	if (!next)
		return sim_fail(a->why, -EINVAL, "%s is asked like this: %s", fact->name, fact->form);
	if (*next == '.' && (n = word_length(next + 1))) {
		snprintf(a->field, sizeof(a->field), "%.*s", (int)min_u64(n, sizeof(a->field) - 1), next + 1);
		next += 1 + n;
	}
	*at = next;
	return fact->answer(a);
}

/* Does a fact begin here, not a variable of that name? */
static const struct fact *fact_at(const char *text, size_t len)
{
	const struct fact *fact = fact_by_name(text, len);

	return fact && (fact->bare || text[len] == '(' || text[len] == '.') ? fact : NULL;
}

/* --- a part without and, or, not: facts and words become numbers --- */

static const struct fact_word *word_at(const char *text, size_t len)
{
	for (const struct fact_word *w = fact_words; w->word; w++)
		if (strlen(w->word) == len && strncmp(w->word, text, len) == 0)
			return w;
	return NULL;
}

/* "every-event" is a word too. */
static size_t long_word(const char *text)
{
	size_t n = word_length(text);

	while (text[n] == '-' && word_length(text + n + 1) &&
	       word_at(text, n + 1 + word_length(text + n + 1)))
		n += 1 + word_length(text + n + 1);
	return n;
}

/* "map counts[6]" and members, ".load", are the debugger's. Their length, 0: it is neither. */
static size_t leave_alone(const char *text)
{
	size_t n = 0;

	if (strncmp(text, "map ", 4) == 0) {
		n = strcspn(text, "]");
		return n + (text[n] == ']');
	}
	if (*text == '.' || (text[0] == '-' && text[1] == '>'))
		n = *text == '.' ? 1 : 2;
	return n ? n + word_length(text + n) : 0;
}

struct leaf {
	struct screen *sc;
	struct text out;
	struct asked last; /* the answer of the last fact */
	u32 facts;
	struct why *why;
};

static int put_word(struct leaf *l, const char **at)
{
	size_t len = long_word(*at);
	const struct fact *fact = fact_at(*at, len);
	const struct fact_word *word = word_at(*at, len);
	int err;

	if (!fact) {
		if (word)
			text_add(&l->out, "%lld", (long long)word->number);
		else
			text_add(&l->out, "%.*s", (int)len, *at);
		*at += len;
		return 0;
	}
	l->last = (struct asked){.sc = l->sc, .why = l->why};
	err = ask(&l->last, fact, at);
	if (err)
		return err;
	l->facts++;
	text_add(&l->out, l->last.number < 0 ? "(%lld)" : "%lld", (long long)l->last.number);
	return 0;
}

static int substitute(struct leaf *l, const char *text)
{
	while (*text) {
		size_t n = leave_alone(text);
		int err;

		if (!n && word_length(text)) {
			err = put_word(l, &text);
			if (err)
				return err;
			continue;
		}
		n = n ? n : isdigit((u8)*text) ? strspn(text, "0123456789abcdefABCDEFxX") : 1;
		text_add(&l->out, "%.*s", (int)n, text);
		text += n;
	}
	return l->out.cut ? sim_fail(l->why, -EINVAL, "longer than %d characters", LEAF_MAX) : 0;
}

/* A number alone, "18" or "(-22)", needs no machine. */
static bool plain_number(const char *text, u64 *number)
{
	bool open;
	char *end;

	text = skip(text);
	open = *text == '(';
	*number = strtoll(text + open, &end, 0);
	return end > text + open && (!open || *end++ == ')') && !*skip(end);
}

static int evaluate(struct screen *sc, const char *text, u64 *number, struct why *why)
{
	if (plain_number(text, number))
		return 0;
	return expr_value(&sc->debug, text, number, why);
}

static int leaf_number(struct screen *sc, const char *text, u64 *number, struct why *why)
{
	char expr[LEAF_MAX];
	struct leaf l = {.sc = sc, .why = why};
	int err;

	text_init(&l.out, expr, sizeof(expr));
	err = substitute(&l, text);
	return err ? err : evaluate(sc, expr, number, why);
}

int lesson_number(struct screen *sc, const char *expr, s64 *number, struct why *why)
{
	u64 n = 0;
	int err = leaf_number(sc, expr, &n, why);

	*number = n;
	return err;
}

int lesson_value(struct screen *sc, const char *expr, struct text *out, struct why *why)
{
	size_t len = word_length(expr);
	const struct fact *fact = fact_at(expr, len);
	struct asked a = {.sc = sc, .why = why};
	struct expr_value value;
	const char *end = expr;
	char text[LEAF_MAX];
	struct leaf l = {.sc = sc, .why = why};
	int err = fact ? ask(&a, fact, &end) : 0;

	if (err)
		return err;
	if (fact && !*skip(end)) {
		if (a.text[0])
			text_add(out, "%s", a.text);
		else
			text_add(out, "%lld", (long long)a.number);
		return 0;
	}
	text_init(&l.out, text, sizeof(text));
	err = substitute(&l, expr);
	if (!err)
		err = expr_eval(&sc->debug, text, &value, why);
	if (!err)
		expr_text(&sc->debug, &value, 0, out);
	return err;
}

/* --- and, or, not --- */

struct parts {
	struct screen *sc;
	const char *at;
	struct why *why;
	int depth;
	int err; /* the first failure that is no lack of a value */
};

static bool is_word(const char *text, const char *word)
{
	return word_length(text) == strlen(word) && strncmp(text, word, strlen(word)) == 0;
}

/* Where the part ends: at "and", "or", or a bracket that was not opened in it. */
static size_t part_length(const char *text)
{
	const char *at = text;
	bool quoted = false;
	int depth = 0;

	while (*at) {
		size_t n = quoted ? 0 : word_length(at);

		if (n && !depth && (is_word(at, "and") || is_word(at, "or")))
			break;
		if (*at == '"')
			quoted = !quoted;
		if (!quoted)
			depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
		if (depth < 0)
			break;
		at += n ? n : 1;
	}
	return at - text;
}

static bool any_of(struct parts *p);

/* Is what stands in brackets all of the part, and more than an expression? */
static bool is_group(const char *text)
{
	size_t inner = part_length(text + 1), all = part_length(text);
	const char *close = text + 1 + inner;

	if (is_word(close, "and") || is_word(close, "or") || is_word(skip(text + 1), "not"))
		return true;
	return *close == ')' && *skip(close + 1) == 0 && (size_t)(close + 1 - text) == all;
}

static bool one_part(struct parts *p)
{
	char text[LEAF_MAX];
	size_t n = part_length(p->at);
	u64 number = 0;
	int err;

	if (!*skip(p->at) || !n || n >= sizeof(text)) {
		p->err = sim_fail(p->why, -EINVAL, n >= sizeof(text) ? "too long" : "a part is missing");
		return false;
	}
	snprintf(text, sizeof(text), "%.*s", (int)n, p->at);
	p->at += n;
	err = leaf_number(p->sc, text, &number, p->why);
	if (err && err != -ENODATA)
		p->err = err;
	return !err && number;
}

static bool operand(struct parts *p)
{
	bool value;

	p->at = skip(p->at);
	if (++p->depth > DEPTH_MAX) {
		p->err = sim_fail(p->why, -EINVAL, "too many brackets");
		return false;
	}
	if (is_word(p->at, "not")) {
		p->at += 3;
		value = !operand(p);
	} else if (*p->at == '(' && is_group(p->at)) {
		p->at++;
		value = any_of(p);
		p->at = skip(p->at);
		if (*p->at == ')')
			p->at++;
		else if (!p->err)
			p->err = sim_fail(p->why, -EINVAL, "expected ')' at '%.30s'", p->at);
	} else {
		value = one_part(p);
	}
	p->depth--;
	p->at = skip(p->at);
	return value;
}

static bool all_of(struct parts *p)
{
	bool value = operand(p);

	while (!p->err && is_word(p->at, "and")) {
		p->at += 3;
		value &= operand(p);
	}
	return value;
}

static bool any_of(struct parts *p)
{
	bool value = all_of(p);

	while (!p->err && is_word(p->at, "or")) {
		p->at += 2;
		value |= all_of(p);
	}
	return value;
}

int lesson_holds(struct screen *sc, const char *predicate, bool *holds, struct why *why)
{
	struct parts p = {.sc = sc, .at = predicate, .why = why};

	*holds = any_of(&p) && !p.err;
	if (!p.err && *p.at)
		p.err = sim_fail(why, -EINVAL, "what is '%.40s' at its end?", p.at);
	return p.err;
}
