/* `lesson`: choosing one, and what one does in it. Keys that mean something to a lesson go before the others.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../lesson/catalogue.h"
#include "../lesson/course.h"
#include "../lesson/progress.h"
#include "../lesson/shelf.h"
#include "prompt.h"

/* --- the list --- */

static void tell_list(struct screen *sc, const struct shelf *shelf)
{
	for (u32 i = 0; i < shelf->count; i++) {
		const struct shelf_row *row = &shelf->row[i];
		char met[32] = "";

		if (!shelf_shows(shelf, row))
			continue;
		if (row->at[0])
			snprintf(met, sizeof(met), "%s %u/%u", row->done ? "✓" : " ", row->met, row->goals);
		screen_say(sc, "  %-28s %-8s %s\n", row->name, met, row->title);
	}
	screen_say(sc, words("%u lessons and exercises, %u done. `lesson NAME` begins one, in any order.\n"),
		   shelf->count, shelf->done);
}

static void list(struct screen *sc, const char *filter)
{
	struct shelf *shelf = shelf_of(sc, true);

	if (!shelf)
		return;
	snprintf(shelf->filter, sizeof(shelf->filter), "%.63s", filter);
	shelf->window.cursor = 0;
	if (sc->batch)
		tell_list(sc, shelf);
	else
		sc->mode = MODE_LESSONS;
}

/* --- verbs --- */

static void begin(struct screen *sc, const char *name, bool again)
{
	struct why why;

	if (course_begin(sc, name, again, &why)) {
		screen_complain(sc, words("lesson: %s"), why.text);
		if (!sc->debug.loaded)
			sc->mode = MODE_START;
		return;
	}
	if (sc->batch)
		course_tell(sc);
}

static void verb_list(struct screen *sc, const char *args)
{
	list(sc, args);
}

static void verb_start(struct screen *sc, const char *args)
{
	char last[80];

	if (*args)
		begin(sc, args, false);
	else if (progress_last(last))
		begin(sc, last, false);
	else
		begin(sc, "1", false);
}

static void verb_next(struct screen *sc, const char *args)
{
	(void)args;
	course_next(sc);
}

static void verb_skip(struct screen *sc, const char *args)
{
	(void)args;
	sc->course->skipping = true;
	course_next(sc);
	sc->course->skipping = false;
}

static void verb_back(struct screen *sc, const char *args)
{
	(void)args;
	course_back(sc);
}

static void verb_hint(struct screen *sc, const char *args)
{
	(void)args;
	course_hint(sc);
}

static void verb_answer(struct screen *sc, const char *args)
{
	course_reply(sc, args);
}

static void verb_reset(struct screen *sc, const char *args)
{
	char folder[sizeof(sc->course->folder)];

	if (strcmp(args, "all") == 0) {
		progress_forget_all();
		screen_say(sc, "%s", words("All lessons begin anew."));
		return;
	}
	snprintf(folder, sizeof(folder), "%s", sc->course->folder);
	begin(sc, folder, true);
}

static void verb_solution(struct screen *sc, const char *args)
{
	(void)args;
	course_solve(sc);
}

static void verb_text(struct screen *sc, const char *args)
{
	(void)args;
	sc->course->open = !sc->course->open;
	if (sc->batch)
		course_tell(sc);
}

static void verb_leave(struct screen *sc, const char *args)
{
	(void)args;
	course_end(sc);
}

static void verb_scroll(struct screen *sc, const char *args)
{
	sc->course->window.top = (int)max_s64(0, (s64)sc->course->window.top + atoi(args));
}

static void verb_begun(struct screen *sc, const char *args)
{
	(void)args;
	course_tell(sc);
}

static void verb_goals(struct screen *sc, const char *args)
{
	struct course *c = sc->course;

	(void)args;
	for (u32 i = 0; i < c->goals; i++)
		screen_say(sc, "  [%c] %s\n", c->goal[i].ticked ? 'x' : ' ', course_goal_text(c, i)->text);
}

static void verb_try(struct screen *sc, const char *args)
{
	struct why why;

	if (course_try(sc, args, &why))
		screen_complain(sc, words("lesson: %s"), why.text);
	else
		do_sentence(sc, "");
}

static void verb_edit(struct screen *sc, const char *args)
{
	struct why why;

	(void)args;
	if (course_edit(sc, &why))
		screen_complain(sc, words("lesson: %s"), why.text);
	else
		prompt_do(sc, "lesson try");
}

static const struct verb {
	const char *name;
	bool needs_course;
	void (*run)(struct screen *sc, const char *args);
} verbs[] = {
	{"list", false, verb_list},    {"start", false, verb_start}, {"next", true, verb_next},
	{"back", true, verb_back},     {"skip", true, verb_skip},    {"hint", true, verb_hint},
	{"answer", true, verb_answer}, {"reset", true, verb_reset},  {"solution", true, verb_solution},
	{"text", true, verb_text},     {"leave", true, verb_leave},  {"scroll", true, verb_scroll},
	{"begun", true, verb_begun},   {"goals", true, verb_goals},  {"try", true, verb_try},
	{"edit", true, verb_edit},
};

void do_lesson(struct screen *sc, const char *args)
{
	size_t n = strcspn(args, " ");

	if (!n) {
		list(sc, "");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strlen(verbs[i].name) != n || strncmp(verbs[i].name, args, n) != 0)
			continue;
		if (verbs[i].needs_course && !sc->course)
			screen_complain(sc, "%s",
					words("No lesson is under way: `lesson` lists them, `lesson NAME` "
					      "begins one."));
		else
			verbs[i].run(sc, args + n + strspn(args + n, " "));
		return;
	}
	begin(sc, args, false);
}

/* --- keys --- */

/* The lesson behind this one, when this one is done; NULL: there is none. */
static const struct shelf_row *following(struct screen *sc)
{
	struct shelf *shelf = sc->course->over ? shelf_of(sc, false) : NULL;

	return shelf ? shelf_after(shelf, sc->course->first->id) : NULL;
}

/* Enter: answer, next page when this one is done, the next lesson at the end, else the next stage. */
const char *lesson_key(struct screen *sc, u32 key)
{
	static char line[100];
	struct course *c = sc->course;
	const struct course_answer *answer;
	const struct shelf_row *row;

	if (!c || sc->mode != MODE_WALK)
		return NULL;
	answer = course_answer_at(c, c->page);
	if (answer && !answer->letter && key >= 'a' && key < 'a' + course_section(c, c->page)->options) {
		snprintf(line, sizeof(line), "lesson answer %c", (char)key);
		return line;
	}
	if (key == 'E' && c->file[0])
		return "lesson edit";
	if (key == KEY_RETURN && (answer || course_page_done(c, c->page)) && c->page + 1 < c->pages)
		return "lesson next";
	row = key == KEY_RETURN && c->page + 1 == c->pages ? following(sc) : NULL;
	if (row) {
		snprintf(line, sizeof(line), "lesson start %s", row->name);
		return line;
	}
	return NULL;
}
