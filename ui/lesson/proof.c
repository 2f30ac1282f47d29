/* Proofs: see proof.h. */
#include <stdio.h>
#include <stdlib.h>

#include "../prompt/prompt.h"
#include "catalogue.h"
#include "fact.h"
#include "../cli.h"
#include "proof.h"

struct proof {
	struct lesson_ear ear; /* first */
	struct screen *sc;
};

static void hear(struct lesson_ear *ear, const char *complaint)
{
	char text[2048];

	(void)ear;
	snprintf(text, sizeof(text), "%s", complaint);
	cli_make_printable(text);
	printf("%s\n", text);
}

/* --- predicates and values are well formed --- */

static void check_predicate(struct proof *p, u32 number, const char *predicate)
{
	struct why why = {0};
	bool holds;

	if (lesson_holds(p->sc, predicate, &holds, &why) && why.err != -ENODATA)
		lesson_complain(&p->ear, p->sc->course->first, number, "'%s': %s", predicate, why.text);
}

static void check_number(struct proof *p, u32 number, const char *expr)
{
	struct why why = {0};
	s64 value;

	if (lesson_number(p->sc, expr, &value, &why) && why.err != -ENODATA)
		lesson_complain(&p->ear, p->sc->course->first, number, "'%s': %s", expr, why.text);
}

static void check_expressions(struct proof *p)
{
	const struct lesson *lesson = p->sc->course->first;

	for (u32 i = 0; i < lesson->sections; i++) {
		const struct lesson_section *s = &lesson->section[i];

		for (u32 g = 0; g < s->goals; g++)
			check_predicate(p, s->goal[g].number, s->goal[g].when);
		if (s->kind == LESSON_ASK && *s->reveal)
			check_predicate(p, s->number, s->reveal);
		if (s->kind == LESSON_ASK && !*s->trial)
			check_number(p, s->number, s->truth);
		for (u32 o = 0; o < s->options; o++)
			check_number(p, s->option[o].number, s->option[o].value);
	}
}

static void check_unsolved(struct proof *p)
{
	const struct course *c = p->sc->course;

	for (u32 i = 0; i < c->goals; i++)
		if (c->goal[i].held)
			lesson_complain(&p->ear, c->first, c->goal[i].goal->number,
					"the goal '%s' holds before anything was done", c->goal[i].goal->id);
}

/* --- a page, when it is left --- */

static bool in_engine(const struct debug *d, const char *text)
{
	const struct trace *trace = debug_sim(d)->trace;

	for (u32 i = 0; i < d->loads; i++)
		if ((d->load[i].log && strstr(d->load[i].log, text)) ||
		    strstr(d->load[i].found.message, text))
			return true;
	for (u32 i = 0; i < d->calls; i++)
		if (strstr(d->call[i].why, text))
			return true;
	for (u32 i = 0; i < TRACE_LINES && i < trace->count; i++)
		if (strstr(trace->line[i].text, text))
			return true;
	return false;
}

static void check_page(struct proof *p, const struct lesson *lesson, const struct lesson_section *s)
{
	char filled[2048], mark[160];
	struct text text;

	for (u32 l = 0; l < s->lines; l++) {
		const char *at = s->line[l].text;

		text_init(&text, filled, sizeof(filled));
		course_fill(p->sc, s->line[l].text, &text);
		if (s->line[l].kind == LESSON_QUOTE && !strchr(at, '{') && !in_engine(&p->sc->debug, filled))
			lesson_complain(&p->ear, lesson, s->line[l].number, "the engine has not said '%s'",
					filled);
		while (lesson_next_mark(&at, '{', mark, sizeof(mark))) {
			char one[170], value[COURSE_VALUE];

			snprintf(one, sizeof(one), "{%s}", mark);
			text_init(&text, value, sizeof(value));
			course_fill(p->sc, one, &text);
			if (strcmp(value, "?") == 0)
				lesson_complain(&p->ear, lesson, s->line[l].number, "%s has no value here",
						one);
		}
	}
}

static void leave_page(struct proof *p)
{
	struct course *c = p->sc->course;
	const struct course_answer *answer = course_answer_at(c, c->page);
	enum language language = words_language();

	for (int i = 0; i < LANGUAGES; i++) {
		words_use(i);
		if (c->text[i])
			check_page(p, c->text[i], course_text(c, c->page));
	}
	words_use(language);
	if (answer && !*course_section(c, c->page)->reveal && (!answer->revealed || answer->truth == '?'))
		lesson_complain(&p->ear, c->first, course_section(c, c->page)->number,
				"the engine finds none of the answers of '%s' true",
				course_section(c, c->page)->id);
}

/* --- the solution --- */

static void command(struct proof *p, u32 number, const char *line)
{
	struct screen *sc = p->sc;

	sc->failed = false;
	sc->output_len = 0;
	prompt_do(sc, line);
	if (sc->failed)
		lesson_complain(&p->ear, sc->course->first, number, "%s: %.*s", line, 160,
				sc->output ? sc->output : "");
	sc->output_len = 0;
}

static void turn_pages(struct proof *p)
{
	struct course *c = p->sc->course;

	while (c->page + 1 < c->pages) {
		u32 page = c->page, number = course_section(c, page)->number;

		if (course_answer_at(c, page) && !course_page_done(c, page))
			command(p, number, "lesson answer");
		if (!course_page_done(c, page))
			return;
		leave_page(p);
		command(p, number, "lesson next");
		if (c->page == page)
			return;
	}
}

static void check_solution(struct proof *p)
{
	struct course *c = p->sc->course;
	const struct lesson_section *solution = lesson_find(c->first, LESSON_SOLUTION, NULL);
	char line[1024];
	struct text text;

	turn_pages(p);
	for (u32 i = 0; solution && i < solution->lines; i++) {
		text_init(&text, line, sizeof(line));
		course_fill(p->sc, solution->line[i].text, &text);
		command(p, solution->line[i].number, line);
		turn_pages(p);
	}
	for (u32 i = 0; i < c->goals; i++)
		if (!c->goal[i].ticked)
			lesson_complain(&p->ear, c->first, c->goal[i].goal->number,
					"the solution does not meet the goal '%s'", c->goal[i].goal->id);
	for (u32 i = 0; i < c->answers; i++)
		if (!c->answer[i].revealed)
			lesson_complain(&p->ear, c->first, course_section(c, c->answer[i].page)->number,
					"the answer of '%s' is never revealed",
					course_section(c, c->answer[i].page)->id);
	if (c->page + 1 < c->pages)
		lesson_complain(&p->ear, c->first, course_section(c, c->page)->number,
				"the solution ends on this page");
	else
		leave_page(p);
}

/* Are its files well formed? */
static bool check_form(struct proof *p, const char *folder)
{
	struct course *c = calloc(1, sizeof(*c));
	struct why why;

	if (c && catalogue_load(c, folder, &p->ear, &why))
		lesson_complain(&p->ear, &(struct lesson){.path = (char *)folder}, 0, "%s", why.text);
	if (c && c->first && strcmp(c->first->id, catalogue_name(folder)) != 0)
		lesson_complain(&p->ear, c->first, 1, "its name is '%s', that of its folder '%s'",
				c->first->id, catalogue_name(folder));
	for (int i = 0; c && i < LANGUAGES; i++)
		if (c->text[i])
			proof_texts(c->text[i], &p->ear);
	for (int i = 0; c && i < LANGUAGES; i++)
		lesson_free(c->text[i]);
	free(c);
	return !p->ear.heard;
}

bool proof_lesson(struct screen *sc, const char *folder)
{
	struct proof p = {.ear.hear = hear, .sc = sc};
	struct why why;

	sc->unsaved = sc->batch = true;
	if (!check_form(&p, folder))
		return false;
	if (course_begin(sc, folder, true, &why)) {
		printf("%s: %s\n", folder, why.text);
		return false;
	}
	check_expressions(&p);
	check_unsolved(&p);
	if (!p.ear.heard)
		check_solution(&p);
	course_end(sc);
	return !p.ear.heard;
}
