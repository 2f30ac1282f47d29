/* bpfwalk run: loads a program, attaches it, lets packets come, and tells the whole walk. */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "../../sim/native/native.h"
#include "../cli.h"
#include "../life.h"
#include "../packet.h"
#include "../walk_json.h"
#include "../walk_text.h"

static const char help[] =
	"The program is taken through its whole life in a simulated Linux 6.1: the loader's system calls,\n"
	"fds, the check of its structure, attachment, one run for each packet, and at the end what the\n"
	"maps hold.\n"
	"\n"
	"  --prog NAME         which program of the file (default: the first)\n"
	"  --pcap FILE         packets of a capture (pcap, pcapng); this and the next two may be repeated\n"
	"                      and mixed\n"
	"  --packet HEX        one packet, byte by byte\n"
	"  --event 'PACKET'    one packet in words:\n" PACKET_GRAMMAR
	"                      or an event of a task: 'openat pid=1000 file=/etc/passwd' (`bpfwalk events "
	"--list`)\n"
	"  --scenario FILE     events and packets, one a line\n"
	"  --set 'MAP[KEY]=V'  user space writes an element before the program is attached; may be "
	"repeated.\n"
	"                      KEY and V: a number, {n: 3} by the types of the program, `hex 06 00`,\n"
	"                      10.0.0.0/8 for an lpm_trie, `name PROG` for a prog_array, a device's name "
	"for\n"
	"                      a devmap; MAP[]=V pushes\n"
	"  --map 'WORDS'       the same for anything that `map` can do, as in bpftool: 'push jobs value 7',\n"
	"                      'freeze counts', 'dump counts'; `map` in the prompt of `bpfwalk tui` lists "
	"it\n"
	"  --race 'EVENT'      after them a race: the packets or events of several --race, each on a CPU of "
	"its\n"
	"                      own, at once; one --race alone: the same on two CPUs\n"
	"  --schedule ORDER    of its instructions: turns (the default); the CPU's number for each, as "
	"0011;\n"
	"                      random:SEED; all: what comes of every order\n"
	"  --cpus N            the machine has N CPUs (default 4)\n"
	"  --add-dev NAME      one more network device, before anything else; the first one gets ifindex 3;\n"
	"                      'NAME peer OTHER': two, joined by a link\n"
	"  --attach 'HOOK [PROGRAM]'  where a program hangs: xdp:eth0, tc:eth0:ingress, "
	"tc:eth0:egress:PRIORITY,\n"
	"                      'tc:eth0:ingress PROGRAM action OTHER' (PROGRAM decides whether OTHER is "
	"asked)\n"
	"  --cgroup PATH       the cgroup to which programs for cgroups are attached (default /), made if "
	"it\n"
	"                      is not there\n"
	"  --dev NAME          the device that an XDP program is attached to (default eth0), made if it\n"
	"                      is not there\n"
	"  --repeat N          each packet N times, 1 to 1000000\n"
	"  --interp            programs are interpreted, an instruction a step (the default)\n"
	"  --jit               their machine code runs on this CPU (Linux on x86-64); a run is one step\n"
	"  --lockstep          both at once: registers must agree at each instruction, all memory in\n"
	"                      the end\n"
	"  --trace             every instruction: the line of C, what it changed, helpers with their\n"
	"                      arguments\n"
	"  --unprivileged      the loader has no capabilities\n"
	"  --sysctl NAME=N     a setting of the kernel, before anything else\n"
	"  --load-only         nothing is attached and nothing happens: it ends behind the load\n"
	"  --unverified        leave the verifier's path walk out, and see what it saves one from (Linux\n"
	"                      cannot)\n"
	"  --save FILE.walk    writes a session file, which `bpfwalk replay` walks again\n"
	"  --embed             puts the captures into the session file\n"
	"  --json              the same as one JSON document\n"
	"\n"
	"Exit status: 0; 1 when a system call failed or the program faulted; 2 for bad input.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk run samples/xdp_count.o --set 'counts[6]=0' --pcap samples/web.pcap\n"
	"  bpfwalk run samples/xdp_drop.o --set 'blocked[23]=0' \\\n"
	"              --event 'tcp 10.0.0.1:999 > 10.0.0.2:23 SYN' --trace\n"
	"  bpfwalk run samples/tc_dns.o --pcap samples/web.pcap --save dns.walk\n"
	"  bpfwalk run samples/race.o --prog plain --race 'udp 10.0.0.1:1 > 10.0.0.2:2' --schedule all\n"
	"  bpfwalk run samples/race_files.o --prog with_lock --race 'openat file=/a'\n"
	"  bpfwalk run samples/opensnoop.o --event 'openat pid=1000 comm=cat file=/etc/passwd'\n"
	"  bpfwalk run samples/xdp_count.o --unprivileged\n"
	"  bpfwalk run test/data/cli/null.asm --unverified --trace\n";

#define PROGRESS_PACKETS 1000

struct run_options {
	struct life life;
	const char *save;
	enum session_engine engine;
	bool trace, embed, json;
};

enum { OPT_SAVE = LIFE_OPTIONS, OPT_TRACE, OPT_EMBED, OPT_JSON, OPT_INTERP, OPT_JIT, OPT_LOCKSTEP };

static const struct option long_options[] = {
	LIFE_LONG_OPTIONS,
	{"interp", no_argument, NULL, OPT_INTERP},
	{"jit", no_argument, NULL, OPT_JIT},
	{"lockstep", no_argument, NULL, OPT_LOCKSTEP},
	{"trace", no_argument, NULL, OPT_TRACE},
	{"save", required_argument, NULL, OPT_SAVE},
	{"embed", no_argument, NULL, OPT_EMBED},
	{"json", no_argument, NULL, OPT_JSON},
	{NULL, 0, NULL, 0},
};

/* False: it cannot be used. */
static bool take_option(struct run_options *o, int option)
{
	switch (option) {
	case OPT_SAVE:
		o->save = optarg;
		return true;
	case OPT_INTERP:
	case OPT_JIT:
	case OPT_LOCKSTEP:
		o->engine = option - OPT_INTERP;
		return true;
	case OPT_TRACE:
		o->trace = true;
		return true;
	case OPT_EMBED:
		o->embed = true;
		return true;
	case OPT_JSON:
		o->json = true;
		return true;
	}
	return life_option(&o->life, option, optarg);
}

/* --- the walk --- */

/* For those who wait at a terminal while the output goes elsewhere. */
static void tell_progress(u64 done, bool over)
{
	if (done < PROGRESS_PACKETS || (!over && done % PROGRESS_PACKETS) || !isatty(STDERR_FILENO) ||
	    isatty(STDOUT_FILENO))
		return;
	if (over)
		fprintf(stderr, "\r%40s\r", "");
	else
		fprintf(stderr, "\r%llu packets ...", (unsigned long long)done);
}

static void tell_title(const struct program_file *file)
{
	printf("%s%s, program %s, in a simulated Linux 6.1%s\n", cli_paint(PAINT_HEAD), file->path,
	       program_name(file), cli_paint(PAINT_END));
	if (!file->elf)
		return;
	for (u32 i = 0, others = 0; i < file->elf->program_count; i++) {
		const struct elf_program *program = &file->elf->programs[i];

		if (!program->subprog && program != file->chosen)
			printf("%s%s", others++ ? " " : "Also in this file (--prog): ", program->name);
		if (i + 1 == file->elf->program_count && others)
			printf("\n");
	}
}

/* False: the machine code does something else than the interpreter. */
static bool tell_lockstep(bool quiet)
{
	const struct native_lockstep *found = &native_lockstep_result;

	if (!quiet || found->differences)
		fprintf(quiet ? stderr : stdout,
			"\nlockstep: %llu runs; %llu instructions of the machine, registers compared at %llu "
			"of bytecode; "
			"%llu differences\n",
			(unsigned long long)found->runs, (unsigned long long)found->steps,
			(unsigned long long)found->borders, (unsigned long long)found->differences);
	if (found->differences)
		fprintf(stderr, "bpfwalk: lockstep: %s\n", found->text);
	return !found->differences;
}

static int walk_it(struct session *s, const struct program_file *file, const struct run_options *o)
{
	struct walk_text text_view = {0};
	struct walk_json json_view = {0};
	char message[4096];
	struct text error;
	struct why why;
	struct walk w;
	bool whole, unsaved;

	text_init(&error, message, sizeof(message));
	if (o->json)
		walk_json_begin(&w, s, &json_view, file->path, program_name(file));
	else
		walk_begin(&w, s, &walk_text_view, &text_view);
	w.answers = o->json ? NULL : stdout;
	w.trace = o->trace;
	if (!o->json)
		tell_title(file);
	whole = life_walk(&w, file, &o->life, &error);
	/* What follows, user space reading the maps, is done anew by those who replay. */
	unsaved = o->save && session_save(s, o->save, o->embed, &why);
	walk_end(&w);
	if (error.len) {
		fflush(stdout);
		fputc('\n', stderr);
		cli_error("%s", message);
	}
	if (o->engine == ENGINE_LOCKSTEP && !tell_lockstep(o->json))
		w.refused = true;
	if (unsaved)
		return cli_error("%s", why.text);
	if (!whole && !w.refused)
		return CLI_USAGE;
	return w.refused ? CLI_REFUSED : CLI_OK;
}

static int in_session(struct session *s, const struct program_file *file, struct run_options *o)
{
	char message[512];
	struct text error;
	struct why why;

	text_init(&error, message, sizeof(message));
	if (life_prepare(s, &o->life, &error))
		return cli_error("%s", message);
	if (session_set_engine(s, o->engine, &why))
		return cli_error("%s", why.text);
	if (session_record(s, "file", file->path) || session_record(s, "program", program_name(file)))
		return cli_error("no memory");
	return walk_it(s, file, o);
}

static int run_program(struct run_options *o)
{
	struct program_file file;
	struct session session;
	char message[PROGRAM_ERROR];
	struct text error;
	struct why why;
	int status;

	text_init(&error, message, sizeof(message));
	if (program_open(&file, o->life.file, o->life.program, &error))
		return cli_error("%s", message);
	if (session_open(&session, &why)) {
		program_close(&file);
		return cli_error("%s", why.text);
	}
	status = in_session(&session, &file, o);
	session_close(&session);
	program_close(&file);
	return status;
}

static int run(int argc, char **argv)
{
	struct run_options o = {.life = LIFE_INIT};
	int option;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1)
		if (!take_option(&o, option))
			return cli_bad_option(&cmd_run, argv);
	if (argc - optind != 1)
		return cli_usage(&cmd_run, "expected one program file, found %d", argc - optind);
	if (o.trace && o.engine != ENGINE_INTERPRETER)
		return cli_usage(&cmd_run, "--trace shows what the interpreter does, an instruction at a "
					   "time: not with --jit or --lockstep");
	o.life.file = argv[optind];
	o.life.progress = tell_progress;
	return run_program(&o);
}

const struct cli_command cmd_run = {
	.name = "run",
	.usage = "FILE.o|FILE.asm [--prog NAME] [--pcap FILE | --packet HEX | --event 'PACKET']... [...]",
	.summary = "walk a program through its whole life, stage by stage",
	.help = help,
	.run = run,
};
