/* The learner's file of an exercise, in an editor. See course.h. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "course.h"

/* What the learner has chosen; NULL: nothing. */
static const char *editor(void)
{
	static const char *const variables[] = {"VISUAL", "EDITOR"};

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

#define ANY_EDITOR "$(command -v nano || command -v vim || echo vi)"

/* $EDITOR may have words of its own: the shell cuts them. */
static int run_editor(const char *command, const char *path, struct why *why)
{
	char script[600];
	struct text text;
	int status = 0;
	pid_t pid;

	text_init(&text, script, sizeof(script));
	text_add(&text, "exec %.500s \"$1\"", command);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", script, "sh", path, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return sim_fail(why, -ECHILD,
			"the editor %.80s did not end well; EDITOR names another, or change %.140s yourself, "
			"then `lesson try`",
			command, path);
}

int course_edit(struct screen *sc, struct why *why)
{
	struct course *c = sc->course;
	int err;

	if (!c->file[0])
		return sim_fail(why, -EINVAL, "this lesson has no file to be mended");
	if (c->replaying)
		return 0;
	if (!sc->away && !isatty(0) && !editor())
		return sim_fail(why, -ENOTTY, "no terminal: change %.200s, then `lesson try`", c->file);
	if (sc->away)
		sc->away(true);
	err = run_editor(editor() ? editor() : ANY_EDITOR, c->file, why);
	if (sc->away)
		sc->away(false);
	return err;
}
