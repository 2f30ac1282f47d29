/* `open`: another program in a new machine, with the options of `bpfwalk run`. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../data_file.h"
#include "../lesson/course.h"
#include "prompt.h"

#define WORDS_MAX 64

/* What the lives of this and the last `open` point into. */
static char text[2][4096];

static const struct option long_options[] = {LIFE_LONG_OPTIONS, {NULL, 0, NULL, 0}};

/* Cuts @line into words at spaces; '...' and "..." are one. Their number, or -1: a quote has no end, or too
 * many. */
static int cut_words(char *line, char **words)
{
	int n = 0;
	char *out = line;

	while (*line) {
		char quote = 0;

		line += strspn(line, " \t");
		if (!*line)
			break;
		if (n == WORDS_MAX)
			return -1;
		words[n++] = out;
		for (; *line && (quote || (*line != ' ' && *line != '\t')); line++) {
			if (quote ? *line == quote : *line == '\'' || *line == '"')
				quote = quote ? 0 : *line;
			else
				*out++ = *line;
		}
		if (quote)
			return -1;
		line += *line != 0;
		*out++ = 0;
	}
	return n;
}

static bool take_options(struct screen *sc, int argc, char **argv, struct life *life)
{
	int option;

	opterr = 0;
	optind = 0; /* from the beginning, in all respects */
	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option != '?' && option != ':' && life_option(life, option, optarg))
			continue;
		screen_complain(sc, "open: '%.80s' cannot be used; `bpfwalk run --help` tells the options",
				argv[optind - 1]);
		return false;
	}
	return true;
}

static bool find_file(struct screen *sc, const char *name, char path[PATH_MAX])
{
	if (access(name, R_OK) == 0)
		snprintf(path, PATH_MAX, "%s", name);
	else if (*name == '/' || !data_file(name, path)) {
		screen_complain(sc, "%s: %s", name, strerror(ENOENT));
		return false;
	}
	return true;
}

void open_life(struct screen *sc)
{
	char message[1024];
	struct text error;

	text_init(&error, message, sizeof(message));
	if (sc->course && !sc->course->quiet)
		course_end(sc);
	debug_close(&sc->debug);
	if (!screen_open(sc, &error))
		return;
	screen_complain(sc, "%s", message);
	sc->mode = MODE_START;
}

/* Without options those of the command line stay, but for the values of the maps. */
void do_open(struct screen *sc, const char *args)
{
	static char file[PATH_MAX], program[128];
	static int turn;
	char *argv[WORDS_MAX + 2] = {(char *)"open"}, plain[sizeof(text[0])];
	struct life life = LIFE_INIT;
	bool options = strstr(args, "--");
	char *line = options ? text[turn = !turn] : plain;
	int argc;

	snprintf(line, sizeof(plain), "%s", args);
	argc = cut_words(line, argv + 1) + 1;
	if (argc < 2 || argc > WORDS_MAX) {
		screen_complain(sc, "open: expected the path of an object file (.o) or assembler text "
				    "(.asm), then options "
				    "as for `bpfwalk run`");
		return;
	}
	if (!options) {
		life = sc->life;
		life.sets = 0;
		optind = 1;
	} else if (!take_options(sc, argc, argv, &life)) {
		return;
	}
	if (optind >= argc || !find_file(sc, argv[optind], file))
		return;
	snprintf(program, sizeof(program), "%s", optind + 1 < argc ? argv[optind + 1] : "");
	sc->life = life;
	sc->life.file = file;
	sc->life.program = program[0] ? program : options ? life.program : NULL;
	open_life(sc);
}
