/* What a learner does with a lesson: pages, hints, answers, the solution. See course.h. */
#include <stdio.h>
#include <stdlib.h>

#include "../prompt/prompt.h"
#include "course.h"
#include "fact.h"
#include "trial.h"

/* --- pages --- */

static void direct(struct screen *sc, const struct lesson_section *s, enum lesson_when from)
{
	struct why why;

	for (u32 i = 0; i < s->directions; i++) {
		if (s->direction[i].when < from)
			continue;
		if (!course_do(sc, s->direction[i].command, &why))
			screen_complain(sc, "%s:%u: %s", sc->course->first->path, s->direction[i].number,
					why.text);
	}
}

void course_open_page(struct screen *sc, u32 page)
{
	struct course *c = sc->course;
	bool first_time = page >= c->furthest;

	c->page = page;
	c->furthest = (u32)max_u64(c->furthest, page + 1);
	c->window = (struct window){.cursor = -1};
	c->open = true;
	for (u32 i = 0; i < c->answers; i++)
		c->answer[i].fresh = false;
	if (course_section(c, page)->kind == LESSON_END)
		c->over = course_all_done(c);
	direct(sc, course_section(c, page), first_time ? LESSON_DO : LESSON_SHOW);
}

void course_keep(struct screen *sc)
{
	direct(sc, course_section(sc->course, sc->course->page), LESSON_KEEP);
}

void course_next(struct screen *sc)
{
	struct course *c = sc->course;
	const struct course_goal *goal = course_open_goal(c);
	const struct course_answer *answer = course_answer_at(c, c->page);

	if (c->page + 1 == c->pages) {
		screen_say(sc, "%s", words("This was the last page. `lesson list` has the others."));
		return;
	}
	if (answer && !answer->letter) {
		screen_complain(sc, words("First say what you think: a to %c. A wrong guess costs nothing."),
				(int)('a' + course_section(c, c->page)->options - 1));
		return;
	}
	if (goal && !c->skipping) {
		screen_complain(sc,
				words("Not yet: %s. `lesson hint` (key h) helps, `lesson skip` goes on all "
				      "the same."),
				course_goal_text(c, goal - c->goal)->text);
		return;
	}
	course_open_page(sc, c->page + 1);
	if (sc->batch)
		course_tell(sc);
}

void course_back(struct screen *sc)
{
	if (!sc->course->page)
		screen_say(sc, "%s", words("This is the first page."));
	else
		course_open_page(sc, sc->course->page - 1);
	if (sc->batch)
		course_tell(sc);
}

/* --- hints --- */

void course_hint(struct screen *sc)
{
	struct course *c = sc->course;
	struct course_goal *goal = course_open_goal(c);
	const struct lesson_goal *text;

	c->open = true;
	if (!goal) {
		screen_say(sc, "%s",
			   words(course_page_done(c, c->page) ? "Nothing is open on this page: Enter goes on."
							      : "A question: say what you think."));
		return;
	}
	text = course_goal_text(c, goal - c->goal);
	if (goal->hints < text->hints)
		goal->hints++;
	else if (sc->batch || !goal->hints)
		screen_say(sc, "%s",
			   words("There are no more hints; `lesson solution` shows how it is done.\n"));
	for (u32 i = 0; sc->batch && i < goal->hints; i++)
		screen_say(sc, words("Hint %u of %u: %s\n"), i + 1, text->hints, text->hint[i]);
}

/* --- questions --- */

static bool option_is(struct screen *sc, const struct lesson_option *option, s64 truth)
{
	struct why why;
	s64 value;

	return lesson_number(sc, option->value, &value, &why) == 0 && value == truth;
}

bool course_truth(struct screen *sc, const struct lesson_section *ask, char *letter, struct why *why)
{
	s64 truth;

	if (*ask->trial ? trial_number(sc, ask->trial, ask->truth, &truth, why)
			: lesson_number(sc, ask->truth, &truth, why))
		return false;
	*letter = '?';
	for (u32 i = 0; i < ask->options; i++)
		if (option_is(sc, &ask->option[i], truth))
			*letter = 'a' + i;
	return true;
}

void course_reply(struct screen *sc, const char *letter)
{
	struct course *c = sc->course;
	const struct lesson_section *ask = course_section(c, c->page);
	struct course_answer *answer = course_answer_at(c, c->page);
	struct why why;
	char truth;

	if (!answer) {
		screen_complain(sc, "%s", words("There is no question on this page."));
		return;
	}
	if (*letter && (letter[1] || letter[0] < 'a' || letter[0] >= 'a' + (int)ask->options)) {
		screen_complain(sc, words("Answer a to %c, not '%s'."), (int)('a' + ask->options - 1),
				letter);
		return;
	}
	if (answer->revealed) {
		screen_say(sc, words("Answered already: you said %c, it is %c."), answer->letter,
			   answer->truth);
		return;
	}
	answer->letter = *letter                                               ? *letter
			 : course_truth(sc, ask, &truth, &why) && truth != '?' ? truth
									       : 'a';
	if (sc->batch)
		screen_say(sc, words("You say %c: %s.\n"), answer->letter,
			   course_text(c, c->page)->option[answer->letter - 'a'].text);
}

/* --- the solution --- */

/* From the setup again: what was done before may be in the way. */
static bool begin_anew(struct screen *sc)
{
	struct why why;

	if (!course_restart(sc, &why)) {
		course_open_page(sc, 0);
		return true;
	}
	screen_complain(sc, words("lesson: %s"), why.text);
	return false;
}

/* Pages that are done are turned; questions are answered by what is true. */
static void turn_pages(struct screen *sc)
{
	struct course *c = sc->course;

	while (c->page + 1 < c->pages) {
		if (course_answer_at(c, c->page) && !course_page_done(c, c->page))
			prompt_do(sc, "lesson answer");
		if (!course_page_done(c, c->page))
			return;
		prompt_do(sc, "lesson next");
	}
}

void course_solve(struct screen *sc)
{
	const struct lesson_section *solution = lesson_find(sc->course->first, LESSON_SOLUTION, NULL);
	struct course *c = sc->course;
	char line[1024];
	struct text text;

	if (!begin_anew(sc))
		return;
	turn_pages(sc);
	for (u32 i = 0; solution && sc->course == c && i < solution->lines; i++) {
		text_init(&text, line, sizeof(line));
		course_fill(sc, solution->line[i].text, &text);
		prompt_do(sc, line);
		turn_pages(sc);
	}
	if (!solution)
		screen_complain(sc, "%s", words("This lesson has no solution."));
}
