/* Inside of expressions: the parser's state, and what its files have for each other. */
#ifndef UI_EXPR_PARSE_H
#define UI_EXPR_PARSE_H

#include "expr.h"

struct parser {
	struct debug *d;
	const char *at;
	struct why *why;
	bool failed;
	int err; /* -EINVAL: it is no expression; -ENODATA: it has no value at this moment */
	u32 depth;
};

/* Notes the first failure, with what stands at the cursor. */
void expr_fail(struct parser *p, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void expr_skip(struct parser *p);
/* Bytes of the name that begins at @text; 0 = none does. */
size_t expr_word(const char *text);
/* Is @word next, as a whole? Then it is passed over. */
bool expr_take_word(struct parser *p, const char *word);

/* The BTF of the program at hand, or NULL. */
const struct btf_types *expr_types(const struct debug *d);

/* expr_name.c: what a name means. */
void expr_name(struct parser *p, struct expr_value *v);
/* expr_type.c: "(u8 *)", "(struct iphdr *)": true, the cursor behind it, and what a value becomes. */
bool expr_cast(struct parser *p, struct expr_value *cast);
void expr_apply_cast(const struct expr_value *cast, struct expr_value *v);
/* The value at a place of memory, by its type or size. */
void expr_load(struct parser *p, struct expr_value *v);
/* *v, v.NAME, v->NAME, v[index] */
void expr_deref(struct parser *p, struct expr_value *v);
void expr_member(struct parser *p, struct expr_value *v, const char *name, size_t len, bool arrow);
void expr_index(struct parser *p, struct expr_value *v, u64 index);

#endif
