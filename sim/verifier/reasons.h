/*
 * Reasons: why a program is rejected. Each is one entry of a table: the errno, Linux 6.1's words, and what a learner needs.
 *
 * The entries stand in reasons/TOPIC.inc, a line each:
 *	REASON(id, errno, category, "log line\n", "explanation", "what was required", "suggestion")
 * In the last three, {0}, {1} ... stand for the operands of the log line in their order, as they were printed. So a pasted log line
 * can be explained as well as a live rejection: reason_match finds the entry, numbers and names being wildcards.
 */
#ifndef SIM_VERIFIER_REASONS_H
#define SIM_VERIFIER_REASONS_H

#include <stdio.h>

#include "../base.h"

enum reason_category {
	CATEGORY_MEMORY,      /* memory safety */
	CATEGORY_TYPE,        /* register type */
	CATEGORY_CALL,        /* call type */
	CATEGORY_LIFETIME,    /* resource lifetime */
	CATEGORY_CONTEXT,     /* execution context */
	CATEGORY_STRUCTURE,   /* program structure */
	CATEGORY_POLICY,      /* policy: rights, licence */
	CATEGORY_LIMIT,       /* limits */
	CATEGORY_INTERNAL,    /* should not happen */
	CATEGORIES
};

struct reason_info {
	const char *name;     /* "READ_OK" */
	int err;              /* positive errno */
	u8 category;          /* enum reason_category */
	const char *log;      /* printf format of the log line, newline included */
	const char *explanation, *required, *suggestion;
};

enum reason {
	REASON_NONE,
#define REASON(id, ...) REASON_##id,
#include "reasons/all.inc"
#undef REASON
	REASONS
};

extern const struct reason_info reasons[REASONS];

/* Why the program at hand was rejected. In the arena. */
struct rejection {
	u16 reason;           /* enum reason, NONE = it is not rejected */
	s16 regno;            /* the register at fault, -1 = none */
	u32 insn;             /* UINT32_MAX: it is about the program as a whole */
	char text[256];       /* the log line without its newline */
	/* What the same instruction was found guilty of just before: the numbers behind a general complaint. NONE = nothing. */
	u16 before;
	char before_text[256];
	u32 when;             /* walk.insns_processed */
};

/* Entry whose log line @line is (leading "12: " and trailing white space do not matter), or REASON_NONE. */
enum reason reason_match(const char *line);
/* Operand @n of @line, which is @reason's log line; false when it has no such operand. */
bool reason_operand(enum reason reason, const char *line, u32 n, char *out, size_t cap);
/* @text (an explanation, ...) with the operands of @line in it. */
void reason_fill(enum reason reason, const char *line, const char *text, struct text *out);
/* "memory safety" */
const char *category_name(enum reason_category category);

/* The formats once more, so that the compiler checks the operands of reject(). */
#define REASON(id, err, category, log, ...) static const char reason_log_##id[] __attribute__((unused)) = log;
#include "reasons/all.inc"
#undef REASON

struct env;
int reject_as(struct env *env, enum reason reason, int regno, ...);

/* The program is rejected: writes the log line, remembers why, gives the negative errno. */
#define reject(env, id, ...) reject_reg(env, -1, id, ##__VA_ARGS__)
/* The same, because of what register @regno holds. */
#define reject_reg(env, regno, id, ...) \
	((void)(0 && snprintf(NULL, 0, reason_log_##id, ##__VA_ARGS__)), reject_as(env, REASON_##id, regno, ##__VA_ARGS__))

#endif
