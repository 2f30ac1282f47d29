/*
 * bpfwalk tui: the terminal interface. It shows the grid that the screen draws, and hands it keys; without a
 * terminal the same screen is driven by --keys (tests, pictures) or by commands (--batch, -x).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../cli.h"
#include "../lesson/course.h"
#include "../prompt/prompt.h"
#include "../packet.h"
#include "../words.h"
#include "cast.h"
#include "term.h"

static const char help[] =
	"Everything that a program goes through is recorded, then one stands before its first system call "
	"and\n"
	"steps: s forward, S backward, Enter to the next stage, ? for help. Without FILE: the start screen.\n"
	"\n"
	"  --prog, --pcap, --packet, --event, --set, --dev, --repeat, --unprivileged, --sysctl, "
	"--unverified, --load-only\n"
	"                      as for `bpfwalk run`\n"
	"  --log-level N       what PROG_LOAD asks for: 2 (default) each step of the walk, 1, 0\n"
	"  -x FILE             commands of the prompt, one a line, before the first key\n"
	"  --batch             no terminal: the answers of -x and of standard input go to standard output\n"
	"  --keys KEYS         no terminal: these keys, then the screen as text; <Enter> <Tab> <Down> ... by "
	"name\n"
	"  --size COLSxROWS    of that screen (default 120x36)\n"
	"  --lesson NAME       a guided lesson; `bpfwalk lesson list` has them\n"
	"  --lang en|zh        language of the interface; without it that of the locale; F2 switches\n"
	"  --record FILE.cast  writes what the screen shows, for asciinema; with --keys half a second for "
	"each key\n"
	"  --ascii             no signs outside of ASCII\n"
	"  --theme NAME        colours for a dark or a light background, or mono; without it the terminal is "
	"asked\n"
	"\n"
	"Exit status: 0; 1 when a command failed (--batch); 2 for bad input.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk tui samples/xdp_count.o --set 'counts[6]=0' --event 'tcp 10.0.0.1:443 > 10.0.0.2:51514'\n"
	"  bpfwalk tui samples/xdp_drop.o --set 'blocked[23]=0' --pcap samples/scan.pcap\n"
	"  printf 'break helper:map_lookup_elem\\ncontinue\\ninfo regs\\n' |\n"
	"    bpfwalk tui samples/xdp_count.o --event 'icmp 10.0.0.1 > 10.0.0.2 echo' --batch\n";

struct tui_options {
	const char *script, *keys, *theme, *record, *lesson;
	enum language language;
	int rows, cols;
	bool batch, ascii;
};

enum {
	OPT_LOG_LEVEL = LIFE_OPTIONS,
	OPT_BATCH,
	OPT_KEYS,
	OPT_SIZE,
	OPT_ASCII,
	OPT_THEME,
	OPT_RECORD,
	OPT_LANG,
	OPT_LESSON
};

static const struct option long_options[] = {
	LIFE_LONG_OPTIONS,
	{"log-level", required_argument, NULL, OPT_LOG_LEVEL},
	{"batch", no_argument, NULL, OPT_BATCH},
	{"keys", required_argument, NULL, OPT_KEYS},
	{"size", required_argument, NULL, OPT_SIZE},
	{"ascii", no_argument, NULL, OPT_ASCII},
	{"theme", required_argument, NULL, OPT_THEME},
	{"lang", required_argument, NULL, OPT_LANG},
	{"lesson", required_argument, NULL, OPT_LESSON},
	{"record", required_argument, NULL, OPT_RECORD},
	{NULL, 0, NULL, 0},
};

static bool parse_size(const char *text, struct tui_options *o)
{
	char rest;

	return sscanf(text, "%dx%d%c", &o->cols, &o->rows, &rest) == 2 && o->cols >= 1 && o->rows >= 1 &&
	       o->cols <= 1000 && o->rows <= 1000;
}

static bool take_option(struct screen *sc, struct tui_options *o, int option)
{
	switch (option) {
	case 'x':
		o->script = optarg;
		return true;
	case OPT_LOG_LEVEL:
		sc->log_level = atoi(optarg);
		return *optarg >= '0' && *optarg <= '7' && !optarg[1];
	case OPT_BATCH:
		o->batch = true;
		return true;
	case OPT_KEYS:
		o->keys = optarg;
		return true;
	case OPT_SIZE:
		return parse_size(optarg, o);
	case OPT_ASCII:
		o->ascii = true;
		return true;
	case OPT_THEME:
		o->theme = optarg;
		return theme_by_name(optarg, &sc->theme);
	case OPT_LANG:
		return words_by_name(optarg, &o->language);
	case OPT_RECORD:
		o->record = optarg;
		return true;
	case OPT_LESSON:
		o->lesson = optarg;
		return true;
	}
	return life_option(&sc->life, option, optarg);
}

/* The file of the command line, then the commands of -x. */
static int begin_walk(struct screen *sc, const struct tui_options *o)
{
	char message[PROGRAM_ERROR];
	struct text error;
	struct why why;

	text_init(&error, message, sizeof(message));
	if (sc->life.file && screen_open(sc, &error)) {
		term_close();
		return cli_error("%s", message);
	}
	if (o->lesson && course_begin(sc, o->lesson, false, &why)) {
		term_close();
		return cli_error("%s", why.text);
	}
	if (o->script && !o->batch && prompt_source(sc, o->script, &why)) {
		term_close();
		return cli_error("%s", why.text);
	}
	return CLI_OK;
}

/* --- without a terminal --- */

static int cursor_column(const struct screen *sc, const struct grid *grid)
{
	char before[sizeof(sc->line)];

	if (!sc->prompt)
		return -1;
	snprintf(before, sizeof(before), "%.*s", (int)sc->cursor, sc->line);
	return 1 + grid_width(grid, before);
}

static struct cast cast;

static int end_cast(const struct tui_options *o)
{
	return cast_end(&cast) ? cli_error("%s: not all of it could be written", o->record) : CLI_OK;
}

static int show_keys(struct screen *sc, const struct tui_options *o)
{
	const char *keys = o->keys;
	double seconds = 0;
	struct grid grid;
	u32 key;

	if (grid_init(&grid, o->rows, o->cols, o->ascii ? GLYPHS_ASCII : GLYPHS_FULL))
		return cli_error("no memory");
	screen_draw(sc, &grid);
	cast_frame(&cast, &grid, seconds, cursor_column(sc, &grid));
	while (!sc->quit && (key = key_by_name(&keys))) {
		screen_key(sc, key);
		screen_draw(sc, &grid);
		cast_frame(&cast, &grid, seconds += 0.5, cursor_column(sc, &grid));
	}
	grid_dump(&grid, stdout);
	grid_fini(&grid);
	return end_cast(o);
}

static void print_answer(struct screen *sc)
{
	if (sc->output_len)
		printf("%s%s", sc->output, sc->output[sc->output_len - 1] == '\n' ? "" : "\n");
	free(sc->output);
	sc->output = NULL;
	sc->output_len = 0;
}

static int batch(struct screen *sc, const struct tui_options *o)
{
	char line[512];
	struct why why;

	if (o->script && prompt_source(sc, o->script, &why))
		return cli_error("%s", why.text);
	print_answer(sc);
	while (!sc->quit && !o->script && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\r\n")] = 0;
		if (!line[strspn(line, " \t")])
			continue;
		prompt_do(sc, line);
		print_answer(sc);
	}
	return sc->failed ? CLI_REFUSED : CLI_OK;
}

/* --- with one --- */

/* The wheel scrolls the pane under it. */
static void on_mouse(struct screen *sc, const struct term_mouse *mouse)
{
	char line[32];

	if (sc->mode != MODE_WALK || sc->prompt || sc->asked_quit)
		return;
	if (sc->reading) {
		sc->reader.top = max_s64(0, (s64)sc->reader.top + mouse->wheel);
		return;
	}
	screen_click(sc, mouse->row, mouse->col);
	snprintf(line, sizeof(line), "move %d", mouse->wheel);
	if (mouse->wheel)
		prompt_run(sc, line);
}

static void on_key(struct screen *sc, u32 key)
{
	bool was = sc->prompt;

	term_continue();
	if (sc->prompt) {
		line_key(sc, key);
		return;
	}
	screen_key(sc, key);
	if (sc->prompt && !was)
		line_begin(sc);
}

/* The grid has the terminal's size and signs. */
static bool fit(struct grid *grid)
{
	int rows, cols;

	term_size(&rows, &cols);
	if (grid->cell && grid->rows == rows && grid->cols == cols && grid->glyphs == term.glyphs)
		return true;
	grid_fini(grid);
	return grid_init(grid, rows, cols, term.glyphs) == 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* One frame, then what comes next: a key, the mouse, another size, an answer of the terminal. */
static void one_turn(struct screen *sc, struct grid *grid, double begin)
{
	struct term_mouse mouse;
	u32 key;

	sc->theme.light = term.theme.light;
	screen_draw(sc, grid);
	term_show(grid, cursor_column(sc, grid));
	cast_frame(&cast, grid, now() - begin, cursor_column(sc, grid));
	key = term_key(&mouse);
	if (key == TERM_MOUSE)
		on_mouse(sc, &mouse);
	else if (key != TERM_NOTHING && key < TERM_RESIZED)
		on_key(sc, key);
	term_continue();
}

static struct grid shown;
static double told;

/* Long work: once a tenth of a second the screen says where it is. */
static void on_busy(struct debug *d)
{
	unsigned long long at = debug_now(d), end = debug_end(d);
	struct area all = grid_area(&shown);

	if (now() - told < 0.1 || !shown.cell)
		return;
	told = now();
	for (int col = 0; col < all.cols; col++)
		area_put(&all, all.rows - 3, col, ROLE_PLAIN, " ");
	if (at == end)
		area_print(&all, all.rows - 3, 1, ROLE_TITLE,
			   words("Recording: step %llu ...  Ctrl-C stops it."), at);
	else
		area_print(&all, all.rows - 3, 1, ROLE_TITLE,
			   words("Looking: step %llu of %llu, %llu %% ...  Ctrl-C stops it."), at, end,
			   at * 100 / end);
	term_show(&shown, -1);
}

/* With the terminal open, so that recording can be watched and interrupted. */
static int interact(struct screen *sc, const struct tui_options *o)
{
	double begin = now();
	int status = CLI_OK;

	if (!term_open(&(struct term_wish){o->theme, o->ascii}))
		return cli_usage(&cmd_tui,
				 "no terminal with a cursor (TERM); `bpfwalk run` tells the same walk "
				 "without one, --batch takes commands");
	sc->debug.interrupted = &term_interrupted;
	sc->debug.busy = on_busy;
	sc->away = term_away;
	line_open();
	status = fit(&shown) ? begin_walk(sc, o) : cli_error("no memory");
	term_await();
	while (!status && !sc->quit && !term_ending && fit(&shown))
		one_turn(sc, &shown, begin);
	term_close();
	line_close();
	grid_fini(&shown);
	return status ? status : end_cast(o);
}

static int open_and_go(struct screen *sc, const struct tui_options *o)
{
	struct why why;
	int status;

	sc->batch = o->batch;
	sc->unsaved = o->keys; /* tests and pictures leave no trace */
	if (o->record && cast_begin(&cast, o->record, &sc->theme, &why))
		return cli_error("%s", why.text);
	if (!o->batch && !o->keys)
		return interact(sc, o);
	status = begin_walk(sc, o);
	if (status)
		return status;
	return o->batch ? batch(sc, o) : show_keys(sc, o);
}

static int run(int argc, char **argv)
{
	static struct screen sc; /* large; there is one */
	struct tui_options o = {.rows = 36, .cols = 120, .language = words_of_locale()};
	int option, status;

	screen_init(&sc);
	while ((option = getopt_long(argc, argv, ":x:", long_options, NULL)) != -1)
		if (!take_option(&sc, &o, option))
			return cli_bad_option(&cmd_tui, argv);
	if (argc - optind > 1)
		return cli_usage(&cmd_tui, "expected one program file, found %d", argc - optind);
	sc.life.file = argv[optind];
	words_use(o.language);
	status = open_and_go(&sc, &o);
	screen_fini(&sc);
	return status;
}

const struct cli_command cmd_tui = {
	.name = "tui",
	.usage = "[FILE.o|FILE.asm] [--prog NAME] [--pcap FILE | --event 'PACKET']... [--set "
		 "'MAP[KEY]=N']... [...]",
	.summary = "step through a program's whole life, forward and backward, on the terminal",
	.help = help,
	.run = run,
};
