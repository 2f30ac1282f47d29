/* The lines of a section: goals, hints, options and the like by what they begin with; the rest is text. */
#include <ctype.h>

#include "reader.h"

/* "ID: text" cut in two; false, with a complaint: it is not. */
static bool cut_id(struct reader *r, char *value, char **id, char **text)
{
	char *colon = strchr(value, ':');

	if (colon) {
		*colon = 0;
		*id = value;
		*text = skip_blanks(colon + 1);
		if (is_id(value) && **text)
			return true;
	}
	reader_complain(r, "expected 'ID: text', the id of a-z, 0-9 and -, not '%s'", value);
	return false;
}

static void read_goal(struct reader *r, char *value)
{
	struct lesson_section *s = r->section;
	struct lesson_goal *goal;
	char *id, *text;

	if (!cut_id(r, value, &id, &text))
		return;
	goal = one_more((void **)&s->goal, s->goals, sizeof(*goal));
	if (!goal)
		return;
	*goal = (struct lesson_goal){.number = r->number, .id = id, .text = text, .when = ""};
	s->goals++;
}

static struct lesson_goal *last_goal(struct reader *r, const char *what)
{
	if (r->section->goals)
		return &r->section->goal[r->section->goals - 1];
	reader_complain(r, "a '%s:' belongs to the goal before it, and here is none", what);
	return NULL;
}

static void read_when(struct reader *r, char *value)
{
	struct lesson_goal *goal = last_goal(r, "when");

	if (goal && *goal->when)
		reader_complain(r, "the goal '%s' has a when: already", goal->id);
	else if (goal)
		goal->when = value;
}

static void read_hint(struct reader *r, char *value)
{
	struct lesson_goal *goal = last_goal(r, "hint");

	if (goal && goal->hints == LESSON_HINTS)
		reader_complain(r, "the goal '%s' has three hints already", goal->id);
	else if (goal)
		goal->hint[goal->hints++] = value;
}

static void read_truth(struct reader *r, char *value)
{
	r->section->truth = value;
}

static void read_trial(struct reader *r, char *value)
{
	r->section->trial = value;
}

static void read_reveal(struct reader *r, char *value)
{
	r->section->reveal = value;
}

static void read_direction(struct reader *r, char *value, enum lesson_when when)
{
	struct lesson_section *s = r->section;
	struct lesson_direction *direction = one_more((void **)&s->direction, s->directions, sizeof(*direction));

	if (!direction)
		return;
	*direction = (struct lesson_direction){r->number, value, when};
	s->directions++;
}

static void read_do(struct reader *r, char *value)
{
	read_direction(r, value, LESSON_DO);
}

static void read_show(struct reader *r, char *value)
{
	read_direction(r, value, LESSON_SHOW);
}

static void read_keep(struct reader *r, char *value)
{
	read_direction(r, value, LESSON_KEEP);
}

static void read_source(struct reader *r, char *value)
{
	char **source = one_more((void **)&r->section->source, r->section->sources, sizeof(*source));

	if (!source)
		return;
	*source = value;
	r->section->sources++;
}

static void read_let(struct reader *r, char *value)
{
	char *equals = strchr(value, '=');
	struct lesson_let *let;

	if (!equals) {
		reader_complain(r, "expected 'let NAME = EXPR', not 'let %s'", value);
		return;
	}
	*equals = 0;
	cut_end(value);
	let = one_more((void **)&r->lesson->let, r->lesson->lets, sizeof(*let));
	if (!let)
		return;
	*let = (struct lesson_let){r->number, value, skip_blanks(equals + 1)};
	r->lesson->lets++;
}

#define IN(kind) (1u << (kind))

/* What begins like this, in these sections, is not text. */
static const struct directive {
	const char *begins;
	u32 sections;
	void (*read)(struct reader *r, char *value);
} directives[] = {
	{"let ", IN(LESSON_SETUP), read_let},
	{"goal ", IN(LESSON_BEAT), read_goal},
	{"when:", IN(LESSON_BEAT), read_when},
	{"hint:", IN(LESSON_BEAT), read_hint},
	{"truth:", IN(LESSON_ASK), read_truth},
	{"trial:", IN(LESSON_ASK), read_trial},
	{"reveal:", IN(LESSON_ASK), read_reveal},
	{"do:", IN(LESSON_BEAT) | IN(LESSON_ASK), read_do},
	{"show:", IN(LESSON_BEAT) | IN(LESSON_ASK), read_show},
	{"keep:", IN(LESSON_BEAT) | IN(LESSON_ASK), read_keep},
	{"source:", IN(LESSON_BEAT) | IN(LESSON_ASK) | IN(LESSON_SMALL_PRINT) | IN(LESSON_END), read_source},
};

static bool read_directive(struct reader *r, char *line)
{
	for (u32 i = 0; i < ARRAY_SIZE(directives); i++) {
		const struct directive *d = &directives[i];
		size_t len = strlen(d->begins);

		if (!(d->sections & IN(r->section->kind)) || strncmp(line, d->begins, len) != 0)
			continue;
		line = skip_blanks(line + len);
		if (*line)
			d->read(r, line);
		else
			reader_complain(r, "nothing stands behind '%s'", d->begins);
		return true;
	}
	return false;
}

/* "text = value" cut in two; a text may have an = of its own, a value has none between spaces. "": no value.
 */
static char *cut_value(char *text)
{
	char *value = text + strlen(text), *at = text;

	while ((at = strstr(at, " = ")))
		value = at, at += 3;
	if (*value)
		*value = 0, value = skip_blanks(value + 3);
	cut_end(text);
	return value;
}

/* "a) text = value"; the value may be missing: a translation has none. */
static bool read_option(struct reader *r, char *line)
{
	struct lesson_section *s = r->section;
	struct lesson_option *option;
	char *value;

	if (s->kind != LESSON_ASK || !islower((u8)line[0]) || line[1] != ')')
		return false;
	if (line[0] != 'a' + (char)s->options)
		reader_complain(r, "options are lettered a) b) c) in order; this one is '%s'", line);
	value = cut_value(line);
	option = one_more((void **)&s->option, s->options, sizeof(*option));
	if (option) {
		*option = (struct lesson_option){r->number, skip_blanks(line + 2), value};
		s->options++;
	}
	return true;
}

static bool begins_item(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return strncmp(line, "- ", 2) == 0 || (digits && strncmp(line + digits, ". ", 2) == 0);
}

static bool runs_commands(const struct lesson_section *s)
{
	return s->kind == LESSON_SETUP || s->kind == LESSON_SOLUTION;
}

/* What kind of line it is, and where its text begins. */
static enum lesson_line_kind classify(const struct reader *r, char **line)
{
	bool verbatim = strncmp(*line, "    ", 4) == 0;

	if (!**line)
		return LESSON_BLANK;
	if (**line == '|') {
		*line += (*line)[1] == ' ' ? 2 : 1;
		return LESSON_QUOTE;
	}
	if (verbatim)
		*line += 4;
	if (**line == ':' && verbatim != runs_commands(r->section)) {
		*line += 1;
		return LESSON_COMMAND;
	}
	if (verbatim)
		return LESSON_VERBATIM;
	return begins_item(*line) ? LESSON_ITEM : LESSON_TEXT;
}

static void read_text(struct reader *r, char *line)
{
	struct lesson_section *s = r->section;
	enum lesson_line_kind kind = classify(r, &line);
	struct lesson_line *entry;

	if (runs_commands(s) && kind != LESSON_COMMAND) {
		if (kind != LESSON_BLANK)
			reader_complain(
				r, "here are commands, one a line, with a colon before each; not '%s'", line);
		return;
	}
	if (kind == LESSON_BLANK && (!s->lines || s->line[s->lines - 1].kind == LESSON_BLANK))
		return;
	entry = one_more((void **)&s->line, s->lines, sizeof(*entry));
	if (!entry)
		return;
	*entry = (struct lesson_line){kind, r->number, line};
	s->lines++;
}

void read_entry(struct reader *r, char *line)
{
	if (!read_directive(r, line) && !read_option(r, line))
		read_text(r, line);
}
