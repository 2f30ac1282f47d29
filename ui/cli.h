/*
 * The command line: what a subcommand is, and what all of them share.
 *
 * A subcommand is one file in ui/cmd/ that ends with its const struct cli_command, one declaration below and
 * one line in the table of ui/main.c.
 */
#ifndef UI_CLI_H
#define UI_CLI_H

#include <stdbool.h>

/* How bpfwalk ends. */
enum cli_status {
	CLI_OK = 0,
	CLI_REFUSED = 1,  /* the answer is no: a program was rejected, it faulted, results differ */
	CLI_USAGE = 2,    /* the command line or its input could not be used */
};

struct cli_command {
	const char *name;
	const char *usage;    /* what stands after the name: "FILE.o [--prog NAME]" */
	const char *summary;  /* one line for the list */
	const char *help;     /* what it does, options, examples; ends with a newline */
	int (*run)(int argc, char **argv);  /* argv[0] is the name; returns enum cli_status */
};

extern const char cli_version[];

/* What an input holds may be anything: control characters, and what is not UTF-8, become '?' before a terminal gets it. */
void cli_make_printable(char *text);
/* A complaint about the command line, with the way to the help text. Returns CLI_USAGE. */
int cli_usage(const struct cli_command *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A complaint about input: "bpfwalk: <sentence>". Returns CLI_USAGE. */
int cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The complaint after getopt or getopt_long returned '?' or ':' (the option string begins with ':'). */
int cli_bad_option(const struct cli_command *command, char **argv);

/* Colours are for terminals only, without NO_COLOR and --no-color; this is the latter. */
void cli_no_color(void);
/* May standard output be coloured? */
bool cli_may_color(void);

/* How things are set off on a terminal; "" where colour is not wanted. Never the only sign of something. */
enum cli_paint { PAINT_END, PAINT_HEAD, PAINT_GOOD, PAINT_BAD, PAINT_CHANGED, PAINT_QUIET };
const char *cli_paint(enum cli_paint paint);

/* How many columns a line may have: those of the terminal, or COLUMNS of the environment, from 60 to 120; 108
 * elsewhere. */
int cli_columns(void);

/* Signs outside of ASCII, with a stand-in where the locale is not UTF-8. */
enum cli_glyph { GLYPH_LINE, GLYPH_ARROW, GLYPH_BAD };
const char *cli_glyph(enum cli_glyph glyph);

/*
 * Letters to insert, delete or replace to make @b of @a (Levenshtein): more than two make another word; long
 * words resemble nothing.
 */
unsigned cli_distance(const char *a, const char *b);
/* The one of @count names that @word was most likely meant to be, or NULL. */
const char *cli_nearest(const char *word, const char *const *names, unsigned count);

/* The subcommands, one file of ui/cmd/ each. */
extern const struct cli_command cmd_tui;  /* ui/tui/tui.c */
extern const struct cli_command cmd_run;
extern const struct cli_command cmd_verify;
extern const struct cli_command cmd_events;
extern const struct cli_command cmd_explain;
extern const struct cli_command cmd_replay;
extern const struct cli_command cmd_jit;
extern const struct cli_command cmd_disasm;
extern const struct cli_command cmd_asm;
extern const struct cli_command cmd_inspect;
extern const struct cli_command cmd_maps;
extern const struct cli_command cmd_lesson;
extern const struct cli_command cmd_grade;
extern const struct cli_command cmd_demo;  /* ui/tui/demo.c */
extern const struct cli_command cmd_helpers;
extern const struct cli_command cmd_packets;
extern const struct cli_command cmd_vectors;

#endif
