/* bpfwalk jit: the three forms of a program side by side: as written, translated, machine code. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../cli.h"
#include "../forms_list.h"

static const char help[] =
	"The program is loaded into a simulated Linux 6.1; what the kernel makes of it is shown: the line of "
	"C, the\n"
	"bytecode as written, the translated bytecode (what bpftool calls xlated), and the x86-64 machine "
	"code. The bytes\n"
	"are those of a real 6.1, but for the addresses.\n"
	"\n"
	"  --prog NAME     which program of the file (default: the first)\n"
	"  --why           why each instruction was changed, and why each encoding is what it is\n"
	"  --xlated        as written and translated only\n"
	"  --passes        the size that each pass of the JIT came to\n"
	"  --att           AT&T's syntax (default: Intel's)\n"
	"  --raw           the bytes of addresses too, which differ from kernel to kernel (default: ..)\n"
	"  --mitigations=LIST   what the machine does against speculation: retpoline, rethunk, its, or "
	"several with commas\n"
	"                  between; and what that costs\n"
	"  --sysctl NAME=N a setting of the kernel, before the load: net.core.bpf_jit_enable=0, "
	"net.core.bpf_jit_harden=2\n"
	"  --unprivileged  the loader has no capabilities\n"
	"  --width N       columns (default: those of the terminal, else 118); below 110 what was written "
	"stands apart\n"
	"  --json          everything as one JSON document\n"
	"\n"
	"Exit status: 0; 1 when the kernel refused the program; 2 for bad input.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk jit samples/xdp_count.o\n"
	"  bpfwalk jit samples/xdp_count.o --why\n"
	"  bpfwalk jit samples/subprogs.o --passes\n"
	"  bpfwalk jit samples/tc_dns.o --mitigations=retpoline,rethunk\n";

#define SYSCTLS_MAX 32u
#define WIDTH_MIN 60u
#define WIDTH_MAX 240u

struct options {
	struct forms_request request;
	const char *sysctl[SYSCTLS_MAX];
	bool why, xlated, passes, att, raw, json;
	u32 width;
};

enum {
	OPT_PROG = 256, OPT_WHY, OPT_XLATED, OPT_PASSES, OPT_ATT, OPT_RAW, OPT_MITIGATIONS, OPT_SYSCTL,
	OPT_UNPRIVILEGED, OPT_WIDTH, OPT_JSON,
};

static const struct option long_options[] = {
	{"prog", required_argument, NULL, OPT_PROG},
	{"why", no_argument, NULL, OPT_WHY},
	{"xlated", no_argument, NULL, OPT_XLATED},
	{"passes", no_argument, NULL, OPT_PASSES},
	{"att", no_argument, NULL, OPT_ATT},
	{"raw", no_argument, NULL, OPT_RAW},
	{"mitigations", required_argument, NULL, OPT_MITIGATIONS},
	{"sysctl", required_argument, NULL, OPT_SYSCTL},
	{"unprivileged", no_argument, NULL, OPT_UNPRIVILEGED},
	{"width", required_argument, NULL, OPT_WIDTH},
	{"json", no_argument, NULL, OPT_JSON},
	{NULL, 0, NULL, 0},
};

static bool parse_width(const char *text, u32 *width)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*width = n;
	return *text >= '0' && *text <= '9' && !*end && n >= WIDTH_MIN && n <= WIDTH_MAX;
}

static u32 default_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_MIN)
		return size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
	return 118;
}

/* False: it cannot be used. */
static bool take_option(struct options *o, int option)
{
	switch (option) {
	case OPT_PROG:
		o->request.program = optarg;
		return true;
	case OPT_WHY:
		return o->why = true;
	case OPT_XLATED:
		return o->xlated = true;
	case OPT_PASSES:
		return o->passes = true;
	case OPT_ATT:
		return o->att = true;
	case OPT_RAW:
		return o->raw = true;
	case OPT_MITIGATIONS:
		if (forms_parse_mitigations(optarg, &o->request.mitigations))
			return true;
		cli_error("there is no mitigation '%s': none, retpoline, rethunk or its; several with commas",
			  optarg);
		return false;
	case OPT_SYSCTL:
		if (o->request.sysctls == SYSCTLS_MAX)
			return false;
		o->sysctl[o->request.sysctls++] = optarg;
		return true;
	case OPT_UNPRIVILEGED:
		return o->request.unprivileged = true;
	case OPT_WIDTH:
		return parse_width(optarg, &o->width);
	case OPT_JSON:
		return o->json = true;
	}
	return false;
}

/* --- text --- */

static void tell_title(const struct forms *f)
{
	const struct prog *prog = f->prog;
	u32 size = forms_code_size(prog);

	printf("%s%s, program %s%s\n", cli_paint(PAINT_HEAD), f->file.path, program_name(&f->file),
	       cli_paint(PAINT_END));
	printf("%u instructions as written, %u translated", prog->insn_cnt, prog->xlated->insn_cnt);
	if (size)
		printf(", %u bytes of machine code\n", size);
	else
		printf(", none compiled\n");
	if (f->size_without)
		printf("mitigations cost %d bytes: without them it has %u\n", (int)(size - f->size_without),
		       f->size_without);
	printf("\n");
}

static void tell(const struct forms *f, const struct options *o)
{
	struct forms_list list = {.forms = f,
				  .width = o->width,
				  .code = !o->xlated && look_images(f->prog),
				  .why = o->why,
				  .att = o->att,
				  .raw = o->raw};

	tell_title(f);
	if (o->passes && !look_images(f->prog))
		printf("No passes: the JIT was not asked.\n");
	else if (o->passes)
		forms_passes_print(f);
	else
		forms_list_print(&list);
}

static int show(const struct forms *f, const struct options *o)
{
	json_t *document;

	if (!f->prog->xlated)
		return cli_error("%s was not verified (bpfwalk.skip_walk), so it was not translated",
				 program_name(&f->file));
	if (!o->json) {
		tell(f, o);
		return CLI_OK;
	}
	document = forms_json(f, o->att);
	json_object_set_new(document, "file", json_string(f->file.path));
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct options o = {.width = default_width()};
	char message[8192];
	struct text error;
	struct forms forms;
	int option, err;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1)
		if (!take_option(&o, option))
			return cli_bad_option(&cmd_jit, argv);
	if (argc - optind != 1)
		return cli_usage(&cmd_jit, "expected one program file, found %d", argc - optind);
	o.request.path = argv[optind];
	o.request.sysctl = o.sysctl;
	text_init(&error, message, sizeof(message));
	err = forms_open(&forms, &o.request, &error);
	if (err) {
		cli_error("%s", message);
		return err > 0 ? CLI_REFUSED : CLI_USAGE;
	}
	err = show(&forms, &o);
	forms_close(&forms);
	return err;
}

const struct cli_command cmd_jit = {
	.name = "jit",
	.usage = "FILE.o|FILE.asm [--prog NAME] [--why] [--xlated | --passes] [--att] [--json] [...]",
	.summary = "the three forms of a program: as written, translated, machine code",
	.help = help,
	.run = run,
};
