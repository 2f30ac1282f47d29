/* bpfwalk verify: loads each program of a file and shows what the check of it did, and why it said no. */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../cli.h"
#include "../verify.h"
#include "../watch.h"

static const char help[] =
	"Each program of the file is loaded into a simulated Linux 6.1 of its own, and its\n"
	"check is watched stage by stage: functions, jumps, type information, map\n"
	"references, the depth-first walk over the control-flow graph, and the walk along\n"
	"all paths, which asks what each register and each byte of stack may hold.\n"
	"A C file is compiled first, when clang is there.\n"
	"\n"
	"  --prog NAME       only this program\n"
	"  --explain         no stages: why a program is rejected, where in C and in\n"
	"                    bytecode, what made it so step by step, and what may help\n"
	"  --watch           again whenever the file changes: for a window beside the editor\n"
	"  --trace           each step of the walk over the graph: the edge, the depth of the\n"
	"                    stack, what it meets\n"
	"  --log-level N     the log as the kernel writes it: 1 why it was rejected, 2 more,\n"
	"                    +4 statistics; default 1; 0 none\n"
	"  --unprivileged    the loader has no capabilities: no loops, no functions, not all\n"
	"                    types; and nothing at all, unless\n"
	"                    --sysctl kernel.unprivileged_bpf_disabled=0\n"
	"  --sysctl NAME=N   a setting of the kernel\n"
	"  --json            the same as one JSON document\n"
	"\n"
	"Exit status: 0; 1 when a program was rejected; 2 for bad input.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk verify samples/xdp_count.o\n"
	"  bpfwalk verify samples/xdp_count.o --trace\n"
	"  bpfwalk verify test/data/cli/null.asm --explain\n"
	"  bpfwalk verify samples/xdp_count.bpf.c --explain --watch\n"
	"  bpfwalk verify samples/socket_filter.o --unprivileged \\\n"
	"                 --sysctl kernel.unprivileged_bpf_disabled=0\n";

enum {
	OPT_PROG = 256,
	OPT_TRACE,
	OPT_EXPLAIN,
	OPT_WATCH,
	OPT_LOG_LEVEL,
	OPT_UNPRIVILEGED,
	OPT_SYSCTL,
	OPT_JSON
};

static const struct option long_options[] = {
	{"prog", required_argument, NULL, OPT_PROG},
	{"trace", no_argument, NULL, OPT_TRACE},
	{"explain", no_argument, NULL, OPT_EXPLAIN},
	{"watch", no_argument, NULL, OPT_WATCH},
	{"log-level", required_argument, NULL, OPT_LOG_LEVEL},
	{"unprivileged", no_argument, NULL, OPT_UNPRIVILEGED},
	{"sysctl", required_argument, NULL, OPT_SYSCTL},
	{"json", no_argument, NULL, OPT_JSON},
	{NULL, 0, NULL, 0},
};

/* --- again and again --- */

static bool is_source(const char *path)
{
	size_t len = strlen(path);

	return len > 2 && strcmp(path + len - 2, ".c") == 0;
}

/* A C file is compiled first, into a file that is gone afterwards. */
static int verify_source(const struct verify_options *o)
{
	char object[] = "/tmp/bpfwalk.XXXXXX", message[PROGRAM_ERROR];
	struct verify_options compiled = *o;
	struct text error;
	int fd = mkstemp(object), status;

	if (fd < 0)
		return cli_error("no file can be made in /tmp");
	close(fd);
	text_init(&error, message, sizeof(message));
	compiled.file = object;
	compiled.source = o->file;
	status = watch_compile(o->file, object, &error) ? cli_error("%s", message) : verify_file(&compiled);
	unlink(object);
	return status;
}

static int verify_any(const struct verify_options *o)
{
	return is_source(o->file) ? verify_source(o) : verify_file(o);
}

/* Until the user ends it. A file that cannot be used is told, and waited for. */
static int verify_watching(const struct verify_options *o)
{
	char message[PROGRAM_ERROR];
	struct watch watch;
	struct text error;

	text_init(&error, message, sizeof(message));
	if (watch_begin(&watch, o->file, &error))
		return cli_error("%s", message);
	do {
		verify_any(o);
		printf("%s--- waiting for %s to change (ctrl-c ends)%s\n", cli_paint(PAINT_QUIET), o->file,
		       cli_paint(PAINT_END));
		fflush(stdout);
	} while (!watch_wait(&watch));
	watch_end(&watch);
	return cli_error("%s cannot be watched any more", o->file);
}

static bool take_log_level(struct verify_options *o, const char *text)
{
	char *end;
	unsigned long level = strtoul(text, &end, 10);

	o->log_level = level;
	return *text >= '0' && *text <= '9' && !*end && level <= LOG_LEVEL_MASK;
}

static int run(int argc, char **argv)
{
	struct verify_options o = {.log_level = 1};
	int option;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		switch (option) {
		case OPT_PROG:
			o.program = optarg;
			break;
		case OPT_TRACE:
			o.trace = true;
			break;
		case OPT_EXPLAIN:
			o.explain = true;
			break;
		case OPT_WATCH:
			o.watch = true;
			break;
		case OPT_LOG_LEVEL:
			if (!take_log_level(&o, optarg))
				return cli_usage(&cmd_verify, "--log-level is 0 to 7, not '%s'", optarg);
			break;
		case OPT_UNPRIVILEGED:
			o.unprivileged = true;
			break;
		case OPT_SYSCTL:
			o.sysctl = optarg;
			break;
		case OPT_JSON:
			o.json = true;
			break;
		default:
			return cli_bad_option(&cmd_verify, argv);
		}
	}
	if (argc - optind != 1)
		return cli_usage(&cmd_verify, "expected one program file, found %d", argc - optind);
	o.file = argv[optind];
	return o.watch ? verify_watching(&o) : verify_any(&o);
}

const struct cli_command cmd_verify = {
	.name = "verify",
	.usage = "FILE.o|FILE.asm|FILE.bpf.c [--prog NAME] [--explain] [--watch] [--trace] [--json] ...",
	.summary = "check programs, and show what the check did",
	.help = help,
	.run = run,
};
