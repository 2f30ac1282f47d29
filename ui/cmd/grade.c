/* bpfwalk grade: which goals of a lesson are met in saved sessions; a whole class in one command. */
#include <dirent.h>
#include <getopt.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../cli.h"
#include "../lesson/grade.h"

static const char help[] =
	"What a learner did in a lesson is done again, command by command, and its goals are looked at: what "
	"counts\n"
	"is what happened, not what a file claims. A session is what `save FILE.walk` writes while a lesson "
	"is under\n"
	"way; a folder stands for all *.walk in it. They are graded side by side, one process each.\n"
	"\n"
	"  --lesson NAME   of this lesson; without it, of the one that each session names\n"
	"  --json          one document with all goals\n"
	"\n"
	"Exit status: 0 all goals are met in all sessions; 1 otherwise; 2 for bad usage.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk grade ada.walk --lesson 13\n"
	"  bpfwalk grade class/ --json\n";

#define FILES_MAX 4096

struct job {
	char *path;
	pid_t pid;
	int fd; /* where its grade comes from */
	struct grade grade;
};

static struct job jobs[FILES_MAX];
static u32 count;

/* --- which files --- */

static void add_file(const char *path)
{
	if (count < FILES_MAX)
		jobs[count++] = (struct job){.path = strdup(path), .fd = -1};
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct job *)a)->path, ((const struct job *)b)->path);
}

static void add_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	u32 first = count;

	while (dir && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name);
		char path[PATH_MAX];

		if (n <= 5 || strcmp(entry->d_name + n - 5, ".walk") != 0)
			continue;
		snprintf(path, sizeof(path), "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/",
			 entry->d_name);
		add_file(path);
	}
	if (dir)
		closedir(dir);
	qsort(&jobs[first], count - first, sizeof(*jobs), compare);
}

static bool add(const char *path)
{
	struct stat st;

	if (stat(path, &st)) {
		cli_error("%s: %s", path, strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode) && *path)
		add_folder(path);
	else
		add_file(path);
	return true;
}

/* --- side by side --- */

static void start(struct job *job, const char *lesson)
{
	static struct screen sc;
	int ends[2];

	snprintf(job->grade.error, sizeof(job->grade.error), "it could not be graded: the process ended");
	fflush(NULL);
	if (pipe(ends))
		return;
	job->pid = fork();
	if (job->pid == 0) {
		struct grade grade;

		screen_init(&sc);
		grade_session(&sc, job->path, lesson, &grade);
		_exit(write(ends[1], &grade, sizeof(grade)) == sizeof(grade) ? 0 : 1);
	}
	close(ends[1]);
	job->fd = ends[0];
}

static void finish(struct job *job)
{
	struct grade grade;
	size_t have = 0;
	ssize_t n;

	while (job->fd >= 0 && have < sizeof(grade) &&
	       (n = read(job->fd, (char *)&grade + have, sizeof(grade) - have)) > 0)
		have += n;
	if (have == sizeof(grade))
		job->grade = grade;
	if (job->fd >= 0)
		close(job->fd);
	if (job->pid > 0)
		waitpid(job->pid, NULL, 0);
}

/* As many at once as there are CPUs; a pipe holds a whole grade, so nobody waits for us. */
static void grade_all(const char *lesson)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	u32 begun = 0;

	for (u32 done = 0; done < count; done++) {
		while (begun < count && begun < done + (cpus > 1 ? cpus : 1))
			start(&jobs[begun++], lesson);
		finish(&jobs[done]);
	}
}

/* --- telling --- */

static bool all_met(const struct grade *g)
{
	return !g->error[0] && g->met_count == g->goals;
}

static void print_table(void)
{
	u32 all = 0;

	printf("%-30s %-22s %7s %9s %6s %9s %5s\n", "session", "lesson", "goals", "answers", "hints",
	       "commands", "back");
	for (u32 i = 0; i < count; i++) {
		const struct grade *g = &jobs[i].grade;

		all += all_met(g);
		if (g->error[0]) {
			printf("%-30s %s\n", jobs[i].path, g->error);
			continue;
		}
		printf("%-30s %-22s %3u/%-3u %4u/%-4u %6u %9u %5u", jobs[i].path, g->lesson, g->met_count,
		       g->goals, g->right, g->asks, g->hints, g->commands, g->back);
		for (u32 n = 0, told = 0; n < g->goals; n++)
			if (!g->met[n])
				printf("%s %s", told++ ? "" : "  open:", g->goal[n]);
		printf("\n");
	}
	printf("%u sessions, %u with all goals met\n", count, all);
}

static json_t *json_of(const struct job *job)
{
	const struct grade *g = &job->grade;
	json_t *goals = json_object(), *one = json_object();

	json_object_set_new(one, "session", json_string(job->path));
	if (g->error[0]) {
		json_object_set_new(one, "error", json_string(g->error));
		json_decref(goals);
		return one;
	}
	for (u32 i = 0; i < g->goals; i++)
		json_object_set_new(goals, g->goal[i], json_boolean(g->met[i]));
	json_object_set_new(one, "lesson", json_string(g->lesson));
	json_object_set_new(one, "met", json_integer(g->met_count));
	json_object_set_new(one, "of", json_integer(g->goals));
	json_object_set_new(one, "goals", goals);
	json_object_set_new(one, "answers", json_integer(g->asks));
	json_object_set_new(one, "right", json_integer(g->right));
	json_object_set_new(one, "hints", json_integer(g->hints));
	json_object_set_new(one, "commands", json_integer(g->commands));
	json_object_set_new(one, "back", json_integer(g->back));
	return one;
}

static void print_json(void)
{
	json_t *all = json_object(), *sessions = json_array();

	for (u32 i = 0; i < count; i++)
		json_array_append_new(sessions, json_of(&jobs[i]));
	json_object_set_new(all, "sessions", sessions);
	json_dumpf(all, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(all);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {{"lesson", required_argument, NULL, 'l'},
						{"json", no_argument, NULL, 'j'},
						{NULL, 0, NULL, 0}};
	const char *lesson = NULL;
	bool json = false, good = true;
	int option;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option != 'l' && option != 'j')
			return cli_bad_option(&cmd_grade, argv);
		lesson = option == 'l' ? optarg : lesson;
		json |= option == 'j';
	}
	if (optind == argc)
		return cli_usage(&cmd_grade, "expected sessions, or folders with them");
	for (int i = optind; i < argc; i++)
		if (!add(argv[i]))
			return CLI_USAGE;
	if (!count)
		return cli_error("%s: no *.walk there", argv[optind]);
	grade_all(lesson);
	(json ? print_json : print_table)();
	for (u32 i = 0; i < count; i++) {
		good &= all_met(&jobs[i].grade);
		free(jobs[i].path);
	}
	return good ? CLI_OK : CLI_REFUSED;
}

const struct cli_command cmd_grade = {
	.name = "grade",
	.usage = "SESSION.walk|FOLDER... [--lesson NAME] [--json]",
	.summary = "which goals of a lesson are met in saved sessions",
	.help = help,
	.run = run,
};
