/* bpfwalk demo: a lesson plays itself, for a class or as a recording. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../cli.h"
#include "../lesson/demo.h"
#include "../prompt/prompt.h"
#include "cast.h"
#include "term.h"

static const char help[] =
	"A lesson plays itself: its text, its questions, the commands of its solution as if they were "
	"typed.\n"
	"Space pauses and goes on, Enter does not wait, F2 switches the language, q ends it.\n"
	"\n"
	"  --pace S            seconds for a short act (default 2); text is given the time to be read\n"
	"  --loop              begins again at the end\n"
	"  --record FILE.cast  for asciinema; without a terminal it is written at once\n"
	"  --size COLSxROWS    of the recording, without a terminal (default 120x36)\n"
	"  --lang en|zh        language\n"
	"  --theme NAME, --ascii   as for `bpfwalk tui`\n"
	"\n"
	"Exit status: 0; 2 for bad input.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk demo 13\n"
	"  bpfwalk demo 13 --pace 1 --loop --lang zh\n"
	"  bpfwalk demo 13 --record lesson13.cast --size 100x30\n";

struct demo_options {
	const char *lesson, *record, *theme;
	double pace;
	int rows, cols;
	bool loop, ascii;
};

static struct screen sc;
static struct cast cast;

static int begin(const struct demo_options *o)
{
	struct why why;

	sc.unsaved = true;
	return course_begin(&sc, o->lesson, true, &why) ? cli_error("%s", why.text) : CLI_OK;
}

static int cursor_column(const struct grid *grid)
{
	return sc.prompt ? 1 + grid_width(grid, sc.line) : -1;
}

/* --- without a terminal: time is only written down --- */

static int record(const struct demo_options *o)
{
	struct demo demo = {.line = 0};
	double seconds = 0;
	struct grid grid;
	int status = begin(o);

	if (status)
		return status;
	if (grid_init(&grid, o->rows, o->cols, o->ascii ? GLYPHS_ASCII : GLYPHS_FULL))
		return cli_error("no memory");
	screen_draw(&sc, &grid);
	cast_frame(&cast, &grid, seconds, -1);
	seconds = 2 * o->pace;
	while (!demo.over && sc.course) {
		double wait = demo_act(&sc, &demo, o->pace);

		screen_draw(&sc, &grid);
		cast_frame(&cast, &grid, seconds, cursor_column(&grid));
		seconds += wait;
	}
	cast_frame(&cast, &grid, seconds, -1);
	grid_fini(&grid);
	printf("%s: %.0f seconds\n", o->record, seconds);
	return CLI_OK;
}

/* --- with one --- */

static struct grid shown;
static bool paused, ends;

static void show(double at)
{
	int rows, cols;

	term_size(&rows, &cols);
	if (!shown.cell || shown.rows != rows || shown.cols != cols) {
		grid_fini(&shown);
		if (grid_init(&shown, rows, cols, term.glyphs))
			return;
	}
	sc.theme.light = term.theme.light;
	screen_draw(&sc, &shown);
	if (paused) {
		struct area all = grid_area(&shown);

		for (int col = 0; col < cols; col++)
			area_put(&all, rows - 1, col, ROLE_PLAIN, " ");
		area_put(&all, rows - 1, 1, ROLE_CURRENT,
			 words("Paused. Space goes on, Enter: one act, q ends it."));
	}
	term_show(&shown, cursor_column(&shown));
	cast_frame(&cast, &shown, at, cursor_column(&shown));
}

/* What the key does; true: the next act comes now. */
static bool take_key(u32 key)
{
	if (key == ' ')
		paused = !paused;
	else if (key == 'q' || key == KEY_ESC)
		ends = true;
	else if (key == KEY_FN_2)
		prompt_run(&sc, "language");
	return key == KEY_RETURN;
}

/* Waits @seconds, longer when paused. */
static void wait(double seconds, double *at)
{
	double end = term_now() + seconds;

	while (!ends && !term_ending && (paused || term_now() < end)) {
		struct term_mouse mouse;
		double left = paused ? 3600 : end - term_now(), from = term_now();
		u32 key = term_key_within(&mouse, left > 0 ? (int)(left * 1000) + 1 : 0);

		*at += term_now() - from;
		if (paused)
			end += term_now() - from;
		if (key != TERM_NOTHING && key < TERM_RESIZED && take_key(key))
			return;
		show(*at);
	}
}

static void play(const struct demo_options *o)
{
	struct demo demo = {.line = 0};
	double at = 0;

	show(at);
	wait(3 * o->pace, &at);
	while (!demo.over && !ends && !term_ending && sc.course) {
		double seconds = demo_act(&sc, &demo, o->pace);

		show(at);
		wait(seconds, &at);
	}
}

static int perform(const struct demo_options *o)
{
	int status;

	if (!term_open(&(struct term_wish){o->theme, o->ascii}))
		return cli_usage(&cmd_demo, "no terminal with a cursor; --record writes the demo to a file");
	term_await();
	do {
		status = begin(o);
		if (!status)
			play(o);
	} while (!status && o->loop && !ends && !term_ending);
	term_close();
	grid_fini(&shown);
	return status;
}

/* --- options --- */

enum { OPT_PACE = 256, OPT_LOOP, OPT_RECORD, OPT_SIZE, OPT_LANG, OPT_THEME, OPT_ASCII };

static bool take_option(struct demo_options *o, int option, enum language *language)
{
	char rest;

	switch (option) {
	case OPT_PACE:
		o->pace = atof(optarg);
		return o->pace > 0 && o->pace <= 600;
	case OPT_LOOP:
		o->loop = true;
		return true;
	case OPT_RECORD:
		o->record = optarg;
		return true;
	case OPT_SIZE:
		return sscanf(optarg, "%dx%d%c", &o->cols, &o->rows, &rest) == 2 && o->cols >= 1 &&
		       o->rows >= 1 && o->cols <= 1000 && o->rows <= 1000;
	case OPT_LANG:
		return words_by_name(optarg, language);
	case OPT_THEME:
		o->theme = optarg;
		return theme_by_name(optarg, &sc.theme);
	case OPT_ASCII:
		o->ascii = true;
		return true;
	}
	return false;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {{"pace", required_argument, NULL, OPT_PACE},
						{"loop", no_argument, NULL, OPT_LOOP},
						{"record", required_argument, NULL, OPT_RECORD},
						{"size", required_argument, NULL, OPT_SIZE},
						{"lang", required_argument, NULL, OPT_LANG},
						{"theme", required_argument, NULL, OPT_THEME},
						{"ascii", no_argument, NULL, OPT_ASCII},
						{NULL, 0, NULL, 0}};
	struct demo_options o = {.pace = 2, .rows = 36, .cols = 120};
	enum language language = words_of_locale();
	struct why why;
	int option, status;

	screen_init(&sc);
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1)
		if (!take_option(&o, option, &language))
			return cli_bad_option(&cmd_demo, argv);
	words_use(language);
	if (argc - optind != 1)
		return cli_usage(&cmd_demo, "expected one lesson, found %d; `bpfwalk lesson list` has them",
				 argc - optind);
	o.lesson = argv[optind];
	if (o.record && cast_begin(&cast, o.record, &sc.theme, &why))
		return cli_error("%s", why.text);
	status = o.record && !(isatty(0) && isatty(1)) ? record(&o) : perform(&o);
	screen_fini(&sc);
	return !status && cast_end(&cast) ? cli_error("%s: not all of it could be written", o.record)
					  : status;
}

const struct cli_command cmd_demo = {
	.name = "demo",
	.usage = "LESSON [--pace S] [--loop] [--record FILE.cast]",
	.summary = "a lesson that plays itself",
	.help = help,
	.run = run,
};
