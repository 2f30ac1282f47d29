/*
 * bpfwalk vectors: how far the simulated kernel gives a real one's answers, class by class
 * (vector_compare.h).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../sim/native/native.h"
#include "../cli.h"
#include "../vector_compare.h"

struct options {
	u64 only;              /* bit for each class; all when none is named */
	bool list;
	enum vector_engine engine;
	const char *show;      /* name of a vector */
	const char *progs, *maps; /* lists of type numbers, or NULL: all */
};

struct tally {
	const struct options *options;
	struct vector_bench *bench;
	bool unprivileged;     /* of the file that is read */
	unsigned agree[VECTOR_CLASSES], total[VECTOR_CLASSES];
	unsigned shown;
	u64 lockstep_differences;
};

/* Is @number in a list as "1,3,6"? */
static bool in_list(const char *list, s64 number)
{
	char *end;

	for (; *list; list = *end ? end + 1 : end) {
		if (strtol(list, &end, 10) == number)
			return true;
		if (end == list)
			return false;
	}
	return false;
}

static bool wanted(const struct options *options, const json_t *vector)
{
	const json_t *map;
	size_t i;

	if (options->show && strcmp(options->show, vector_str(vector, "name")) != 0)
		return false;
	if (options->progs && !in_list(options->progs, vector_int(vector, "prog_type")))
		return false;
	json_array_foreach(json_object_get(vector, "maps"), i, map)
		if (options->maps && !in_list(options->maps, vector_int(map, "type")))
			return false;
	return true;
}

static void print_side(const char *side, const json_t *answer, const char *const *fields)
{
	printf("  %s\n", side);
	for (; *fields; fields++) {
		const json_t *field = json_object_get(answer, *fields);
		char *text = json_is_string(field) ? NULL : json_dumps(field, JSON_ENCODE_ANY | JSON_COMPACT);

		if (text)
			printf("    %s: %s\n", *fields, text);
		else
			printf("    %s:\n%s\n", *fields, json_string_value(field));
		free(text);
	}
}

static void show(const struct vector_class *class, const json_t *theirs, const json_t *ours)
{
	printf("%s of %s (%s)\n", class->name, vector_str(theirs, "name"),
	       *vector_str(theirs, "descr") ? vector_str(theirs, "descr") : vector_str(theirs, "note"));
	print_side("Linux 6.1", theirs, class->fields);
	print_side("simulated", ours, class->fields);
	if (*vector_str(ours, "why"))
		printf("    %s\n", vector_str(ours, "why"));
}

static void count(struct tally *tally, const json_t *theirs, const json_t *ours)
{
	for (unsigned i = 0; i < VECTOR_CLASSES; i++) {
		enum vector_outcome outcome = DOES_NOT_APPLY;

		if (tally->options->only & 1ull << i)
			outcome = vector_classes[i].compare(theirs, ours);
		if (outcome == DOES_NOT_APPLY)
			continue;
		tally->total[i]++;
		tally->agree[i] += outcome == AGREES;
		if (tally->options->show)
			show(&vector_classes[i], theirs, ours);
		else if (tally->options->list && outcome == DIFFERS)
			printf("%s differs: %s: %s\n", vector_classes[i].name, vector_str(theirs, "name"),
			       vector_str(ours, "why"));
	}
}

static int one_vector(void *ctx, const json_t *vector)
{
	struct tally *tally = ctx;
	json_t *ours;

	if (!wanted(tally->options, vector))
		return 0;
	ours = vector_answer(tally->bench, vector, tally->unprivileged);
	count(tally, vector, ours);
	json_decref(ours);
	tally->shown++;
	if (native_lockstep_result.differences > tally->lockstep_differences)
		printf("lockstep: %s: %s\n", vector_str(vector, "name"), native_lockstep_result.text);
	native_lockstep_result.text[0] = 0;
	tally->lockstep_differences = native_lockstep_result.differences;
	return 0;
}

/* False: interpreter and machine code do not agree. */
static bool report_lockstep(void)
{
	const struct native_lockstep *found = &native_lockstep_result;

	printf("lockstep: %llu runs, %llu instructions of the machine, %llu borders of bytecode compared, "
	       "%llu differences\n",
	       (unsigned long long)found->runs, (unsigned long long)found->steps,
	       (unsigned long long)found->borders, (unsigned long long)found->differences);
	return !found->differences;
}

static int report(const struct tally *tally)
{
	bool all = tally->options->engine != VECTOR_LOCKSTEP || report_lockstep();

	if (tally->options->show && !tally->shown)
		return cli_error("there is no vector %s in these files", tally->options->show);
	for (unsigned i = 0; i < VECTOR_CLASSES; i++) {
		if (!(tally->options->only & 1ull << i))
			continue;
		printf("%s %u/%u\n", vector_classes[i].name, tally->agree[i], tally->total[i]);
		all = all && tally->agree[i] == tally->total[i];
	}
	return all ? CLI_OK : CLI_REFUSED;
}

/* "run,log" as bits; 0 with a message when a class is not known. */
static u64 parse_only(const char *names)
{
	u64 only = 0;

	while (*names) {
		size_t len = strcspn(names, ",");
		unsigned i = 0;

		while (i < VECTOR_CLASSES && (strlen(vector_classes[i].name) != len ||
					      strncmp(vector_classes[i].name, names, len) != 0))
			i++;
		if (i == VECTOR_CLASSES)
			return 0;
		only |= 1ull << i;
		names += len + (names[len] == ',');
	}
	return only;
}

static int run_files(const struct options *options, char **files)
{
	struct tally tally = {.options = options, .bench = vector_bench_new()};
	struct why why;
	int err = tally.bench ? vector_bench_engine(tally.bench, options->engine, &why) : -1, status;

	for (; *files && !err; files++) {
		tally.unprivileged = strstr(*files, "unprivileged");
		vector_bench_file(tally.bench, *files);
		err = vector_each(*files, &why, one_vector, &tally);
	}
	if (!tally.bench)
		return CLI_USAGE;
	status = err ? cli_error("%s", why.text) : report(&tally);
	vector_bench_free(tally.bench);
	return status;
}

static int run_vectors(int argc, char **argv)
{
	static const struct option long_options[] = {
		{"only", required_argument, NULL, 'o'},      {"list", no_argument, NULL, 'l'},
		{"show", required_argument, NULL, 's'},      {"prog-types", required_argument, NULL, 'p'},
		{"map-types", required_argument, NULL, 'm'}, {"jit", no_argument, NULL, 'j'},
		{"lockstep", no_argument, NULL, 'k'},        {0},
	};
	struct options options = {.only = (1ull << VECTOR_CLASSES) - 1};
	int option;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option == 'o')
			options.only = parse_only(optarg);
		else if (option == 'l')
			options.list = true;
		else if (option == 'j')
			options.engine = VECTOR_JIT;
		else if (option == 'k')
			options.engine = VECTOR_LOCKSTEP;
		else if (option == 's')
			options.show = optarg;
		else if (option == 'p')
			options.progs = optarg;
		else if (option == 'm')
			options.maps = optarg;
		else
			return cli_bad_option(&cmd_vectors, argv);
	}
	if (!options.only)
		return cli_usage(
			&cmd_vectors,
			"--only takes classes that exist: verdict, errno, message, log, xlated, jited, run");
	if (optind == argc)
		return cli_usage(&cmd_vectors, "expected files with vectors");
	return run_files(&options, argv + optind);
}

const struct cli_command cmd_vectors = {
	.name = "vectors",
	.usage = "FILE.jsonl[.gz]... [--only CLASS,...] [--list] [--show NAME] [--jit | --lockstep]",
	.summary = "compare with answers that a real kernel gave",
	.help = "Each line of a file is a program with what a real Linux 6.1 did with it. The simulated "
		"kernel gets the same maps,\n"
		"program and packets; one line for each class says how many of its answers are the same:\n"
		"\n"
		"  verdict          accepted or rejected\n"
		"  errno            what PROG_LOAD fails with\n"
		"  message          the last line of the log (rejected programs)\n"
		"  log              the whole log\n"
		"  xlated           the translated instructions, source lines and functions (accepted "
		"programs)\n"
		"  jited            the machine code, what it calls, and where each source line's begins "
		"(accepted "
		"programs)\n"
		"  run              what the program returns, the packet that comes out, map contents "
		"(accepted programs)\n"
		"\n"
		"Options:\n"
		"  --only CLASS,... only these classes\n"
		"  --list           the names of those that differ, and why\n"
		"  --show NAME      both answers for one program, side by side\n"
		"  --jit            programs run as machine code on this CPU, not interpreted\n"
		"  --lockstep       both at once: at each instruction their registers must agree, and in\n"
		"                   the end all memory\n"
		"  --prog-types N,N only programs of these types (numbers of BPF_PROG_TYPE_*)\n"
		"  --map-types N,N  only programs that need no other types of map\n"
		"\n"
		"In files with \"unprivileged\" in their name a user without capabilities makes the calls.\n"
		"\n"
		"Examples:\n"
		"  bpfwalk vectors test/kernel/opcodes.jsonl.gz --list\n"
		"  bpfwalk vectors test/kernel/opcodes.jsonl.gz --prog-types 1,3,6 --map-types 1,2\n"
		"  bpfwalk vectors test/kernel/opcodes.jsonl.gz --show xdp_parse\n",
	.run = run_vectors,
};
