/* bpfwalk events: what can happen in the simulated machine, in words, and the tracepoints on the way. */
#include <getopt.h>
#include <stdio.h>

#include "../../sim/look.h"
#include "../cli.h"
#include "../word.h"

static const char help[] =
	"Each event takes its way through the kernel: functions and tracepoints, where programs may hang.\n"
	"`bpfwalk run FILE.o --event 'EVENT'` makes it happen once; --scenario FILE has one event a line,\n"
	"# begins a comment, and `packet tcp 10.0.0.1:443 > 10.0.0.2:80` is a packet.\n"
	"\n"
	"  --list              all kinds of events\n"
	"  --tracepoints       the catalogue of tracepoints, with their ids\n"
	"\n"
	"With the name of an event: its fields, and the way that it takes.\n"
	"With SYSTEM:NAME of a tracepoint: its format, as tracefs shows it.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk events --list\n"
	"  bpfwalk events openat\n"
	"  bpfwalk events sched:sched_switch\n";

static void list_kinds(void)
{
	for (u32 i = 0; i < happening_kinds_count; i++)
		printf("%-18s %s\n                   %s\n", happening_kinds[i]->name, happening_kinds[i]->doc,
		       happening_kinds[i]->example);
}

static void list_tracepoints(void)
{
	struct tracepoint tp;

	for (u32 i = 0; tracepoint_at(i, &tp); i++)
		printf("%5u  %s:%s%s\n", tp.id, tp.system, tp.prefix, tp.name);
}

static void tell_fields(const struct happening_field *fields, const struct happening_kind *kind)
{
	for (; fields && fields->name; fields++) {
		char usual[32];

		snprintf(usual, sizeof(usual), "%lld",
			 (long long)(strcmp(fields->name, "ret") == 0 ? kind->ret : fields->number));
		printf("  %-8s %s (else %s)\n", fields->name, *fields->doc ? fields->doc : "likewise",
		       fields->text ? *fields->text ? fields->text : "nothing" : usual);
	}
}

static void tell_kind(const struct happening_kind *kind)
{
	printf("%s: %s\n    %s\n\nfields\n", kind->name, kind->doc, kind->example);
	tell_fields(kind->fields, kind);
	tell_fields(happening_common, kind);
	printf("\nthe way\n");
	if (kind->nr >= 0)
		printf("  raw_syscalls:sys_enter\n  syscalls:sys_enter_%s\n", syscall_name(kind->nr));
	for (const struct happening_step *s = kind->steps; s->name; s++)
		if (s->kind == STEP_FUNC || s->kind == STEP_TP)
			printf("  %*s%s%s\n", 2 * s->depth, "", s->named ? "(the function)" : s->name,
			       s->kind == STEP_FUNC ? "()" : "");
		else if (s->kind == STEP_NET)
			printf("  %*s(the network: programs of the socket's cgroup and of its map are asked there)\n",
			       2 * s->depth, "");
	if (kind->nr >= 0 && !kind->no_return)
		printf("  raw_syscalls:sys_exit\n  syscalls:sys_exit_%s\n", syscall_name(kind->nr));
}

static int tell_tracepoint(const char *full)
{
	const char *colon = strchr(full, ':');
	char system[64], format[2048];
	struct tracepoint tp;
	struct text text;

	snprintf(system, sizeof(system), "%.*s", (int)(colon - full), full);
	if (!tracepoint_by_name(system, colon + 1, &tp))
		return cli_error("no tracepoint %s in the catalogue; `bpfwalk events --tracepoints` lists it",
				 full);
	text_init(&text, format, sizeof(format));
	tracepoint_format(&tp, &text);
	fputs(format, stdout);
	return CLI_OK;
}

static int tell(const char *what)
{
	const struct happening_kind *kind = happening_kind_of(what);
	char near[WORD_NEAR];

	if (strchr(what, ':'))
		return tell_tracepoint(what);
	if (!kind && word_near(what, near) && happening_kind_of(near))
		return cli_error("there is no event '%.60s'. Did you mean '%s'?", what, near);
	if (!kind)
		return cli_error("there is no event '%.60s'; `bpfwalk events --list` has them all", what);
	tell_kind(kind);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {{"list", no_argument, NULL, 'l'},
						{"tracepoints", no_argument, NULL, 't'},
						{NULL, 0, NULL, 0}};
	void (*list)(void) = NULL;
	int option;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option != 't' && option != 'l')
			return cli_bad_option(&cmd_events, argv);
		list = option == 't' ? list_tracepoints : list_kinds;
	}
	if (argc - optind != !list)
		return cli_usage(&cmd_events, "expected an event, a tracepoint or a list, found %d arguments",
				 argc - optind);
	if (!list)
		return tell(argv[optind]);
	list();
	return CLI_OK;
}

const struct cli_command cmd_events = {
	.name = "events",
	.usage = "EVENT | SYSTEM:NAME | --list | --tracepoints",
	.summary = "what can happen: events of tasks, files, disks, and the places that they come by",
	.help = help,
	.run = run,
};
