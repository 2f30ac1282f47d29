/* A course: see course.h. Beginning, looking at goals, the journal. */
#include <stdio.h>
#include <stdlib.h>

#include "../prompt/prompt.h"
#include "catalogue.h"
#include "course.h"
#include "fact.h"
#include "progress.h"

/* --- looking --- */

static void take_values(struct screen *sc)
{
	struct course *c = sc->course;

	for (u32 i = 0; i < c->first->lets && i < COURSE_LETS; i++) {
		const char *expr = c->first->let[i].expr;
		bool first = strncmp(expr, "first ", 6) == 0;
		struct why why;
		struct text text;

		if (first && c->value[i][0] && c->value[i][0] != '?')
			continue;
		text_init(&text, c->value[i], sizeof(c->value[i]));
		if (lesson_value(sc, expr + (first ? 6 : 0), &text, &why))
			snprintf(c->value[i], sizeof(c->value[i]), "?");
	}
}

static void reveal(struct screen *sc, struct course_answer *answer)
{
	const struct lesson_section *ask = course_section(sc->course, answer->page);
	struct why why;
	bool due = true;

	if (!answer->letter || answer->revealed)
		return;
	if (*ask->reveal && (lesson_holds(sc, ask->reveal, &due, &why) || !due))
		return;
	answer->revealed = answer->fresh = course_truth(sc, ask, &answer->truth, &why);
	if (answer->revealed && sc->batch)
		screen_say(sc, words("%sYou said %c; it is %c.\n"), sc->output_len ? "\n" : "",
			   answer->letter, answer->truth);
}

/* What becomes true by an edit of the learner's hand does not count. */
static void look_at_goals(struct screen *sc, bool may_tick)
{
	struct course *c = sc->course;
	u32 edits = sc->debug.loaded ? fact_edits(&sc->debug) : 0;

	for (u32 i = 0; i < c->goals; i++) {
		struct course_goal *goal = &c->goal[i];
		struct why why;
		bool holds;

		goal->fresh = false;
		lesson_holds(sc, goal->goal->when, &holds, &why);
		if (holds && !goal->held && !goal->ticked && may_tick && edits <= c->edits) {
			goal->ticked = goal->fresh = true;
			if (sc->batch)
				screen_say(sc, words("%sGoal met: %s\n"), sc->output_len ? "\n" : "",
					   course_goal_text(c, i)->text);
		}
		goal->held = holds;
	}
	c->edits = edits;
}

static void look(struct screen *sc, bool may_tick)
{
	struct course *c = sc->course;
	u64 now;

	c->look++;
	if (!sc->debug.loaded)
		return;
	now = debug_now(&sc->debug);
	c->moves_back += may_tick && now < c->step;
	look_at_goals(sc, may_tick);
	for (u32 i = 0; i < c->answers; i++)
		reveal(sc, &c->answer[i]);
	take_values(sc);
	c->step = now;
}

/* --- the journal --- */

static bool keep_line(struct course *c, const char *line)
{
	size_t n = strlen(line);

	if (c->journal_len + n + 2 > c->journal_room) {
		size_t room = (c->journal_len + n + 2) * 2;
		char *more = realloc(c->journal, room);

		if (!more)
			return false;
		c->journal = more;
		c->journal_room = room;
	}
	memcpy(c->journal + c->journal_len, line, n);
	c->journal_len += n;
	c->journal[c->journal_len++] = '\n';
	c->journal[c->journal_len] = 0;
	return true;
}

/* Commands that are no part of what is learned, or that do others, which are noted themselves. */
static bool is_noted(const char *name, const char *line)
{
	static const char *const not_noted[] = {"source", "quit",  "screenshot", "language", "help",
						"save",   "start", "sample",     "sandbox"};
	const char *verb = line + strcspn(line, " ");

	verb += strspn(verb, " ");
	for (size_t i = 0; i < ARRAY_SIZE(not_noted); i++)
		if (strcmp(not_noted[i], name) == 0)
			return false;
	return strcmp(name, "lesson") != 0 || strncmp(verb, "next", 4) == 0 ||
	       strncmp(verb, "back", 4) == 0 || strncmp(verb, "hint", 4) == 0 ||
	       strncmp(verb, "answer", 6) == 0 || strncmp(verb, "skip", 4) == 0 ||
	       strncmp(verb, "try", 3) == 0;
}

static void count_command(struct course *c, const char *name)
{
	for (u32 i = 0; commands[i].name && i < COURSE_COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			c->done[i]++;
}

/* What the command said is not lost by it. */
static void keep_view(struct screen *sc)
{
	size_t len = sc->output_len;
	char *said = len ? strndup(sc->output, len) : NULL;

	sc->output_len = 0;
	course_keep(sc);
	if (said)
		screen_say(sc, "%s", said);
	free(said);
}

void course_after(struct screen *sc, const char *name, const char *line)
{
	struct course *c = sc->course;
	bool moved;

	if (!c || c->quiet)
		return;
	count_command(c, name);
	snprintf(c->last, sizeof(c->last), "%s", line);
	moved = sc->debug.loaded && debug_now(&sc->debug) != c->step;
	look(sc, true);
	if (moved && !c->replaying)
		keep_view(sc);
	if (!is_noted(name, line) || !keep_line(c, line) || c->replaying)
		return;
	if (!c->unsaved)
		progress_note(c, line);
}

/* --- beginning and end --- */

static void course_free(struct course *c)
{
	for (int i = 0; c && i < LANGUAGES; i++)
		if (c->text[i] != c->first)
			lesson_free(c->text[i]);
	if (!c)
		return;
	lesson_free(c->first);
	free(c->section);
	free(c->goal);
	free(c->answer);
	free(c->journal);
	free(c);
}

void course_end(struct screen *sc)
{
	course_free(sc->course);
	sc->course = NULL;
}

/* Runs commands that are not the learner's. False, with what went wrong in @why: one failed. */
bool course_do(struct screen *sc, const char *line, struct why *why)
{
	bool failed = sc->failed, was_quiet = sc->course->quiet, ok;
	char filled[1024];
	struct text text;

	text_init(&text, filled, sizeof(filled));
	course_fill(sc, line, &text);
	sc->course->quiet = true;
	sc->failed = false;
	sc->output_len = 0;
	prompt_do(sc, filled);
	ok = !sc->failed;
	if (!ok)
		sim_fail(why, -EINVAL, "%.100s: %.*s", filled, 140, sc->output ? sc->output : "");
	sc->course->quiet = was_quiet;
	sc->failed = failed;
	sc->output_len = 0;
	sc->bad = false;
	return ok;
}

static int set_up(struct screen *sc, struct why *why)
{
	const struct lesson_section *setup = lesson_find(sc->course->first, LESSON_SETUP, NULL);

	if (course_compile(sc->course, why))
		return why->err;
	sc->life = (struct life)LIFE_INIT;
	for (u32 i = 0; setup && i < setup->lines; i++)
		if (!course_do(sc, setup->line[i].text, why))
			return -EINVAL;
	if (!sc->debug.loaded)
		return sim_fail(why, -EINVAL, "%s: its setup opens no program (:open FILE)",
				sc->course->first->path);
	return 0;
}

int course_restart(struct screen *sc, struct why *why)
{
	struct course *c = sc->course;
	int err = set_up(sc, why);

	if (err)
		return err;
	for (u32 i = 0; i < c->goals; i++)
		c->goal[i].ticked = false;
	c->journal_len = 0;
	c->furthest = c->edits = c->watches = 0;
	if (!c->unsaved)
		progress_forget(c);
	look(sc, false);
	return 0;
}

int course_try(struct screen *sc, const char *path, struct why *why)
{
	struct course *c = sc->course;
	char own[sizeof(c->file)];
	int err;

	if (!c->file[0])
		return sim_fail(why, -EINVAL, "this lesson has no file to be mended");
	memcpy(own, c->file, sizeof(own));
	if (*path)
		snprintf(c->file, sizeof(c->file), "%s", path);
	err = set_up(sc, why);
	if (!err)
		err = course_do(sc, "goto end", why) ? 0 : -EINVAL;
	memcpy(c->file, own, sizeof(own));
	c->edits = c->watches = 0;
	return err;
}

/* A learner's file that is no program yet must not be in the way: then it begins with the one that was given
 * out. */
static int set_up_first(struct screen *sc, struct why *why)
{
	struct course *c = sc->course;
	char own[sizeof(c->file)];
	int err = set_up(sc, why);

	if (!err || !c->file[0] || c->unsaved)
		return err;
	memcpy(own, c->file, sizeof(own));
	course_source(c, false, c->file);
	err = set_up(sc, why);
	memcpy(c->file, own, sizeof(own));
	return err;
}

static void tick(struct course *c, const char *id)
{
	for (u32 i = 0; i < c->goals; i++)
		c->goal[i].ticked |= strcmp(c->goal[i].goal->id, id) == 0;
}

static void replay(struct screen *sc, char *journal)
{
	char *next;

	sc->course->replaying = true;
	for (char *line = journal; line && *line; line = next) {
		next = strchr(line, '\n');
		if (!next)
			break; /* it was cut while it was written */
		*next++ = 0;
		if (strncmp(line, PROGRESS_MET, strlen(PROGRESS_MET)) == 0)
			tick(sc->course, line + strlen(PROGRESS_MET));
		else
			prompt_do(sc, line);
		sc->output_len = 0;
	}
	sc->course->replaying = false;
	sc->failed = sc->bad = sc->quit = false;
}

int course_begin(struct screen *sc, const char *name, bool again, struct why *why)
{
	struct course *c = calloc(1, sizeof(*c));
	char *journal;
	int err;

	if (!c)
		return sim_fail(why, -ENOMEM, "no memory");
	err = catalogue_open(c, name, why);
	if (!err)
		err = course_make_pages(c);
	if (!err && c->first->file[0])
		err = progress_copy(c, again, why);
	if (err) {
		course_free(c);
		return err;
	}
	course_end(sc);
	sc->course = c;
	c->unsaved = sc->unsaved;
	c->window.cursor = -1;
	c->open = true;
	err = set_up_first(sc, why);
	if (err) {
		course_end(sc);
		return err;
	}
	look(sc, false);
	course_open_page(sc, 0);
	journal = again || c->unsaved ? NULL : progress_journal(c);
	if (journal)
		replay(sc, journal);
	free(journal);
	if (again && !c->unsaved)
		progress_forget(c);
	if (!c->unsaved)
		progress_keep(c);
	return 0;
}
