/* A demo: see demo.h. */
#include <stdio.h>

#include "../prompt/prompt.h"
#include "demo.h"

#define READ_PER_SECOND 22 /* characters that are read in a second; a Chinese one counts for three */

/* How long the page takes to be read. */
static double reading(const struct course *c, double pace)
{
	const struct lesson_section *s = course_text(c, c->page);
	size_t chars = 0;

	for (u32 i = 0; i < s->lines; i++)
		chars += strlen(s->line[i].text);
	return pace * (1 + chars / (double)READ_PER_SECOND / 4);
}

/* The command as if it were typed. */
static void type(struct screen *sc, const char *text)
{
	struct text line;

	text_init(&line, sc->line, sizeof(sc->line));
	course_fill(sc, text, &line);
	sc->cursor = strlen(sc->line);
	sc->prompt = true;
	sc->message[0] = 0;
	sc->reading = false;
}

static double command(struct screen *sc, struct demo *demo, double pace)
{
	const struct lesson_section *solution = lesson_find(sc->course->first, LESSON_SOLUTION, NULL);

	if (!solution || demo->line >= solution->lines) {
		demo->over = true;
		return pace;
	}
	demo->typed = !demo->typed;
	if (demo->typed) {
		type(sc, solution->line[demo->line].text);
		return pace / 2;
	}
	demo->line++;
	sc->prompt = false;
	prompt_run(sc, sc->line);
	return pace;
}

double demo_act(struct screen *sc, struct demo *demo, double pace)
{
	struct course *c = sc->course;
	const struct course_answer *answer = course_answer_at(c, c->page);

	if (demo->typed)
		return command(sc, demo, pace);
	sc->reading = false;
	if (answer && !answer->letter) {
		prompt_run(sc, "lesson answer");
		return pace * 1.5;
	}
	if (course_page_done(c, c->page) && c->page + 1 < c->pages) {
		prompt_run(sc, "lesson next");
		return reading(c, pace);
	}
	return command(sc, demo, pace);
}
