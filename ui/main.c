/* bpfwalk: the table of subcommands, and the way from the command line to one of them. */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const struct cli_command *const commands[] = {
	&cmd_tui,
	&cmd_run,
	&cmd_verify,
	&cmd_events,
	&cmd_explain,
	&cmd_replay,
	&cmd_inspect,
	&cmd_jit,
	&cmd_disasm,
	&cmd_asm,
	&cmd_maps,
	&cmd_lesson,
	&cmd_demo,
	&cmd_grade,
	&cmd_helpers,
	&cmd_packets,
	&cmd_vectors,
	NULL,
};

static void list_commands(FILE *out)
{
	for (unsigned i = 0; commands[i]; i++)
		fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
}

static void print_help(void)
{
	puts("bpfwalk: the whole life of an eBPF program, one step at a time, in a simulated Linux 6.1.\n"
	     "\n"
	     "Usage: bpfwalk COMMAND ARGUMENTS\n"
	     "       bpfwalk                     on a terminal: the start screen\n"
	     "       bpfwalk COMMAND --help      what the command does, with examples\n"
	     "       bpfwalk --version\n"
	     "\n"
	     "Commands:");
	list_commands(stdout);
	puts("\n"
	     "Everywhere: --no-color (also: environment variable NO_COLOR)\n"
	     "\n"
	     "Exit status: 0 all went well; 1 the answer is no (a program was rejected, it faulted,\n"
	     "             results differ); 2 the command line or its input could not be used.\n"
	     "\n"
	     "No root is needed, and this machine's kernel is left alone.");
}

static void print_command_help(const struct cli_command *command)
{
	printf("bpfwalk %s: %s\n\nUsage: bpfwalk %s %s\n\n%s", command->name, command->summary, command->name,
	       command->usage, command->help);
}

static const struct cli_command *find_command(const char *name)
{
	for (unsigned i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[sizeof(commands) / sizeof(commands[0])], *nearest;
	unsigned count = 0;

	for (; commands[count]; count++)
		names[count] = commands[count]->name;
	nearest = cli_nearest(name, names, count);
	fprintf(stderr, "bpfwalk: there is no command '%s'.", name);
	if (nearest)
		fprintf(stderr, " Did you mean '%s'?", nearest);
	fputs(" The commands are:\n", stderr);
	list_commands(stderr);
	return CLI_USAGE;
}

/* Takes every --no-color out of the arguments. */
static int take_no_color(int argc, char **argv)
{
	int kept = 0;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--no-color") == 0)
			cli_no_color();
		else
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	return kept;
}

static bool asks_for_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

int main(int argc, char **argv)
{
	const struct cli_command *command;

	setlocale(LC_CTYPE, "");
	argc = take_no_color(argc, argv);
	if (argc == 1 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return cmd_tui.run(argc, argv);
	if (argc < 2 || (asks_for_help(argv[1]) && argc == 2)) {
		print_help();
		return argc < 2 ? CLI_USAGE : CLI_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts(cli_version);
		return CLI_OK;
	}
	command = find_command(asks_for_help(argv[1]) ? argv[2] : argv[1]);
	if (!command)
		return unknown_command(asks_for_help(argv[1]) ? argv[2] : argv[1]);
	if (asks_for_help(argv[1]) || (argc > 2 && asks_for_help(argv[2]) && strcmp(argv[2], "help") != 0)) {
		print_command_help(command);
		return CLI_OK;
	}
	return command->run(argc - 1, argv + 1);
}
