/* bpfwalk disasm: the instructions of an object file, of assembler text or of hex digits. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../sim/elf/vmlinux.h"
#include "../cli.h"
#include "../listing.h"
#include "../packet.h"
#include "../xlated.h"

static const char help[] =
	"Writes instructions in the kernel's text (that of the verifier's log and of `bpftool prog dump\n"
	"xlated`), with the lines of C that they were made from. Functions of .text stand behind each\n"
	"program that calls them, as they are loaded.\n"
	"\n"
	"  --prog NAME     one program only\n"
	"  --bytes         the bytes of each slot too\n"
	"  --xlated        loaded into a simulated Linux 6.1, and as it has translated them: what\n"
	"                  `bpftool prog dump xlated` prints\n"
	"  --linum         with --xlated: file, line and column of each line of C\n"
	"\n"
	"Examples:\n"
	"  bpfwalk disasm samples/subprogs.o\n"
	"  bpfwalk disasm samples/xdp_drop.o --prog xdp_drop --bytes\n"
	"  bpfwalk disasm samples/xdp_count.o --xlated\n"
	"  bpfwalk disasm 'b7 00 00 00 02 00 00 00  95 00 00 00 00 00 00 00'\n";

struct disasm_options {
	const char *source, *program;
	bool bytes, xlated, linum;
};

/* --- object files --- */

struct linked {
	const struct elf_object *elf;
	const struct elf_program *program;
};

static const char *linked_map(const void *ctx, u32 insn)
{
	const struct linked *l = ctx;

	for (u32 i = 0; i < l->program->fixup_count; i++)
		if (l->program->fixups[i].insn == insn)
			return l->elf->maps[l->program->fixups[i].map].name;
	return NULL;
}

static void print_title(const struct elf_program *program, u32 slots)
{
	printf("\n%sprogram %s%s, section %s, %u slots\n", cli_paint(PAINT_HEAD), program->name,
	       cli_paint(PAINT_END), program->section, slots);
}

static void print_linked(const struct elf_object *elf, const struct elf_program *program, bool bytes)
{
	struct linked ctx = {elf, program};
	struct listing listing = {
		.insns = program->insns,
		.count = program->insn_count,
		.types = elf->types,
		.lines = program->line_info,
		.functions = program->func_info,
		.map_name = linked_map,
		.ctx = &ctx,
		.bytes = bytes,
	};

	print_title(program, program->insn_count);
	listing_print(&listing);
}

/* As the compiler left them: a program that cannot be made ready for this kernel still has instructions. */
static void print_raw(const struct elf_object *elf, const struct elf_program *program, const char *why,
		      bool bytes)
{
	const struct elf_section *section = &elf->sections[program->section_index];
	struct listing listing = {.count = program->own_count, .bytes = bytes};
	struct bpf_insn *insns = malloc(program->own_count * sizeof(*insns) + 1);

	if (!insns)
		return;
	memcpy(insns, section->data + (u64)program->section_insn * sizeof(*insns),
	       program->own_count * sizeof(*insns));
	listing.insns = insns;
	print_title(program, program->own_count);
	printf("(as in the file, before relocation: %s)\n", why);
	listing_print(&listing);
	free(insns);
}

static bool wants_kernel_btf(const struct elf_object *elf)
{
	return elf->core_relo_count || elf->extern_count;
}

static void print_object(struct elf_object *elf, const struct disasm_options *o)
{
	struct elf_target target = {.ncpus = 1};
	struct why why = {0};
	bool resolved;

	if (wants_kernel_btf(elf))
		target.btf = vmlinux_types(&why);
	resolved = elf_resolve(elf, &target, &why) == 0;
	for (u32 i = 0; i < elf->program_count; i++) {
		struct elf_program *program = &elf->programs[i];

		if (program->subprog || (o->program && strcmp(o->program, program->name) != 0))
			continue;
		if (resolved && elf_link_program(elf, program, &target, &why) == 0)
			print_linked(elf, program, o->bytes);
		else
			print_raw(elf, program, why.text, o->bytes);
	}
}

/* --- assembler text and hex digits --- */

static const char *asm_map(const void *ctx, u32 insn)
{
	static char name[64];  /* until the next call */
	const struct asm_prog *prog = ctx;

	for (u32 i = 0; i < prog->ref_count; i++) {
		const struct asm_span *span = &prog->maps[prog->refs[i].map].name;

		if (prog->refs[i].insn != insn)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)span->len, span->p);
		return name;
	}
	return NULL;
}

static void print_asm(const struct asm_prog *prog, bool bytes)
{
	struct listing listing = {
		.insns = prog->insns,
		.count = prog->insn_count,
		.map_name = asm_map,
		.ctx = prog,
		.bytes = bytes,
	};

	listing_print(&listing);
}

static int disasm_hex(const struct disasm_options *o)
{
	struct packet_bytes *bytes = malloc(sizeof(*bytes));
	struct listing listing = {.bytes = o->bytes};
	int status = CLI_OK;
	struct why why;

	if (!bytes)
		return cli_error("no memory");
	if (packet_parse_hex(bytes, o->source, &why)) {
		status = cli_error("'%.60s' is neither a file nor instructions as hex digits", o->source);
	} else if (bytes->len % sizeof(*listing.insns)) {
		status = cli_error("%u bytes are no whole instructions: each has 8", bytes->len);
	} else {
		listing.insns = (const struct bpf_insn *)bytes->data;
		listing.count = bytes->len / sizeof(*listing.insns);
		listing_print(&listing);
	}
	free(bytes);
	return status;
}

static int disasm_file(const struct disasm_options *o)
{
	struct program_file file;
	char message[PROGRAM_ERROR];
	struct text error;

	text_init(&error, message, sizeof(message));
	if (program_open(&file, o->source, o->program, &error))
		return cli_error("%s", message);
	if (file.elf)
		print_object(file.elf, o);
	else
		print_asm(&file.assembler.prog, o->bytes);
	program_close(&file);
	return CLI_OK;
}

/* --- as translated --- */

static int disasm_xlated(const struct disasm_options *o)
{
	struct forms_request request = {.path = o->source, .program = o->program};
	char message[8192];
	struct text error;
	struct forms forms;
	int err;

	text_init(&error, message, sizeof(message));
	err = forms_open(&forms, &request, &error);
	if (err) {
		cli_error("%s", message);
		return err > 0 ? CLI_REFUSED : CLI_USAGE;
	}
	xlated_print(&forms, o->linum);
	forms_close(&forms);
	return CLI_OK;
}

static const struct option long_options[] = {
	{"prog", required_argument, NULL, 'p'},
	{"bytes", no_argument, NULL, 'b'},
	{"xlated", no_argument, NULL, 'x'},
	{"linum", no_argument, NULL, 'l'},
	{NULL, 0, NULL, 0},
};

static int run(int argc, char **argv)
{
	struct disasm_options o = {0};
	int option;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option == 'p')
			o.program = optarg;
		else if (option == 'b')
			o.bytes = true;
		else if (option == 'x')
			o.xlated = true;
		else if (option == 'l')
			o.linum = true;
		else
			return cli_bad_option(&cmd_disasm, argv);
	}
	if (argc - optind != 1)
		return cli_usage(&cmd_disasm, "expected one file or hex text, found %d", argc - optind);
	o.source = argv[optind];
	if (o.linum && !o.xlated)
		return cli_usage(&cmd_disasm, "--linum is for --xlated");
	if (o.xlated)
		return disasm_xlated(&o);
	return access(o.source, F_OK) == 0 ? disasm_file(&o) : disasm_hex(&o);
}

const struct cli_command cmd_disasm = {
	.name = "disasm",
	.usage = "FILE.o|FILE.asm|HEX [--prog NAME] [--bytes]",
	.summary = "instructions in the kernel's text, with the lines of C",
	.help = help,
	.run = run,
};
