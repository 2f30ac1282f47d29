/* bpfwalk run: loads a program, attaches it, lets packets come, and tells the whole walk. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../sim/native/native.h"
#include "../cli.h"
#include "../packet.h"
#include "../program.h"
#include "../record.h"
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
	"  --event 'PACKET'    one packet in words:\n"
	PACKET_GRAMMAR
	"  --set 'MAP[KEY]=N'  user space writes an element before the program is attached; may be repeated\n"
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
	"  bpfwalk run samples/xdp_count.o --unprivileged\n"
	"  bpfwalk run test/data/cli/null.asm --unverified --trace\n";

#define LIST_MAX 256
#define PROGRESS_PACKETS 1000

struct run_options {
	const char *file, *program, *device, *save;
	const char *set[LIST_MAX], *sysctl[LIST_MAX];
	u32 sets, sysctls;
	struct { int kind; const char *text; } source[LIST_MAX];  /* kind: the option's letter */
	u32 sources;
	u32 repeat;
	enum session_engine engine;
	bool trace, unprivileged, embed, json;
};

enum {
	OPT_PROG = 256, OPT_PCAP, OPT_PACKET, OPT_EVENT, OPT_SET, OPT_DEV, OPT_REPEAT, OPT_TRACE,
	OPT_UNPRIVILEGED, OPT_SYSCTL, OPT_UNVERIFIED, OPT_SAVE, OPT_EMBED, OPT_JSON,
	OPT_INTERP, OPT_JIT, OPT_LOCKSTEP,
};

static const struct option long_options[] = {
	{"prog", required_argument, NULL, OPT_PROG},
	{"pcap", required_argument, NULL, OPT_PCAP},
	{"packet", required_argument, NULL, OPT_PACKET},
	{"event", required_argument, NULL, OPT_EVENT},
	{"set", required_argument, NULL, OPT_SET},
	{"dev", required_argument, NULL, OPT_DEV},
	{"repeat", required_argument, NULL, OPT_REPEAT},
	{"interp", no_argument, NULL, OPT_INTERP},
	{"jit", no_argument, NULL, OPT_JIT},
	{"lockstep", no_argument, NULL, OPT_LOCKSTEP},
	{"trace", no_argument, NULL, OPT_TRACE},
	{"unprivileged", no_argument, NULL, OPT_UNPRIVILEGED},
	{"sysctl", required_argument, NULL, OPT_SYSCTL},
	{"unverified", no_argument, NULL, OPT_UNVERIFIED},
	{"save", required_argument, NULL, OPT_SAVE},
	{"embed", no_argument, NULL, OPT_EMBED},
	{"json", no_argument, NULL, OPT_JSON},
	{NULL, 0, NULL, 0},
};

static bool parse_repeat(const char *text, u32 *repeat)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*repeat = n;
	return *text >= '0' && *text <= '9' && !*end && n >= 1 && n <= 1000000;
}

static bool add(const char **list, u32 *count, const char *text)
{
	if (*count == LIST_MAX)
		return false;
	list[(*count)++] = text;
	return true;
}

static bool add_source(struct run_options *o, int kind, const char *text)
{
	if (o->sources == LIST_MAX)
		return false;
	o->source[o->sources].kind = kind;
	o->source[o->sources++].text = text;
	return true;
}

/* False: it cannot be used. */
static bool take_option(struct run_options *o, int option)
{
	switch (option) {
	case OPT_PROG:
		o->program = optarg;
		return true;
	case OPT_PCAP:
	case OPT_PACKET:
	case OPT_EVENT:
		return add_source(o, option, optarg);
	case OPT_SET:
		return add(o->set, &o->sets, optarg);
	case OPT_SYSCTL:
		return add(o->sysctl, &o->sysctls, optarg);
	case OPT_UNVERIFIED:
		return add(o->sysctl, &o->sysctls, "bpfwalk.skip_walk=1");
	case OPT_DEV:
		o->device = optarg;
		return true;
	case OPT_REPEAT:
		return parse_repeat(optarg, &o->repeat);
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
	case OPT_UNPRIVILEGED:
		o->unprivileged = true;
		return true;
	case OPT_EMBED:
		o->embed = true;
		return true;
	case OPT_JSON:
		o->json = true;
		return true;
	}
	return false;
}

/* --- packets --- */

static bool add_words(struct session *s, int kind, const char *words, struct text *error)
{
	struct packet_bytes *packet = malloc(sizeof(*packet));
	struct why why = {.text = "no memory"};
	bool ok = packet && (kind == OPT_EVENT ? packet_parse(packet, words, &why)
					       : packet_parse_hex(packet, words, &why)) == 0;

	if (ok && session_add_packet(s, packet->data, packet->len) < 0)
		ok = false;
	if (!ok)
		text_add(error, "%s", why.text);
	free(packet);
	return ok;
}

static bool add_capture(struct session *s, const char *path, struct text *error)
{
	struct capture capture;
	struct why why = {0};

	if (capture_open(&capture, path, &why)) {
		text_add(error, "%s", why.text);
		return false;
	}
	if (capture.note[0])
		fprintf(stderr, "bpfwalk: %s: %s\n", path, capture.note);
	if (session_add_capture(s, &capture) >= 0)
		return true;
	capture_close(&capture);
	text_add(error, "no memory");
	return false;
}

/* Where a source's packets are: of which capture, from which index, how many. */
struct source {
	u32 capture;
	u64 first, count;
};

static bool open_sources(struct session *s, const struct run_options *o, struct source *source,
			 struct text *error)
{
	for (u32 i = 0; i < o->sources; i++) {
		const char *text = o->source[i].text;

		if (o->source[i].kind == OPT_PCAP) {
			if (!add_capture(s, text, error))
				return false;
			source[i] = (struct source){s->captures - 1, 0, s->capture[s->captures - 1].count};
			continue;
		}
		if (!add_words(s, o->source[i].kind, text, error))
			return false;
		source[i].count = 1;
		for (u32 c = 0; c < s->captures; c++)
			if (!s->capture[c].path[0])
				source[i].capture = c, source[i].first = s->capture[c].count - 1;
	}
	return true;
}

/* --- the walk --- */

static bool set_sysctls(struct session *s, const struct run_options *o, struct text *error)
{
	for (u32 i = 0; i < o->sysctls; i++) {
		struct why why;

		if (session_sysctl(s, o->sysctl[i], &why)) {
			text_add(error, "%s", why.text);
			return false;
		}
	}
	return true;
}

static void one_packet(struct walk *w, int fd, s64 ifindex, u32 capture, u64 index, u32 repeat)
{
	struct stimulus stimulus = {
		.kind = STIMULUS_PACKET, .ifindex = ifindex, .capture = capture + 1, .index = index};

	if (!ifindex)
		program_test_run(w, fd, capture, index, repeat);
	for (u32 n = 0; ifindex && n < repeat; n++)
		walk_fire(w, &stimulus);
	reader_catch_up(w->session);
}

/* For those who wait at a terminal while the output goes elsewhere. */
static void tell_progress(u64 done, bool over)
{
	if (!isatty(STDERR_FILENO) || isatty(STDOUT_FILENO) || done < PROGRESS_PACKETS)
		return;
	if (over)
		fprintf(stderr, "\r%40s\r", "");
	else if (done % PROGRESS_PACKETS == 0)
		fprintf(stderr, "\r%llu packets ...", (unsigned long long)done);
}

static void all_packets(struct walk *w, int fd, s64 ifindex, const struct run_options *o,
			const struct source *source)
{
	u64 done = 0;

	for (u32 i = 0; i < o->sources; i++)
		for (u64 n = 0; n < source[i].count; n++, tell_progress(++done, false))
			one_packet(w, fd, ifindex, source[i].capture, source[i].first + n, o->repeat);
	tell_progress(done, true);
}

/* False: it ended early, and @error says why; what the walk has told so far stays true. */
static bool whole_life(struct walk *w, const struct program_file *file, const struct run_options *o,
		       const struct source *source, struct text *error)
{
	s64 fd = program_load(file, w, error), ifindex = 0;
	const struct prog_type *type;

	if (fd < 0)
		return false;
	if (reader_open(w) < 0) {
		text_add(error, "%s", w->session->sim->why.text);
		return false;
	}
	for (u32 i = 0; i < o->sets; i++)
		if (program_set(w, o->set[i], error) < 0)
			return false;
	type = prog_type_by_id(container_of(session_object(w->session, fd), struct prog, obj)->type);
	if (type && type->packet_begin) {
		ifindex = program_attach_xdp(w, fd, o->device, error);
		if (ifindex < 0)
			return false;
	} else if (!type || !type->test_begin) {
		text_add(error, "programs of this type can be loaded, but not run yet");
		return true;
	}
	all_packets(w, fd, ifindex, o, source);
	return true;
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

static int walk_it(struct session *s, const struct program_file *file, const struct run_options *o,
		   const struct source *source)
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
	w.trace = o->trace;
	if (!o->json)
		tell_title(file);
	whole = whole_life(&w, file, o, source, &error);
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

static int in_session(struct session *s, const struct program_file *file, const struct run_options *o)
{
	struct source source[LIST_MAX] = {0};
	char message[512];
	struct text error;
	struct why why;

	text_init(&error, message, sizeof(message));
	if (!open_sources(s, o, source, &error) || !set_sysctls(s, o, &error))
		return cli_error("%s", message);
	if (session_set_engine(s, o->engine, &why))
		return cli_error("%s", why.text);
	if (o->unprivileged && session_drop_privileges(s, &why))
		return cli_error("%s", why.text);
	if (session_record(s, "file", file->path) || session_record(s, "program", program_name(file)))
		return cli_error("no memory");
	return walk_it(s, file, o, source);
}

static int run_program(const struct run_options *o)
{
	struct program_file file;
	struct session session;
	char message[PROGRAM_ERROR];
	struct text error;
	struct why why;
	int status;

	text_init(&error, message, sizeof(message));
	if (program_open(&file, o->file, o->program, &error))
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
	struct run_options o = {.device = "eth0", .repeat = 1};
	int option;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1)
		if (!take_option(&o, option))
			return cli_bad_option(&cmd_run, argv);
	if (argc - optind != 1)
		return cli_usage(&cmd_run, "expected one program file, found %d", argc - optind);
	if (o.trace && o.engine != ENGINE_INTERPRETER)
		return cli_usage(&cmd_run, "--trace shows what the interpreter does, an instruction at a "
					   "time: not with --jit or --lockstep");
	o.file = argv[optind];
	return run_program(&o);
}

const struct cli_command cmd_run = {
	.name = "run",
	.usage = "FILE.o|FILE.asm [--prog NAME] [--pcap FILE | --packet HEX | --event 'PACKET']... [...]",
	.summary = "walk a program through its whole life, stage by stage",
	.help = help,
	.run = run,
};
