/* The pages of a lesson, their goals and questions. See course.h. */
#include <stdlib.h>

#include "course.h"

static bool is_page(const struct lesson_section *s)
{
	return s->kind == LESSON_BEAT || s->kind == LESSON_ASK || s->kind == LESSON_SMALL_PRINT ||
	       s->kind == LESSON_END;
}

static bool add_page(struct course *c, u32 section)
{
	const struct lesson_section *s = &c->first->section[section];
	u32 page = c->pages++;

	c->section[page] = section;
	if (s->kind == LESSON_ASK)
		c->answer[c->answers++] = (struct course_answer){.page = page};
	for (u32 i = 0; i < s->goals; i++)
		c->goal[c->goals++] = (struct course_goal){.goal = &s->goal[i], .page = page};
	return true;
}

int course_make_pages(struct course *c)
{
	u32 goals = 0, n = c->first->sections;

	for (u32 i = 0; i < n; i++)
		goals += c->first->section[i].goals;
	c->section = calloc(n + 1, sizeof(*c->section));
	c->goal = calloc(goals + 1, sizeof(*c->goal));
	c->answer = calloc(n + 1, sizeof(*c->answer));
	if (!c->section || !c->goal || !c->answer)
		return -ENOMEM;
	for (u32 i = 0; i < n; i++)
		if (is_page(&c->first->section[i]))
			add_page(c, i);
	return 0;
}

const struct lesson_section *course_section(const struct course *c, u32 page)
{
	return &c->first->section[c->section[page]];
}

const struct lesson *course_lesson(const struct course *c)
{
	const struct lesson *text = c->text[words_language()];

	return text ? text : c->first;
}

const struct lesson_section *course_text(const struct course *c, u32 page)
{
	const struct lesson_section *s = course_section(c, page), *found;
	bool has_id = s->kind == LESSON_BEAT || s->kind == LESSON_ASK;

	found = lesson_find(course_lesson(c), s->kind, has_id ? s->id : NULL);
	return found ? found : s;
}

const struct lesson_goal *course_goal_text(const struct course *c, u32 i)
{
	const struct lesson_section *s = course_text(c, c->goal[i].page);

	for (u32 g = 0; g < s->goals; g++)
		if (strcmp(s->goal[g].id, c->goal[i].goal->id) == 0)
			return &s->goal[g];
	return c->goal[i].goal;
}

struct course_answer *course_answer_at(struct course *c, u32 page)
{
	for (u32 i = 0; i < c->answers; i++)
		if (c->answer[i].page == page)
			return &c->answer[i];
	return NULL;
}

bool course_page_done(const struct course *c, u32 page)
{
	const struct course_answer *answer = course_answer_at((struct course *)c, page);

	for (u32 i = 0; i < c->goals; i++)
		if (c->goal[i].page == page && !c->goal[i].ticked)
			return false;
	return !answer || answer->letter;
}

bool course_all_done(const struct course *c)
{
	for (u32 i = 0; i < c->goals; i++)
		if (!c->goal[i].ticked)
			return false;
	return true;
}

struct course_goal *course_open_goal(struct course *c)
{
	for (u32 i = 0; i < c->goals; i++)
		if (c->goal[i].page == c->page && !c->goal[i].ticked)
			return &c->goal[i];
	return NULL;
}
