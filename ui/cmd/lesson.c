/* bpfwalk lesson check: is a lesson's file well formed, and does its translation match? */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../cli.h"
#include "../lesson/lesson.h"

static const char help[] =
	"Reads a lesson's file and, when it is given, a translation of it. Each line that cannot\n"
	"be understood, and each place where the translation differs, is told: file, line, what\n"
	"was found and what was expected. lessons/13-when-compiled is a model.\n"
	"\n"
	"Only the form is checked: lessons cannot be walked through yet.\n"
	"\n"
	"Exit status: 0 nothing to complain about; 1 otherwise; 2 for bad usage.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk lesson check lessons/13-when-compiled/en.lesson\n"
	"  bpfwalk lesson check lessons/13-when-compiled/en.lesson lessons/13-when-compiled/zh.lesson\n";

static void tell(struct lesson_ear *ear, const char *complaint)
{
	(void)ear;
	cli_error("%s", complaint);
}

static int check(const char *path, const char *translation_path)
{
	struct lesson_ear ear = {.hear = tell};
	struct lesson *lesson = lesson_read(path, &ear), *translation = NULL;

	if (lesson)
		lesson_check_whole(lesson, &ear);
	if (translation_path)
		translation = lesson_read(translation_path, &ear);
	if (lesson && translation)
		lesson_marry(translation, lesson, &ear);
	if (!ear.heard)
		printf("%s: \"%s\", %u sections, %u minutes: well formed%s\n", path, lesson->title,
		       lesson->sections, lesson->minutes, translation ? "; the translation matches" : "");
	lesson_free(translation);
	lesson_free(lesson);
	return ear.heard ? CLI_REFUSED : CLI_OK;
}

static int run(int argc, char **argv)
{
	static const struct option none[] = {{NULL, 0, NULL, 0}};

	if (getopt_long(argc, argv, ":", none, NULL) != -1)
		return cli_bad_option(&cmd_lesson, argv);
	if (optind == argc || strcmp(argv[optind], "check") != 0)
		return cli_usage(&cmd_lesson, "expected 'check', found %s%s%s", optind < argc ? "'" : "",
				 optind < argc ? argv[optind] : "nothing", optind < argc ? "'" : "");
	if (argc - optind < 2 || argc - optind > 3)
		return cli_usage(&cmd_lesson, "check takes one or two files, not %d", argc - optind - 1);
	return check(argv[optind + 1], argv[optind + 2]);
}

const struct cli_command cmd_lesson = {
	.name = "lesson",
	.usage = "check FILE [TRANSLATION]",
	.summary = "is the file of a lesson well formed?",
	.help = help,
	.run = run,
};
