/* What a lesson must have so that it can be walked through without a translation's help. */
#include "lesson.h"

static void check_goals(const struct lesson *lesson, const struct lesson_section *s, struct lesson_ear *ear)
{
	for (u32 i = 0; i < s->goals; i++)
		if (!*s->goal[i].when)
			lesson_complain(ear, lesson, s->goal[i].number,
					"the goal '%s' needs a line 'when: PREDICATE' below it",
					s->goal[i].id);
}

static void check_ask(const struct lesson *lesson, const struct lesson_section *s, struct lesson_ear *ear)
{
	if (!*s->truth)
		lesson_complain(ear, lesson, s->number, "the question '%s' needs a line 'truth: EXPR'",
				s->id);
	if (s->options < 2)
		lesson_complain(ear, lesson, s->number,
				"the question '%s' has %u options; expected two at least, 'a) text = value'",
				s->id, s->options);
	for (u32 i = 0; i < s->options; i++)
		if (!*s->option[i].value)
			lesson_complain(ear, lesson, s->option[i].number,
					"option %c) needs ' = value' behind its text", 'a' + i);
}

void lesson_check_whole(const struct lesson *lesson, struct lesson_ear *ear)
{
	for (u32 i = 0; i < lesson->sections; i++) {
		check_goals(lesson, &lesson->section[i], ear);
		if (lesson->section[i].kind == LESSON_ASK)
			check_ask(lesson, &lesson->section[i], ear);
	}
}
