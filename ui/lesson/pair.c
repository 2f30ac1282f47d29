/*
 * A translation and its first language: what is not text is taken from the first by the ids of beats,
 * questions and goals, so that the two cannot drift apart. What can be told to differ is complained about.
 */
#include "lesson.h"

#define MARK_MAX 64
#define MARKS_MAX 64

struct pair {
	struct lesson *lesson; /* the translation */
	struct lesson *first;
	struct lesson_ear *ear;
	const struct lesson_section *section; /* of the first, at hand */
};

static bool has_text(const struct lesson_section *s)
{
	return s->kind != LESSON_SETUP && s->kind != LESSON_SOLUTION;
}

/* The section with text at or behind number @i, or NULL. */
static struct lesson_section *text_section(const struct lesson *lesson, u32 *i)
{
	while (*i < lesson->sections && !has_text(&lesson->section[*i]))
		++*i;
	return *i < lesson->sections ? &lesson->section[(*i)++] : NULL;
}

/* --- marks: {names}, [keys], commands, quotations --- */

struct marks {
	char mark[MARKS_MAX][MARK_MAX];
	u32 count;
};

static bool marks_have(const struct marks *marks, const char *mark)
{
	for (u32 i = 0; i < marks->count; i++)
		if (strcmp(marks->mark[i], mark) == 0)
			return true;
	return false;
}

static void collect(struct marks *marks, const char *text, char open)
{
	char mark[MARK_MAX];

	while (marks->count < MARKS_MAX && lesson_next_mark(&text, open, mark, sizeof(mark)))
		if (!marks_have(marks, mark))
			strcpy(marks->mark[marks->count++], mark);
}

static void collect_section(struct marks *marks, const struct lesson_section *s, char open)
{
	for (u32 i = 0; i < s->lines; i++)
		collect(marks, s->line[i].text, open);
	for (u32 i = 0; i < s->goals; i++)
		for (u32 h = 0; h < s->goal[i].hints; h++)
			collect(marks, s->goal[i].hint[h], open);
}

static void compare_marks(struct pair *p, const struct lesson_section *s, char open)
{
	struct marks here = {.count = 0}, there = {.count = 0};
	char close = open == '{' ? '}' : ']';

	collect_section(&here, s, open);
	collect_section(&there, p->section, open);
	for (u32 i = 0; i < there.count; i++)
		if (!marks_have(&here, there.mark[i]))
			lesson_complain(p->ear, p->lesson, s->number, "%c%s%c of %s is missing here", open,
					there.mark[i], close, p->first->path);
	for (u32 i = 0; i < here.count; i++)
		if (!marks_have(&there, here.mark[i]))
			lesson_complain(p->ear, p->lesson, s->number, "%c%s%c is not in %s", open,
					here.mark[i], close, p->first->path);
}

/* The next line of that kind at or behind *i, or NULL. */
static const struct lesson_line *line_of_kind(const struct lesson_section *s, u32 *i,
					      enum lesson_line_kind kind)
{
	while (*i < s->lines && s->line[*i].kind != kind)
		++*i;
	return *i < s->lines ? &s->line[(*i)++] : NULL;
}

/* Commands and quotations are the same, letter by letter. */
static void compare_lines(struct pair *p, const struct lesson_section *s, enum lesson_line_kind kind,
			  const char *what)
{
	const struct lesson_line *here, *there;
	u32 i = 0, j = 0;

	do {
		here = line_of_kind(s, &i, kind);
		there = line_of_kind(p->section, &j, kind);
		if (there && (!here || strcmp(here->text, there->text) != 0))
			lesson_complain(p->ear, p->lesson, here ? here->number : s->number,
					"expected the %s of %s here: '%s'", what, p->first->path,
					there->text);
		else if (here && !there)
			lesson_complain(p->ear, p->lesson, here->number, "this %s is not in %s", what,
					p->first->path);
	} while (here && there && strcmp(here->text, there->text) == 0);
}

/* --- goals and options --- */

static void marry_goal(struct pair *p, struct lesson_goal *goal, const struct lesson_goal *first)
{
	if (strcmp(goal->id, first->id) != 0)
		lesson_complain(p->ear, p->lesson, goal->number, "expected the goal '%s', not '%s'",
				first->id, goal->id);
	if (goal->hints != first->hints)
		lesson_complain(p->ear, p->lesson, goal->number,
				"the goal '%s' has %u hints, in %s it has %u", goal->id, goal->hints,
				p->first->path, first->hints);
	goal->when = first->when;
}

static void marry_section(struct pair *p, struct lesson_section *s)
{
	const struct lesson_section *first = p->section;

	if (s->goals != first->goals || s->options != first->options)
		lesson_complain(p->ear, p->lesson, s->number,
				"%u goals and %u options; in %s there are %u and %u", s->goals, s->options,
				p->first->path, first->goals, first->options);
	for (u32 i = 0; i < s->goals && i < first->goals; i++)
		marry_goal(p, &s->goal[i], &first->goal[i]);
	for (u32 i = 0; i < s->options && i < first->options; i++)
		s->option[i].value = first->option[i].value;
	s->truth = first->truth;
	s->trial = first->trial;
	s->reveal = first->reveal;
	compare_marks(p, s, '{');
	compare_marks(p, s, '[');
	compare_lines(p, s, LESSON_COMMAND, "command");
	compare_lines(p, s, LESSON_QUOTE, "quotation");
}

static void refuse_facts(struct pair *p)
{
	struct lesson *lesson = p->lesson;

	for (u32 i = 0; i < lesson->sections; i++)
		if (!has_text(&lesson->section[i]))
			lesson_complain(p->ear, lesson, lesson->section[i].number,
					"a translation has no == %s; it is taken from %s",
					lesson_section_name(lesson->section[i].kind), p->first->path);
}

void lesson_marry(struct lesson *translation, struct lesson *first, struct lesson_ear *ear)
{
	struct pair p = {translation, first, ear, NULL};
	struct lesson_section *s;
	u32 i = 0, j = 0;

	if (strcmp(translation->id, first->id) != 0)
		lesson_complain(ear, translation, 1, "this is lesson '%s', but %s is '%s'", translation->id,
				first->path, first->id);
	refuse_facts(&p);
	translation->first = first;
	translation->minutes = first->minutes;
	translation->file = first->file;
	while ((s = text_section(translation, &i)) && (p.section = text_section(first, &j))) {
		if (s->kind != p.section->kind || strcmp(s->id, p.section->id) != 0) {
			lesson_complain(ear, translation, s->number, "expected == %s %s here, as in %s",
					lesson_section_name(p.section->kind), p.section->id, first->path);
			return;
		}
		marry_section(&p, s);
	}
	if (s || (p.section = text_section(first, &j)))
		lesson_complain(ear, translation, s ? s->number : 0, "%s == %s %s",
				s ? "there is more here than in the first "
				    "language:"
				  : "missing, compared with the first language:",
				lesson_section_name(s ? s->kind : p.section->kind),
				s ? s->id : p.section->id);
}
