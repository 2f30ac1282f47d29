/* Trials: see trial.h. A copy of the world is a copy of the process. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../prompt/prompt.h"
#include "course.h"
#include "fact.h"
#include "trial.h"

#define SECONDS 20

struct answer {
	s64 number;
	struct why why;
};

/* Its lines, names filled in as in the lesson. */
static int run_script(struct screen *sc, const char *path, struct why *why)
{
	FILE *f = fopen(path, "r");
	char line[512];
	bool ok = true;

	if (!f)
		return sim_fail(why, -errno, "%s: %s", path, strerror(errno));
	while (ok && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\r\n")] = 0;
		if (line[strspn(line, " \t")])
			ok = course_do(sc, line, why);
	}
	fclose(f);
	return ok ? 0 : -EINVAL;
}

static void try_it(struct screen *sc, const char *path, const char *expr, struct answer *answer)
{
	/* Machine code lies in memory that both processes share. */
	if (debug_sim(&sc->debug)->world->sysctl.engine)
		prompt_do(sc, "sysctl bpfwalk.engine = 0");
	if (!run_script(sc, path, &answer->why))
		answer->why.err = lesson_number(sc, expr, &answer->number, &answer->why);
}

static bool read_answer(int fd, struct answer *answer)
{
	size_t have = 0;

	while (have < sizeof(*answer)) {
		ssize_t n = read(fd, (char *)answer + have, sizeof(*answer) - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		have += n;
	}
	return true;
}

int trial_number(struct screen *sc, const char *file, const char *expr, s64 *number, struct why *why)
{
	struct answer answer = {.number = 0};
	char path[2 * sizeof(sc->course->folder)];
	int ends[2], status;
	bool told;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", sc->course->folder, file);
	fflush(NULL);
	if (pipe(ends))
		return sim_fail(why, -errno, "no pipe for a trial: %s", strerror(errno));
	pid = fork();
	if (pid == 0) {
		signal(SIGALRM, SIG_DFL);
		alarm(SECONDS);
		try_it(sc, path, expr, &answer);
		_exit(write(ends[1], &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
	}
	close(ends[1]);
	told = pid > 0 && read_answer(ends[0], &answer);
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!told)
		return sim_fail(why, -EAGAIN, "%.150s: the trial came to no end in %d seconds", path,
				SECONDS);
	*number = answer.number;
	*why = answer.why;
	return answer.why.err;
}
