/* What all subcommands share: see cli.h. */
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chars.h"
#include "cli.h"

const char cli_version[] = "bpfwalk 0.1, a simulated Linux 6.1";

static bool color_refused;

int cli_usage(const struct cli_command *command, const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "bpfwalk %s: ", command->name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nUsage: bpfwalk %s %s\nMore: bpfwalk %s --help\n", command->name, command->usage,
		command->name);
	return CLI_USAGE;
}

void cli_make_printable(char *text)
{
	const char *at = text;

	while (*at) {
		char *here = text + (at - text);
		u32 ch = utf8_decode(&at);
		bool control = (ch < 0x20 && ch != '\n' && ch != '\t') || (ch >= 0x7f && ch < 0xa0);

		if (control || ch == 0xfffd)
			memset(here, '?', at - here);
	}
}

int cli_error(const char *fmt, ...)
{
	char message[8192];
	size_t len;
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	len = strlen(message);
	while (len && message[len - 1] == '\n')
		message[--len] = 0;
	cli_make_printable(message);
	fflush(stdout);
	fprintf(stderr, "bpfwalk: %s\n", message);
	return CLI_USAGE;
}

int cli_bad_option(const struct cli_command *command, char **argv)
{
	const char *last = argv[optind - 1];

	if (last[0] != '-' && optind >= 2)
		return cli_usage(command, "%s does not take '%s'", argv[optind - 2], last);
	return cli_usage(command, "option '%s' is not known, or its argument is missing", last);
}

int cli_columns(void)
{
	const char *wanted = getenv("COLUMNS");
	int columns = wanted ? atoi(wanted) : 0;
	struct winsize size;

	if (columns <= 0)
		columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 108;
	return columns < 60 ? 60 : columns > 120 ? 120 : columns;
}

bool cli_may_color(void)
{
	const char *no_color = getenv("NO_COLOR");

	return !color_refused && !(no_color && no_color[0]) && isatty(STDOUT_FILENO);
}

void cli_no_color(void)
{
	color_refused = true;
}

const char *cli_paint(enum cli_paint paint)
{
	static const char *const codes[] = {
		[PAINT_END] = "\033[0m",      [PAINT_HEAD] = "\033[1m",   [PAINT_GOOD] = "\033[32m",
		[PAINT_BAD] = "\033[1;31m",   [PAINT_CHANGED] = "\033[1m", [PAINT_QUIET] = "\033[2m",
	};

	return cli_may_color() ? codes[paint] : "";
}

const char *cli_glyph(enum cli_glyph glyph)
{
	static const char *const glyphs[][2] = {
		[GLYPH_LINE] = {"-", "\u2500"},
		[GLYPH_ARROW] = {"->", "\u2192"},
		[GLYPH_BAD] = {"x", "\u2717"},
	};

	return glyphs[glyph][strcmp(nl_langinfo(CODESET), "UTF-8") == 0];
}

#define WORD_MAX 32

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

unsigned cli_distance(const char *a, const char *b)
{
	unsigned row[WORD_MAX + 1], len = strlen(b);

	if (strlen(a) > WORD_MAX || len > WORD_MAX)
		return WORD_MAX;
	for (unsigned j = 0; j <= len; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1]; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= len; j++) {
			unsigned above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

const char *cli_nearest(const char *word, const char *const *names, unsigned count)
{
	unsigned best = 3;  /* more than two mistakes are another word */
	const char *nearest = NULL;

	for (unsigned i = 0; i < count; i++) {
		unsigned d = cli_distance(word, names[i]);

		if (d < best && d < strlen(names[i])) {
			best = d;
			nearest = names[i];
		}
	}
	return nearest;
}
