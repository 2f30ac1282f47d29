/* The learner's file of an exercise: in an editor, and compiled when it is in C. See course.h. */
#include <fcntl.h>
#include <stdio.h>
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

/* --- C --- */

void course_source(const struct course *c, bool in_c, char path[4096])
{
	const char *name = c->first->file, *other = strchr(name, ' ');

	if (in_c && other)
		name = other + 1;
	snprintf(path, 4096, "%.3000s/%.*s", c->folder, (int)min_u64(strcspn(name, " "), 1000), name);
}

bool course_has_clang(void)
{
	const char *path = getenv("PATH");
	char name[1024];

	while (path && *path) {
		size_t n = strcspn(path, ":");

		snprintf(name, sizeof(name), "%.*s/clang", (int)min_u64(n, 1000), path);
		if (access(name, X_OK) == 0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

/* The line with "error:", without the path before it. */
static int complaint(const char *log, struct why *why)
{
	FILE *f = fopen(log, "r");
	char line[400];

	sim_fail(why, -EINVAL, "clang does not compile it");
	while (f && fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "error:");
		const char *slash = at ? memrchr(line, '/', at - line) : NULL;

		if (!at)
			continue;
		line[strcspn(line, "\n")] = 0;
		sim_fail(why, -EINVAL, "%s", slash ? slash + 1 : line);
		break;
	}
	if (f)
		fclose(f);
	return why->err;
}

static void run_clang(const char *source, const char *object, const char *log)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execlp("clang", "clang", "-O2", "-g", "-target", "bpf", "-mcpu=v3", "-I/usr/include/x86_64-linux-gnu",
	       "-c", source, "-o", object, (char *)NULL);
	_exit(127);
}

int course_compile(struct course *c, struct why *why)
{
	char log[sizeof(c->object) + 8];
	int status = 0;
	pid_t pid;

	memcpy(c->object, c->file, sizeof(c->object));
	if (!ends_with(c->file, ".bpf.c"))
		return 0;
	strcpy(c->object + strlen(c->object) - strlen(".bpf.c"), ".o");
	snprintf(log, sizeof(log), "%s.log", c->object);
	pid = fork();
	if (pid == 0)
		run_clang(c->file, c->object, log);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return complaint(log, why);
}
