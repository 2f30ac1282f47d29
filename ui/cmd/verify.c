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
	"Each program of the file is loaded into a simulated Linux 6.1 of its own, and its check is watched stage\n"
	"by stage: functions, jumps, type information, map references, the depth-first walk over the control-flow\n"
	"graph, and the walk along all paths, which asks what each register and each byte of stack may hold.\n"
	"A C file is compiled first, when clang is there.\n"
	"\n"
	"  --prog NAME       only this program\n"
	"  --explain         no stages: why a program is rejected, where in C and in bytecode, by which path, and what\n"
	"                    may help\n"
	"  --watch           again whenever the file changes: for a window beside the editor\n"
	"  --trace           each step of the walk over the graph: the edge, the depth of the stack, what it meets\n"
	"  --log-level N     the log as the kernel writes it: 1 why it was rejected, 2 more, +4 statistics;\n"
	"                    default 1; 0 none\n"
	"  --unprivileged    the loader has no capabilities: no loops, no functions, not all types; and nothing at\n"
	"                    all, unless --sysctl kernel.unprivileged_bpf_disabled=0\n"
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
	"  bpfwalk verify samples/socket_filter.o --unprivileged --sysctl kernel.unprivileged_bpf_disabled=0\n";

struct options {
	const char *file, *program, *sysctl;
	const char *source;      /* that the file was compiled from, or NULL */
	u32 log_level;
	bool trace, explain, watch, unprivileged, json;
};

enum { OPT_PROG = 256, OPT_TRACE, OPT_EXPLAIN, OPT_WATCH, OPT_LOG_LEVEL, OPT_UNPRIVILEGED, OPT_SYSCTL, OPT_JSON };

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

static const char *const edge_names[CFG_EDGE_KINDS] = {[CFG_TREE] = "tree", [CFG_BACK] = "back", [CFG_CROSS] = "cross"};

/* --- as text --- */

static void insn_text(const struct verify *v, u32 at, char *line, size_t cap)
{
	struct bpf_insn insn[2] = {v->insns[at]};
	struct text text;

	if (at + 1 < v->insn_cnt)
		insn[1] = v->insns[at + 1];
	text_init(&text, line, cap);
	isa_format_op(insn, NULL, &text);
}

/* Falling through, or however else the instruction goes on. */
static const char *way_name(const struct verify *v, const struct cfg_step *did)
{
	u8 code = v->insns[did->from].code;

	if (did->branch)
		return "branch";
	return code == (BPF_JMP | BPF_JA) || code == (BPF_JMP32 | BPF_JA) ? "goto  " : "fall  ";
}

static void tell_step(const struct verify *v, const struct verify_step *step)
{
	static const char *const meets[CFG_EDGE_KINDS] = {
		[CFG_TREE] = "not seen before: onto the stack",
		[CFG_BACK] = "is on the stack: a back edge, a loop",
		[CFG_CROSS] = "explored already: two ways join",
	};
	char insn[128];

	if (step->did.left) {
		printf("    %5u                   depth %4u  explored, leaves the stack\n", step->did.from,
		       step->depth);
		return;
	}
	insn_text(v, step->did.from, insn, sizeof(insn));
	printf("    %5u %s %-5u %s  depth %4u  %-36s %s\n", step->did.from, cli_glyph(GLYPH_ARROW), step->did.to,
	       way_name(v, &step->did), step->depth, meets[step->did.edge], insn);
}

static void tell_functions(const struct verify *v)
{
	printf("  functions:");
	for (u32 i = 0; i < v->nsubprogs; i++)
		printf(" %u..%u", v->subprog[i], (i + 1 < v->nsubprogs ? v->subprog[i + 1] : v->insn_cnt) - 1);
	printf("\n");
}

static void tell_stages(const struct verify *v)
{
	for (u32 i = 0; i < LOAD_STAGES; i++) {
		bool failed = v->result < 0 && i == v->last_stage;

		if (!v->units[i])
			continue;
		printf("  %s%-9s%s %6u step%s  %s%s\n", failed ? cli_paint(PAINT_BAD) : "", load_stage_name(i),
		       failed ? cli_paint(PAINT_END) : "", v->units[i], v->units[i] == 1 ? " " : "s", load_stage_doc(i),
		       failed ? "  <- no" : "");
	}
}

/* Slots that no walk comes to. */
static u32 second_halves(const struct verify *v)
{
	u32 n = 0;

	for (u32 i = 0; i + 1 < v->insn_cnt; i++)
		if (insn_is_ld_imm64(&v->insns[i])) {
			n++;
			i++;
		}
	return n;
}

static void tell_graph(const struct verify *v, bool trace)
{
	u32 halves = second_halves(v);

	if (!v->units[LOAD_CFG])
		return;
	printf("  graph: %u of %u instructions explored", v->explored, v->insn_cnt - halves);
	if (halves)
		printf(" (in %u slots: each ld_imm64 takes two)", v->insn_cnt);
	printf("\n         %u edges followed (%u to new ground, %u where ways join, %u back), stack up to %u deep\n",
	       v->edges[CFG_TREE] + v->edges[CFG_CROSS] + v->edges[CFG_BACK], v->edges[CFG_TREE], v->edges[CFG_CROSS],
	       v->edges[CFG_BACK], v->max_depth);
	for (u32 i = 0; trace && i < v->steps; i++)
		tell_step(v, &v->step[i]);
}

static void tell_verdict(const struct verify *v)
{
	if (v->result < 0)
		printf("  %srejected: %s%s: %s (in %s)\n", cli_paint(PAINT_BAD), errno_name(v->result),
		       cli_paint(PAINT_END), v->why, load_stage_name(v->last_stage));
	else
		printf("  %saccepted%s: %u instructions processed, on %u path%s\n", cli_paint(PAINT_GOOD),
		       cli_paint(PAINT_END), v->found.cost.insns, v->found.cost.ended,
		       v->found.cost.ended == 1 ? "" : "s");
}

/* With --explain: the verdict alone, and all that is known of a rejection. */
static void tell_explained(const struct verify *v, const char *name)
{
	printf("%s%s%s:\n", cli_paint(PAINT_HEAD), name, cli_paint(PAINT_END));
	if (v->found.rejected)
		diagnosis_print(&v->found);
	else
		tell_verdict(v);
	printf("\n");
}

static void tell(const struct verify *v, const char *name, bool trace)
{
	const struct prog_type *type = v->type < prog_types_count ? prog_types[v->type] : NULL;

	printf("%s%s%s: ", cli_paint(PAINT_HEAD), name, cli_paint(PAINT_END));
	if (type)
		printf("%s", type->name);
	else
		printf("type %u", v->type);
	printf(", %u slots, %u map%s\n", v->insn_cnt, v->maps, v->maps == 1 ? "" : "s");
	tell_stages(v);
	if (v->nsubprogs)
		tell_functions(v);
	tell_graph(v, trace);
	if (v->found.walked)
		diagnosis_print_cost(&v->found);
	tell_verdict(v);
	if (v->log && v->log[0])
		printf("  the kernel's log:\n%s", v->log);
	printf("\n");
}

/* --- as JSON --- */

static json_t *json_graph(const struct verify *v, bool trace)
{
	json_t *graph = json_pack("{s:i, s:i}", "explored", v->explored, "max_depth", v->max_depth);
	json_t *steps = trace ? json_array() : NULL;

	for (u32 i = 0; i < CFG_EDGE_KINDS; i++)
		json_object_set_new(graph, edge_names[i], json_integer(v->edges[i]));
	for (u32 i = 0; trace && i < v->steps; i++) {
		const struct cfg_step *did = &v->step[i].did;

		json_array_append_new(steps, json_pack("{s:i, s:i, s:s, s:b, s:i}", "from", did->from, "to", did->to,
						       "edge", did->left ? "explored" : edge_names[did->edge], "branch",
						       did->branch, "depth", v->step[i].depth));
	}
	if (steps)
		json_object_set_new(graph, "steps", steps);
	return graph;
}

static json_t *json_program(const struct verify *v, const char *name, bool trace)
{
	json_t *program = json_pack("{s:s, s:i, s:i, s:i, s:b}", "name", name, "type", v->type, "slots", v->insn_cnt,
				    "maps", v->maps, "accepted", v->result >= 0);
	json_t *stages = json_object(), *functions = json_array();

	if (v->result < 0) {
		json_object_set_new(program, "errno", json_string(errno_name(v->result)));
		json_object_set_new(program, "message", json_string(v->why));
		json_object_set_new(program, "stage", json_string(load_stage_name(v->last_stage)));
	}
	for (u32 i = 0; i < LOAD_STAGES; i++)
		if (v->units[i])
			json_object_set_new(stages, load_stage_name(i), json_integer(v->units[i]));
	for (u32 i = 0; i < v->nsubprogs; i++)
		json_array_append_new(functions, json_integer(v->subprog[i]));
	json_object_set_new(program, "steps", stages);
	json_object_set_new(program, "functions", functions);
	json_object_set_new(program, "graph", json_graph(v, trace));
	if (v->found.walked)
		json_object_set_new(program, "paths", diagnosis_cost_json(&v->found));
	if (v->found.rejected)
		json_object_set_new(program, "rejected", diagnosis_json(&v->found));
	if (v->log)
		json_object_set_new(program, "log", json_string(v->log));
	return program;
}

/* --- each program on a machine of its own --- */

static int prepare(const struct options *o, struct session *session, struct text *error)
{
	struct why why;

	int err = o->sysctl ? session_sysctl(session, o->sysctl, &why) : 0;

	if (!err && o->unprivileged)
		err = session_drop_privileges(session, &why);
	if (err)
		text_add(error, "%s", why.text);
	return err;
}

/* The kernel or the loader said no before PROG_LOAD. */
static int not_reached(const char *name, const char *message, json_t *list)
{
	if (list)
		json_array_append_new(list,
				      json_pack("{s:s, s:b, s:s}", "name", name, "accepted", 0, "message", message));
	else
		printf("%s%s%s: not loaded: %s\n\n", cli_paint(PAINT_HEAD), name, cli_paint(PAINT_END), message);
	return CLI_REFUSED;
}

static int verify_in(struct session *session, const struct options *o, const struct program_file *file, json_t *list)
{
	char message[PROGRAM_ERROR] = "";
	struct text error;
	struct verify v;
	int status;

	text_init(&error, message, sizeof(message));
	if (prepare(o, session, &error))
		return cli_error("%s", message);
	if (verify_program(&v, session, file, o->log_level, &error)) {
		verify_free(&v);
		return not_reached(program_name(file), message, list);
	}
	if (list)
		json_array_append_new(list, json_program(&v, program_name(file), o->trace));
	else if (o->explain)
		tell_explained(&v, program_name(file));
	else
		tell(&v, program_name(file), o->trace);
	status = v.result < 0 ? CLI_REFUSED : CLI_OK;
	verify_free(&v);
	return status;
}

static int verify_one(const struct options *o, const struct program_file *file, json_t *list)
{
	struct session session;
	struct why why;
	int status;

	if (session_open(&session, &why))
		return cli_error("%s", why.text);
	status = verify_in(&session, o, file, list);
	session_close(&session);
	return status;
}

static int verify_named(const struct options *o, const char *program, json_t *list)
{
	char message[PROGRAM_ERROR];
	struct program_file file;
	struct text error;
	int status;

	text_init(&error, message, sizeof(message));
	if (program_open(&file, o->file, program, &error))
		return cli_error("%s", message);
	status = verify_one(o, &file, list);
	program_close(&file);
	return status;
}

/* The names of all programs, to be freed; NULL: one program that needs no name. */
static char **program_names(const struct options *o, u32 *count)
{
	char message[PROGRAM_ERROR];
	struct program_file file;
	struct text error;
	char **names = NULL;

	*count = 0;
	text_init(&error, message, sizeof(message));
	if (o->program || program_open(&file, o->file, NULL, &error))
		return NULL;
	if (file.elf)
		names = calloc(file.elf->program_count + 1, sizeof(*names));
	for (u32 i = 0; names && i < file.elf->program_count; i++)
		if (!file.elf->programs[i].subprog)
			names[(*count)++] = strdup(file.elf->programs[i].name);
	program_close(&file);
	return names;
}

static int verify_all(const struct options *o)
{
	json_t *list = o->json ? json_array() : NULL, *document;
	u32 count;
	char **names = program_names(o, &count);
	int status = CLI_OK;

	if (!count)
		status = verify_named(o, o->program, list);
	for (u32 i = 0; i < count; i++) {
		int one = verify_named(o, names[i], list);

		status = one > status ? one : status;
		free(names[i]);
	}
	free(names);
	if (list) {
		document = json_pack("{s:s, s:o}", "file", o->source ? o->source : o->file, "programs", list);
		json_dumpf(document, stdout, JSON_INDENT(2));
		printf("\n");
		json_decref(document);
	}
	return status;
}

/* --- again and again --- */

static bool is_source(const char *path)
{
	size_t len = strlen(path);

	return len > 2 && strcmp(path + len - 2, ".c") == 0;
}

/* A C file is compiled first, into a file that is gone afterwards. */
static int verify_source(const struct options *o)
{
	char object[] = "/tmp/bpfwalk.XXXXXX", message[PROGRAM_ERROR];
	struct options compiled = *o;
	struct text error;
	int fd = mkstemp(object), status;

	if (fd < 0)
		return cli_error("no file can be made in /tmp");
	close(fd);
	text_init(&error, message, sizeof(message));
	compiled.file = object;
	compiled.source = o->file;
	status = watch_compile(o->file, object, &error) ? cli_error("%s", message) : verify_all(&compiled);
	unlink(object);
	return status;
}

static int verify_file(const struct options *o)
{
	return is_source(o->file) ? verify_source(o) : verify_all(o);
}

/* Until the user ends it. A file that cannot be used is told, and waited for. */
static int verify_watching(const struct options *o)
{
	char message[PROGRAM_ERROR];
	struct watch watch;
	struct text error;

	text_init(&error, message, sizeof(message));
	if (watch_begin(&watch, o->file, &error))
		return cli_error("%s", message);
	do {
		verify_file(o);
		printf("%s--- waiting for %s to change (ctrl-c ends)%s\n", cli_paint(PAINT_QUIET), o->file,
		       cli_paint(PAINT_END));
		fflush(stdout);
	} while (!watch_wait(&watch));
	watch_end(&watch);
	return cli_error("%s cannot be watched any more", o->file);
}

static bool take_log_level(struct options *o, const char *text)
{
	char *end;
	unsigned long level = strtoul(text, &end, 10);

	o->log_level = level;
	return *text >= '0' && *text <= '9' && !*end && level <= LOG_LEVEL_MASK;
}

static int run(int argc, char **argv)
{
	struct options o = {.log_level = 1};
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
	return o.watch ? verify_watching(&o) : verify_file(&o);
}

const struct cli_command cmd_verify = {
	.name = "verify",
	.usage = "FILE.o|FILE.asm|FILE.bpf.c [--prog NAME] [--explain] [--watch] [--trace] [--json] ...",
	.summary = "check programs, and show what the check did",
	.help = help,
	.run = run,
};
