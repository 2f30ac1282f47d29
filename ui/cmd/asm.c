/* bpfwalk asm: from assembler text to the bytes of instructions. */
#include <getopt.h>
#include <stdio.h>

#include "../asm_file.h"
#include "../cli.h"

static const char help[] =
	"Reads instructions in the kernel's text or clang's, one a line, with labels (`out:`), comments\n"
	"(`;` or `#`) and maps (`.map counts hash 4 8 256`, then `r1 = map[counts]`). Without options\n"
	"each slot is listed with its bytes.\n"
	"\n"
	"  --hex       only the bytes, as text: what `bpfwalk disasm` and build/conformance-plugin read\n"
	"  -o FILE     the bytes into a file; the places that need a map's fd hold 0\n"
	"\n"
	"Examples:\n"
	"  bpfwalk asm samples/xdp_pass.asm\n"
	"  printf 'r0 = 2\\nexit\\n' > two.asm && bpfwalk asm two.asm --hex\n";

static void print_bytes(const struct bpf_insn *insn)
{
	const u8 *bytes = (const u8 *)insn;

	for (u32 i = 0; i < sizeof(*insn); i++)
		printf("%02x ", bytes[i]);
}

static void print_hex(const struct asm_prog *prog)
{
	for (u32 i = 0; i < prog->insn_count; i++) {
		print_bytes(&prog->insns[i]);
		printf("\n");
	}
}

static const struct asm_label *label_at(const struct asm_prog *prog, u32 insn)
{
	for (u32 i = 0; i < prog->label_count; i++)
		if (prog->labels[i].insn == insn)
			return &prog->labels[i];
	return NULL;
}

static void list(const struct asm_prog *prog)
{
	for (u32 i = 0; i < prog->insn_count;) {
		const struct asm_label *label = label_at(prog, i);
		char line[160];
		struct text text;
		u32 slots;

		if (label)
			printf("%.*s:\n", (int)label->name.len, label->name.p);
		text_init(&text, line, sizeof(line));
		slots = asm_write(&prog->insns[i], prog->insn_count - i, &text);
		printf("%5u: ", i);
		print_bytes(&prog->insns[i]);
		printf(" %s\n", line);
		if (slots == 2) {
			printf("%5u: ", i + 1);
			print_bytes(&prog->insns[i + 1]);
			printf(" (its second half)\n");
		}
		i += slots;
	}
}

static int write_bytes(const struct asm_prog *prog, const char *path)
{
	FILE *f = fopen(path, "wb");
	bool ok = f && fwrite(prog->insns, sizeof(*prog->insns), prog->insn_count, f) == prog->insn_count;

	if (f && fclose(f))
		ok = false;
	return ok ? CLI_OK : cli_error("%s: cannot be written: %s", path, strerror(errno));
}

static const struct option long_options[] = {
	{"hex", no_argument, NULL, 'x'},
	{NULL, 0, NULL, 0},
};

static int run(int argc, char **argv)
{
	const char *out = NULL;
	struct asm_file file;
	char message[1024];
	struct text error;
	bool hex = false;
	int option, status = CLI_OK;

	while ((option = getopt_long(argc, argv, ":o:", long_options, NULL)) != -1) {
		if (option == 'o')
			out = optarg;
		else if (option == 'x')
			hex = true;
		else
			return cli_bad_option(&cmd_asm, argv);
	}
	if (argc - optind != 1)
		return cli_usage(&cmd_asm, "expected one file, found %d", argc - optind);
	text_init(&error, message, sizeof(message));
	if (asm_file_open(&file, argv[optind], &error))
		return cli_error("%s", message);
	if (out)
		status = write_bytes(&file.prog, out);
	else if (hex)
		print_hex(&file.prog);
	else
		list(&file.prog);
	asm_file_close(&file);
	return status;
}

const struct cli_command cmd_asm = {
	.name = "asm",
	.usage = "FILE.asm [--hex] [-o FILE]",
	.summary = "assemble: from the kernel's text to bytes",
	.help = help,
	.run = run,
};
