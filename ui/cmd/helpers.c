/*
 * bpfwalk helpers: the functions of the kernel that programs may call, and what is to be known about one;
 * read off the table that the verifier and the interpreter work with.
 */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../sim/look.h"
#include "../cli.h"
#include "../wrap.h"

static const char help[] =
	"Without an argument: the helpers of Linux 6.1, with their numbers. With TYPE, a type of\n"
	"programs: those that its programs may call. With NAME or a number: the contract of one\n"
	"helper, and who may call it. A * marks helpers that are known but not simulated: programs\n"
	"that call them can be verified, not run.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk helpers\n"
	"  bpfwalk helpers xdp\n"
	"  bpfwalk helpers map_lookup_elem\n";

static bool is_simulated(const struct helper *helper)
{
	return helper_by_id(helper->id)->fn || helper->flags & HELPER_BY_VM;
}

static void print_line(const struct helper *helper)
{
	printf("%3u%c %s%-34s%s ", helper->id, is_simulated(helper) ? ' ' : '*', cli_paint(PAINT_HEAD),
	       helper->name, cli_paint(PAINT_END));
	wrap_behind(40, helper->doc);
}

static int list_all(void)
{
	for (u32 id = 1; id < HELPER_IDS; id++)
		if (helper_by_id(id))
			print_line(helper_by_id(id));
	return CLI_OK;
}

/* The contract under which programs of @type may call it; NULL: they may not. */
static const struct helper *allowed(u32 type, u32 id)
{
	const struct prog prog = {.type = type};
	const struct prog_view view = {
		.prog = &prog, .bpf_capable = true, .perfmon_capable = true, .sys_admin = true};

	return prog_type_by_id(type) ? prog_helper(&view, id) : NULL;
}

static int list_for(u32 type)
{
	for (u32 id = 1; id < HELPER_IDS; id++)
		if (allowed(type, id))
			print_line(allowed(type, id));
	return CLI_OK;
}

/* --- one helper --- */

static const char *const arg_words[ARG_TYPES] = {
	[ARG_DONTCARE] = "any value, as the format says",
	[ARG_CONST_MAP_PTR] = "a map",
	[ARG_PTR_TO_MAP_KEY] = "a key of that map",
	[ARG_PTR_TO_MAP_VALUE] = "a value of that map",
	[ARG_PTR_TO_MEM] = "memory",
	[ARG_CONST_SIZE] = "how many bytes that is, at least 1",
	[ARG_CONST_SIZE_OR_ZERO] = "how many bytes that is",
	[ARG_PTR_TO_CTX] = "the context",
	[ARG_ANYTHING] = "any value",
	[ARG_PTR_TO_SPIN_LOCK] = "a struct bpf_spin_lock in a map value",
	[ARG_PTR_TO_SOCK_COMMON] = "a socket",
	[ARG_PTR_TO_SOCKET] = "a full socket",
	[ARG_PTR_TO_BTF_ID] = "a kernel object",
	[ARG_PTR_TO_ALLOC_MEM] = "memory that an allocating helper gave",
	[ARG_CONST_ALLOC_SIZE_OR_ZERO] = "a constant: bytes of what is returned",
	[ARG_PTR_TO_BTF_ID_SOCK_COMMON] = "a socket",
	[ARG_PTR_TO_PERCPU_BTF_ID] = "a kernel variable that each CPU has",
	[ARG_PTR_TO_FUNC] = "a function of the program",
	[ARG_PTR_TO_STACK] = "memory of the stack",
	[ARG_PTR_TO_CONST_STR] = "a string in a read-only map",
	[ARG_PTR_TO_TIMER] = "a struct bpf_timer in a map value",
	[ARG_PTR_TO_KPTR] = "a field of a map value for a pointer to a kernel object",
	[ARG_PTR_TO_DYNPTR] = "a struct bpf_dynptr",
};

static void print_arg(u32 number, const struct helper_arg *arg)
{
	char label[32], buf[256];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	text_add(&text, "%s: %s", arg->name, arg_words[arg->type & TYPE_BASE_MASK]);
	if (arg->btf)
		text_add(&text, ", struct %s", arg->btf);
	if (arg->type & MEM_FIXED_SIZE)
		text_add(&text, ", %u bytes", arg->size);
	if (arg->type & MEM_WRITE || arg->written)
		text_add(&text, "; the helper writes it");
	if (arg->type & PTR_MAYBE_NULL)
		text_add(&text, "; may be NULL");
	if (arg->type & OBJ_RELEASE)
		text_add(&text, "; it is given up");
	snprintf(label, sizeof(label), "r%u", number + 1);
	wrap_labelled(label, buf);
}

static void print_return(const struct helper *helper)
{
	static const char *const words[RET_TYPES] = {
		[RET_INTEGER] = "a number",
		[RET_VOID] = "nothing",
		[RET_PTR_TO_MAP_VALUE] = "a pointer to a value of the map",
		[RET_PTR_TO_SOCKET] = "a pointer to a socket",
		[RET_PTR_TO_TCP_SOCK] = "a pointer to what TCP knows of a socket",
		[RET_PTR_TO_SOCK_COMMON] = "a pointer to a socket of any state",
		[RET_PTR_TO_ALLOC_MEM] = "a pointer to memory",
		[RET_PTR_TO_MEM_OR_BTF_ID] = "a pointer to the kernel variable",
		[RET_PTR_TO_BTF_ID] = "a pointer to a kernel object",
	};
	char buf[256];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	text_add(&text, "%s", words[helper->ret & TYPE_BASE_MASK]);
	if (helper->ret_btf)
		text_add(&text, ", struct %s", helper->ret_btf);
	if (helper->ret & PTR_MAYBE_NULL)
		text_add(&text, "; may be NULL");
	wrap_labelled("r0", buf);
}

static void print_rules(const struct helper *helper)
{
	static const struct {
		u32 flag;
		const char *text;
	} rules[] = {
		{HELPER_GPL, "only for programs under the GPL"},
		{HELPER_SLEEPS, "only for programs that may sleep"},
		{HELPER_PKT_ACCESS, "memory may lie in the packet"},
		{HELPER_MOVES_PKT, "the packet may move: pointers into it end"},
		{HELPER_ACQUIRES, "what it returns is a reference, to be given back"},
		{HELPER_CALLS_BACK, "it calls a function of the program"},
		{HELPER_ALLOWED_D_PATH | HELPER_ALLOWED_SLEEPABLE_HOOK | HELPER_ALLOWED_SK_STORAGE,
		 "only where certain functions are traced"},
	};

	for (u32 i = 0; i < ARRAY_SIZE(rules); i++)
		if (helper->flags & rules[i].flag)
			wrap_labelled("rule", rules[i].text);
	if (!is_simulated(helper))
		wrap_labelled("here",
			      "known, but not simulated: programs that call it can be verified, not run. A "
			      "kernel without it refuses them at load, EINVAL, unknown func");
}

static void print_callers(u32 id)
{
	char buf[1024];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	for (u32 type = 0; type < prog_types_count; type++)
		if (allowed(type, id))
			text_add(&text, "%s%s", text.len ? ", " : "", prog_type_by_id(type)->name);
	wrap_labelled("for", text.len ? buf : "no type of programs in Debian's cloud kernel");
}

static int show(const struct helper *helper)
{
	printf("%s%s%s, helper %u: ", cli_paint(PAINT_HEAD), helper->name, cli_paint(PAINT_END), helper->id);
	wrap_behind(0, helper->doc);
	for (u32 i = 0; i < ARRAY_SIZE(helper->arg) && helper->arg[i].name; i++)
		print_arg(i, &helper->arg[i]);
	print_return(helper);
	print_rules(helper);
	print_callers(helper->id);
	return CLI_OK;
}

/* --- words of the command line --- */

/* By number, or by name with or without "bpf_"; NULL: there is none. */
static const struct helper *find_helper(const char *word)
{
	for (u32 id = 1; id < HELPER_IDS; id++) {
		const struct helper *helper = helper_by_id(id);
		char number[16];

		snprintf(number, sizeof(number), "%u", id);
		if (helper &&
		    (!strcmp(word, helper->name) || !strcmp(word, helper->name + 4) || !strcmp(word, number)))
			return helper;
	}
	return NULL;
}

/* prog_types_count: there is none. */
static u32 find_type(const char *word)
{
	for (u32 type = 0; type < prog_types_count; type++)
		if (prog_type_by_id(type) && !strcasecmp(word, prog_type_by_id(type)->name))
			return type;
	return prog_types_count;
}

static int unknown(const char *word)
{
	const char *names[HELPER_IDS], *nearest;
	unsigned count = 0;

	for (u32 id = 1; id < HELPER_IDS; id++)
		if (helper_by_id(id))
			names[count++] = helper_by_id(id)->name + (strncmp(word, "bpf_", 4) ? 4 : 0);
	nearest = cli_nearest(word, names, count);
	if (nearest)
		return cli_error("there is no helper and no program type '%.60s'; did you mean '%s'?", word,
				 nearest);
	return cli_error(
		"there is no helper and no program type '%.60s'; `bpfwalk helpers` lists the helpers", word);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {{NULL, 0, NULL, 0}};

	if (getopt_long(argc, argv, ":", options, NULL) != -1)
		return cli_bad_option(&cmd_helpers, argv);
	if (argc - optind > 1)
		return cli_usage(&cmd_helpers, "expected one name at most, found %d arguments",
				 argc - optind);
	if (argc == optind)
		return list_all();
	if (find_type(argv[optind]) < prog_types_count)
		return list_for(find_type(argv[optind]));
	if (find_helper(argv[optind]))
		return show(find_helper(argv[optind]));
	return unknown(argv[optind]);
}

const struct cli_command cmd_helpers = {
	.name = "helpers",
	.usage = "[TYPE | NAME]",
	.summary = "the kernel's functions that programs may call: contract, who may, what is simulated",
	.help = help,
	.run = run,
};
