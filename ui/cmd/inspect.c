/* bpfwalk inspect: what an object file holds. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../sim/elf/vmlinux.h"
#include "../cli.h"
#include "../file.h"
#include "../inspect.h"

static const char help[] =
	"Lists what a clang-built object holds: sections, programs (type, where they attach, instructions, "
	"source file), maps\n"
	"with their four numbers and where each comes from (the line of C, the BTF of .maps, the bytes of "
	"union\n"
	"bpf_attr, the place in the kernel's struct bpf_map), externs, CO-RE relocations, line info. Nothing "
	"is loaded.\n"
	"\n"
	"  --json    the same as one JSON document; several files: one document each\n"
	"\n"
	"A file that cannot be read ends with the section and the offset where the damage is.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk inspect samples/xdp_count.o\n"
	"  bpfwalk inspect --json samples/*.o | jq .programs\n";

static int inspect(const char *path, bool json)
{
	struct why why = {0};
	u64 len;
	u8 *bytes = file_read(path, &len, &why);
	struct elf_object *object;
	json_t *document;

	if (!bytes)
		return cli_error("%s", why.text);
	object = elf_open(bytes, len, path, &why);
	free(bytes);
	if (!object)
		return cli_error("%s: %s", path, why.text);
	document = inspect_object(object, path, vmlinux_types(NULL));
	if (json) {
		json_dumpf(document, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		inspect_print(document);
	}
	json_decref(document);
	elf_close(object);
	return CLI_OK;
}

static int run_inspect(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	int status = CLI_OK, option;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option != 'j')
			return cli_bad_option(&cmd_inspect, argv);
		json = true;
	}
	if (optind == argc)
		return cli_usage(&cmd_inspect, "expected one object file or more, found none");
	for (int first = optind; optind < argc; optind++) {
		if (optind > first && !json)
			putchar('\n');
		if (inspect(argv[optind], json))
			status = CLI_USAGE;
	}
	return status;
}

const struct cli_command cmd_inspect = {
	.name = "inspect",
	.usage = "FILE.o ... [--json]",
	.summary = "list what an object file holds: sections, programs, maps, externs",
	.help = help,
	.run = run_inspect,
};
