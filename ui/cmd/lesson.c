/* bpfwalk lesson: guided lessons on the command line, and the checks for those who write them. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../cli.h"
#include "../lesson/catalogue.h"
#include "../lesson/fact.h"
#include "../lesson/progress.h"
#include "../lesson/proof.h"
#include "../lesson/template.h"
#include "../prompt/prompt.h"

static const char help[] =
	"Lessons and exercises are walked through on the terminal (`bpfwalk`, `lesson start`), or here, one\n"
	"command after the other; what was done is kept from one to the next.\n"
	"\n"
	"  list [TEXT]         all lessons and exercises, or those with TEXT in name or title\n"
	"  start [NAME]        begins or goes on; without a terminal: the text of the page\n"
	"  do 'COMMAND' ...    commands of the prompt in the lesson (`bpfwalk tui`, then `help`)\n"
	"  next, back, skip    to the next page, when the goals of this one are met; back; in any case\n"
	"  answer X            to the question of the page: a, b, c ...\n"
	"  hint                one more hint for the next goal\n"
	"  edit                your file of an exercise in $EDITOR, then tries it\n"
	"  check [FILE...]     what is met; of an exercise: tries your file. With FILE.lesson: is it well "
	"formed?\n"
	"  reset [NAME | all]  a lesson begins anew\n"
	"  solution            does the rest of the lesson, and shows how\n"
	"\n"
	"For those who write lessons:\n"
	"  new NAME            a small lesson with everything in it, commented, to be changed\n"
	"  verify FOLDER...    walks through: unsolved no goal is met, the solution meets all, quotations "
	"are true\n"
	"  verify-all          the same for all lessons\n"
	"  predicates          what goals, questions and values can ask\n"
	"\n"
	"  --lang en|zh        language; without it that of the locale\n"
	"\n"
	"Exit status: 0; 1 a goal is open, a check failed; 2 for bad input.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk lesson list verifier\n"
	"  bpfwalk lesson start 13\n"
	"  bpfwalk lesson check lessons/13-when-compiled/en.lesson lessons/13-when-compiled/zh.lesson\n"
	"  bpfwalk lesson verify lessons/13-when-compiled\n";

static struct screen sc; /* large; there is one */

/* --- files --- */

static void tell(struct lesson_ear *ear, const char *complaint)
{
	(void)ear;
	cli_error("%s", complaint);
}

static int check_files(const char *path, const char *translation_path)
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

static int verify(const char *folder)
{
	bool good;

	screen_init(&sc);
	good = proof_lesson(&sc, folder);
	screen_fini(&sc);
	printf("%s %s\n", good ? "ok" : "not ok", catalogue_name(folder));
	return good ? CLI_OK : CLI_REFUSED;
}

static int verb_verify(int argc, char **argv)
{
	int status = CLI_OK;

	if (!argc)
		return cli_usage(&cmd_lesson, "verify: expected the folder of a lesson");
	for (int i = 0; i < argc; i++) {
		struct why why;
		char *folder = catalogue_find(argv[i], &why);

		if (!folder)
			status = cli_error("%s", why.text);
		else if (verify(folder))
			status = CLI_REFUSED;
		free(folder);
	}
	return status;
}

static int verb_verify_all(int argc, char **argv)
{
	static struct catalogue all;
	int status = CLI_OK;

	(void)argc, (void)argv;
	catalogue_read(&all);
	for (u32 i = 0; i < all.count; i++)
		if (verify(all.folder[i]))
			status = CLI_REFUSED;
	printf("%u lessons and exercises\n", all.count);
	catalogue_free(&all);
	return status;
}

static int verb_new(int argc, char **argv)
{
	char path[256];
	struct why why;

	if (argc != 1)
		return cli_usage(&cmd_lesson, "new: expected a name, for example 29-my-lesson");
	if (template_write(argv[0], words_language() == LANGUAGE_ZH ? "zh" : "en", path, &why))
		return cli_error("%s", why.text);
	printf("%s: change it with an editor; `bpfwalk lesson verify %s` walks through it\n", path, argv[0]);
	return CLI_OK;
}

static int verb_predicates(int argc, char **argv)
{
	static const struct fact *const tables[] = {facts_machine, facts_objects, facts_learner};

	(void)argc, (void)argv;
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (const struct fact *f = tables[t]; f->name; f++)
			printf("%s\n    %s\n    for example: %s\n", f->form, f->doc, f->example);
	printf("\nWords:");
	for (const struct fact_word *w = fact_words; w->word; w++)
		printf(" %s", w->word);
	printf("\n\nThe rest is an expression of the debugger: map counts[6] == 18, r0, pc, step, *(u32 "
	       "*)(fp-4), variables of\n"
	       "the program. Parts are joined by and, or, not; a part that has no value at the moment is "
	       "false.\n"
	       "Values: the same; `let NAME = first EXPR` keeps the first value that there was.\n");
	return CLI_OK;
}

/* --- walking --- */

static void print_answer(void)
{
	if (sc.output_len)
		printf("%s%s", sc.output, sc.output[sc.output_len - 1] == '\n' ? "" : "\n");
	sc.output_len = 0;
}

/* The lesson at hand, where it was left. */
static int resume(const char *name)
{
	char last[80];
	struct why why;

	screen_init(&sc);
	sc.batch = true;
	if (!name && !progress_last(last))
		return cli_error(
			"no lesson was begun yet: `bpfwalk lesson list`, `bpfwalk lesson start NAME`");
	if (course_begin(&sc, name ? name : last, false, &why))
		return cli_error("%s", why.text);
	sc.output_len = 0;
	return CLI_OK;
}

static int finish(void)
{
	int status = sc.failed ? CLI_REFUSED : CLI_OK;

	print_answer();
	screen_fini(&sc);
	return status;
}

static int one_command(const char *verb, const char *args)
{
	char line[1024];
	int status = resume(NULL);

	if (status)
		return status;
	snprintf(line, sizeof(line), "lesson %s %s", verb, args);
	prompt_do(&sc, line);
	return finish();
}

static int verb_list(int argc, char **argv)
{
	char line[200];

	screen_init(&sc);
	sc.batch = true;
	snprintf(line, sizeof(line), "lesson list %.100s", argc ? argv[0] : "");
	prompt_do(&sc, line);
	return finish();
}

static int verb_start(int argc, char **argv)
{
	char *tui[] = {"tui", "--lesson", argc ? argv[0] : "", NULL};
	char last[80];
	int status;

	if (!argc)
		tui[2] = progress_last(last) ? last : "1";
	if (isatty(0) && isatty(1)) {
		optind = 0;
		return cmd_tui.run(3, tui);
	}
	status = resume(tui[2]);
	if (status)
		return status;
	prompt_do(&sc, "lesson begun");
	return finish();
}

static int verb_do(int argc, char **argv)
{
	int status = resume(NULL);

	for (int i = 0; !status && i < argc; i++) {
		prompt_do(&sc, argv[i]);
		print_answer();
	}
	return status ? status : finish();
}

static int verb_check(int argc, char **argv)
{
	int status;

	if (argc > 2)
		return cli_usage(&cmd_lesson, "check takes one or two files, not %d", argc);
	if (argc)
		return check_files(argv[0], argv[1]);
	status = resume(NULL);
	if (status)
		return status;
	prompt_do(&sc, sc.course->file[0] ? "lesson try" : "lesson goals");
	status = course_all_done(sc.course) ? CLI_OK : CLI_REFUSED;
	finish();
	return status;
}

static int verb_reset(int argc, char **argv)
{
	int status;

	if (argc && strcmp(argv[0], "all") == 0) {
		progress_forget_all();
		puts(words("All lessons begin anew."));
		return CLI_OK;
	}
	status = resume(argc ? argv[0] : NULL);
	if (status)
		return status;
	prompt_do(&sc, "lesson reset");
	return finish();
}

/* Verbs without a function are those of the prompt. */
static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{"list", verb_list},
	{"start", verb_start},
	{"do", verb_do},
	{"next", NULL},
	{"back", NULL},
	{"skip", NULL},
	{"hint", NULL},
	{"answer", NULL},
	{"solution", NULL},
	{"edit", NULL},
	{"check", verb_check},
	{"reset", verb_reset},
	{"verify", verb_verify},
	{"predicates", verb_predicates},
	{"verify-all", verb_verify_all},
	{"new", verb_new},
};

static int no_such_verb(const char *word)
{
	const char *names[ARRAY_SIZE(verbs)], *nearest;

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		names[i] = verbs[i].name;
	nearest = cli_nearest(word, names, ARRAY_SIZE(verbs));
	return cli_usage(&cmd_lesson, "lesson: there is no '%s'%s%s%s", word,
			 nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {{"lang", required_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
	enum language language = words_of_locale();
	int option;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1)
		if (option != 'l' || !words_by_name(optarg, &language))
			return cli_bad_option(&cmd_lesson, argv);
	words_use(language);
	if (optind == argc)
		return cli_usage(&cmd_lesson, "expected what to do: list, start NAME, ...");
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i].name, argv[optind]) != 0)
			continue;
		if (verbs[i].run)
			return verbs[i].run(argc - optind - 1, argv + optind + 1);
		return one_command(verbs[i].name, optind + 1 < argc ? argv[optind + 1] : "");
	}
	return no_such_verb(argv[optind]);
}

const struct cli_command cmd_lesson = {
	.name = "lesson",
	.usage = "list | start [NAME] | next | hint | answer X | check | reset | solution | verify-all | ...",
	.summary = "guided lessons and exercises; checks for those who write them",
	.help = help,
	.run = run,
};
