/* Grading: see grade.h. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../debug_saved.h"
#include "../file.h"
#include "../prompt/prompt.h"
#include "catalogue.h"
#include "grade.h"

/* What a session's records hold, to be freed. */
struct handed_in {
	char lesson[80], file[80]; /* file: an exercise's, its name */
	char *commands, *text; /* lines; text: of the learner's file */
};

/* All records of that name, one a line; to be freed. */
static char *lines_of(const struct debug *d, const char *name)
{
	char *lines = NULL, line[700];
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	for (u32 n = 0; out && debug_record_text(d, name, n, line, sizeof(line)); n++)
		fprintf(out, "%s\n", line);
	if (out)
		fclose(out);
	return lines;
}

static int read_work(struct handed_in *work, const char *path, struct why *why)
{
	struct debug d = {.loaded = false};
	int err = session_load(&d.session, path, why);

	if (err)
		return err;
	if (!debug_record_text(&d, "tui.lesson", 0, work->lesson, sizeof(work->lesson)))
		err = sim_fail(
			why, -ENOENT,
			"the session is not of a lesson: `save` writes one while a lesson is under way");
	else
		work->commands = lines_of(&d, "tui.do");
	work->text = err ? NULL : lines_of(&d, "tui.text");
	debug_record_text(&d, "tui.file_name", 0, work->file, sizeof(work->file));
	session_close(&d.session);
	return err;
}

/* An exercise: the learner's file stands in a place of its own while it is tried. False: it cannot. */
static bool put_file(struct course *c, const char *name, const char *text)
{
	const char *dot = strchr(name, '/') ? NULL : strchr(name, '.');
	char path[200];
	size_t len = strlen(text);
	int fd;

	snprintf(path, sizeof(path), "/tmp/bpfwalk-XXXXXX%.60s", dot ? dot : "");
	fd = mkstemps(path, dot ? (int)min_u64(strlen(dot), 60) : 0);
	if (fd < 0)
		return false;
	snprintf(c->file, sizeof(c->file), "%s", path);
	return write(fd, text, len) == (ssize_t)len && close(fd) == 0;
}

static void do_commands(struct screen *sc, char *lines, struct grade *grade)
{
	char *next;

	for (char *line = lines; *line && !sc->quit; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = 0;
		grade->commands += *line && *line != '#';
		/* an editor has no place here; what was edited is not part of the session */
		if (strncmp(line, "lesson edit", 11) != 0)
			prompt_do(sc, line);
		sc->output_len = 0;
	}
}

static void take_result(const struct course *c, struct grade *grade)
{
	for (u32 i = 0; i < c->goals && i < GRADE_GOALS; i++) {
		snprintf(grade->goal[i], sizeof(grade->goal[i]), "%.39s", c->goal[i].goal->id);
		grade->met[i] = c->goal[i].ticked;
		grade->met_count += c->goal[i].ticked;
		grade->hints += c->goal[i].hints;
		grade->goals++;
	}
	for (u32 i = 0; i < c->answers; i++) {
		grade->asks += !!c->answer[i].letter;
		grade->right += c->answer[i].revealed && c->answer[i].letter == c->answer[i].truth;
	}
	grade->back = c->moves_back;
	snprintf(grade->lesson, sizeof(grade->lesson), "%.79s", catalogue_name(c->folder));
}

static void remove_file(const struct course *c)
{
	char log[sizeof(c->object) + 8];

	unlink(c->file);
	if (strcmp(c->object, c->file) == 0)
		return;
	snprintf(log, sizeof(log), "%s.log", c->object);
	unlink(c->object);
	unlink(log);
}

static void grade_work(struct screen *sc, struct handed_in *work, struct grade *grade)
{
	struct course *c = sc->course;
	bool own = c->file[0] && work->text && *work->text;

	if (own && !put_file(c, work->file, work->text)) {
		snprintf(grade->error, sizeof(grade->error), "no place for the learner's file: %s",
			 strerror(errno));
		return;
	}
	do_commands(sc, work->commands, grade);
	if (own)
		remove_file(c);
	if (sc->course == c)
		take_result(c, grade);
	else
		snprintf(grade->error, sizeof(grade->error), "the lesson was left");
}

void grade_session(struct screen *sc, const char *path, const char *lesson, struct grade *grade)
{
	struct handed_in work = {.commands = NULL};
	struct why why = {0};
	u64 len;
	int err = 0;

	*grade = (struct grade){.goals = 0};
	if (debug_is_saved(path))
		err = read_work(&work, path, &why);
	else
		work.commands = (char *)file_read(path, &len, &why);
	sc->unsaved = sc->batch = true;
	if (!err && !work.commands)
		err = -EINVAL;
	else if (!err && !lesson && !work.lesson[0])
		err = sim_fail(&why, -EINVAL, "of which lesson? --lesson NAME");
	else if (!err)
		err = course_begin(sc, lesson ? lesson : work.lesson, true, &why);
	if (err)
		snprintf(grade->error, sizeof(grade->error), "%s", why.text);
	else
		grade_work(sc, &work, grade);
	free(work.commands);
	free(work.text);
	course_end(sc);
}
