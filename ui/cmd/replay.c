/* bpfwalk replay: walks a session file again, from boot to its end or to a step of it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "../cli.h"
#include "../moment.h"
#include "../walk_json.h"
#include "../walk_text.h"

static const char help[] =
	"A session file holds all that went into a machine; replaying it gives the same walk, step by\n"
	"step. `bpfwalk run --save` writes one. A step is one instruction of a program, or one unit of a\n"
	"system call.\n"
	"\n"
	"  --goto N        goes to step N, back from the end, and tells what the machine is doing there\n"
	"  --trace         every instruction\n"
	"  --json          the walk, or that moment, as one JSON document\n"
	"\n"
	"Exit status: 0; 1 when a system call in it failed or a program faulted; 2 when the file cannot\n"
	"be used.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk run samples/xdp_proto.o --pcap samples/web.pcap --save web.walk\n"
	"  bpfwalk replay web.walk\n"
	"  bpfwalk replay web.walk --goto 500\n";

struct replay_options {
	const char *file;
	u64 step;
	bool go, trace, json;
};

static const struct option long_options[] = {
	{"goto", required_argument, NULL, 'g'},
	{"trace", no_argument, NULL, 't'},
	{"json", no_argument, NULL, 'j'},
	{NULL, 0, NULL, 0},
};

static void tell_title(const struct session *s)
{
	char file[256] = "?", program[128] = "?";

	session_recall(s, "file", file, sizeof(file));
	session_recall(s, "program", program, sizeof(program));
	printf("%s%s, program %s, replayed in a simulated Linux 6.1%s\n", cli_paint(PAINT_HEAD), file,
	       program, cli_paint(PAINT_END));
}

static int walk_again(struct session *s, const struct replay_options *o)
{
	struct walk_text text_view = {0};
	struct walk_json json_view;
	char file[256], program[128];
	struct walk w;

	sim_goto(s->sim, 0);
	if (o->json) {
		bool has_file = session_recall(s, "file", file, sizeof(file));
		bool has_program = session_recall(s, "program", program, sizeof(program));

		walk_json_begin(&w, s, &json_view, has_file ? file : NULL, has_program ? program : NULL);
	} else {
		tell_title(s);
		walk_begin(&w, s, &walk_text_view, &text_view);
	}
	w.trace = o->trace;
	walk_on(&w, UINT64_MAX);
	walk_end(&w);
	return w.refused ? CLI_REFUSED : CLI_OK;
}

static int tell_moment(struct session *s, const struct replay_options *o)
{
	if (sim_goto(s->sim, o->step))
		return cli_error("%s", s->sim->why.text);
	if (o->json)
		moment_tell_json(s);
	else
		moment_tell(s);
	return CLI_OK;
}

static bool parse_step(const char *text, u64 *step)
{
	char *end;

	*step = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end;
}

static int replay(const struct replay_options *o)
{
	struct session session;
	struct why why;
	int status;

	if (session_load(&session, o->file, &why))
		return cli_error("%s", why.text);
	status = o->go ? tell_moment(&session, o) : walk_again(&session, o);
	session_close(&session);
	return status;
}

static int run(int argc, char **argv)
{
	struct replay_options o = {0};
	int option;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option == 'g') {
			o.go = true;
			if (!parse_step(optarg, &o.step))
				return cli_usage(&cmd_replay, "--goto %s: expected the number of a step",
						 optarg);
		} else if (option == 't') {
			o.trace = true;
		} else if (option == 'j') {
			o.json = true;
		} else {
			return cli_bad_option(&cmd_replay, argv);
		}
	}
	if (argc - optind != 1)
		return cli_usage(&cmd_replay, "expected one session file, found %d", argc - optind);
	o.file = argv[optind];
	return replay(&o);
}

const struct cli_command cmd_replay = {
	.name = "replay",
	.usage = "FILE.walk [--goto N] [--trace] [--json]",
	.summary = "walk a saved session again, or go to one step of it",
	.help = help,
	.run = run,
};
