/* The table of reasons, and finding the entry of a log line: see reasons.h. */
#include <stdlib.h>

#include "../event.h"
#include "../log.h"
#include "walk.h"

const struct reason_info reasons[REASONS] = {
#define REASON(id, err, category, log, explanation, required, suggestion) \
	[REASON_##id] = {#id, err, category, log, explanation, required, suggestion},
#include "reasons/all.inc"
#undef REASON
};

static const char *const category_names[CATEGORIES] = {
	[CATEGORY_MEMORY] = "memory safety",
	[CATEGORY_TYPE] = "register type",
	[CATEGORY_CALL] = "call type",
	[CATEGORY_LIFETIME] = "resource lifetime",
	[CATEGORY_CONTEXT] = "execution context",
	[CATEGORY_STRUCTURE] = "program structure",
	[CATEGORY_POLICY] = "policy",
	[CATEGORY_LIMIT] = "limit",
	[CATEGORY_INTERNAL] = "internal",
};

const char *category_name(enum reason_category category)
{
	return category_names[category];
}

static void remember_before(struct rejection *rejection, u32 now)
{
	bool same = rejection->reason != REASON_NONE && rejection->when == now;

	rejection->before = same ? rejection->reason : REASON_NONE;
	rejection->before_text[0] = 0;
	if (same)
		memcpy(rejection->before_text, rejection->text, sizeof(rejection->before_text));
	rejection->when = now;
}

int reject_as(struct env *env, enum reason reason, int regno, ...)
{
	struct rejection *rejection = &env->w->rejection;
	const struct reason_info *info = &reasons[reason];
	char line[1024];
	struct text text;
	va_list args;

	text_init(&text, line, sizeof(line));
	va_start(args, regno);
	text_vadd(&text, info->log, args);
	va_end(args);
	say(env, "%s", line);
	line[strcspn(line, "\n")] = 0;
	remember_before(rejection, env->w->insns_processed);
	rejection->reason = reason;
	rejection->regno = regno;
	rejection->insn = env->w->cur ? env->w->insn : UINT32_MAX;
	snprintf(rejection->text, sizeof(rejection->text), "%.255s", line);
	return sim_fail(&env->sim->why, -info->err, "%s", line);
}

/* --- matching a pasted line --- */

/* Where the conversion of a printf format ends that begins at @format. */
static const char *conversion_end(const char *format)
{
	return format + strcspn(format, "diuxsXc") + 1;
}

/* How many characters of @line can be a number that was written by @conversion (its last letter)? */
static size_t number_length(const char *line, char conversion)
{
	size_t sign = *line == '-';

	return conversion == 'x' ? strspn(line, "0123456789abcdef") : sign + strspn(line + sign, "0123456789");
}

struct operand {
	const char *from, *to;
};

static bool match(const char *format, const char *line, u32 want, struct operand *found);

/* Takes [line, end) for an operand; the rest of the line must match @rest. */
static bool match_operand(const char *rest, const char *line, const char *end, u32 want, struct operand *found)
{
	if (!match(rest, end, want - 1, found))
		return false;
	if (!want)
		*found = (struct operand){line, end};
	return true;
}

/*
 * Matches @line against printf format @format up to its newline; operand @want (counted from 0) goes to *@found. Numbers are as long
 * as possible, text as short as possible.
 */
static bool match(const char *format, const char *line, u32 want, struct operand *found)
{
	const char *rest, *end;

	for (; *format && *format != '\n' && *format != '%'; format++, line++)
		if (*format != *line)
			return false;
	if (*format != '%')
		return line[strspn(line, " \t\r\n")] == 0;
	rest = conversion_end(format);
	if (rest[-1] != 's' && rest[-1] != 'c') {
		end = line + number_length(line, rest[-1]);
		return end > line && match_operand(rest, line, end, want, found);
	}
	for (end = line; *end; end++)
		if (match_operand(rest, line, end, want, found))
			return true;
	return match_operand(rest, line, end, want, found);
}

static const char *skip_position(const char *line)
{
	const char *digits = line + strspn(line, " \t");
	size_t n = strspn(digits, "0123456789");

	return n && digits[n] == ':' && digits[n + 1] == ' ' ? digits + n + 2 : digits;
}

/* Where several entries match, the longest is meant: it has the most words of its own. */
enum reason reason_match(const char *line)
{
	enum reason best = REASON_NONE;
	struct operand found;

	line = skip_position(line);
	for (u32 i = REASON_NONE + 1; i < REASONS; i++)
		if (match(reasons[i].log, line, UINT32_MAX, &found) && (!best || strlen(reasons[i].log) > strlen(reasons[best].log)))
			best = i;
	return best;
}

bool reason_operand(enum reason reason, const char *line, u32 n, char *out, size_t cap)
{
	struct operand found = {NULL, NULL};

	if (!match(reasons[reason].log, skip_position(line), n, &found) || !found.from)
		return false;
	snprintf(out, cap, "%.*s", (int)(found.to - found.from), found.from);
	return true;
}

void reason_fill(enum reason reason, const char *line, const char *text, struct text *out)
{
	char operand[128];

	for (; *text; text++) {
		bool placeholder = text[0] == '{' && text[1] >= '0' && text[1] <= '9' && text[2] == '}';

		if (!placeholder) {
			text_add(out, "%c", *text);
			continue;
		}
		operand[0] = 0;
		if (reason_operand(reason, line, text[1] - '0', operand, sizeof(operand)))
			text_add(out, "%s", operand);
		text += 2;
		if (strcmp(operand, "1") == 0 && strncmp(text + 1, " bytes", 6) == 0) {
			text_add(out, " byte");
			text += 6;
		}
	}
}
