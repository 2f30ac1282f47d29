/*
 * bpfwalk maps: the types of maps, and what is to be known about one; read off the table that the kernel
 * works with.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../../sim/look.h"
#include "../cli.h"
#include "../wrap.h"

static const char help[] =
	"Without TYPE: the types of maps, with their numbers. With TYPE: when to take it, what its\n"
	"keys and values are, how the kernel keeps the elements, what each operation costs, which\n"
	"flags and helpers it knows. TYPE is a name as bpftool writes it, or a number.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk maps\n"
	"  bpfwalk maps lru_hash\n"
	"  bpfwalk maps 11\n";

static const struct option long_options[] = {{NULL, 0, NULL, 0}};

static int list_types(void)
{
	for (u32 type = 0; type < map_types_count; type++)
		if (map_types[type]) {
			printf("%3u  %s%-22s%s", type, cli_paint(PAINT_HEAD), map_types[type]->name,
			       cli_paint(PAINT_END));
			wrap_behind(27, map_types[type]->doc);
		}
	return CLI_OK;
}

struct word {
	u32 bit;
	const char *text;
};

/* The words of the bits that are set, with commas. */
static void add_words(struct text *out, const struct word *word, u32 count, u32 bits)
{
	for (u32 i = 0; i < count; i++)
		if (bits & word[i].bit)
			text_add(out, "%s%s", out->len ? ", " : "", word[i].text);
}

static void print_flags(const struct map_ops *ops)
{
	static const struct word flags[] = {
		{BPF_F_NO_PREALLOC, "BPF_F_NO_PREALLOC"}, {BPF_F_NO_COMMON_LRU, "BPF_F_NO_COMMON_LRU"},
		{BPF_F_NUMA_NODE, "BPF_F_NUMA_NODE"},     {BPF_F_RDONLY, "BPF_F_RDONLY"},
		{BPF_F_WRONLY, "BPF_F_WRONLY"},           {BPF_F_STACK_BUILD_ID, "BPF_F_STACK_BUILD_ID"},
		{BPF_F_ZERO_SEED, "BPF_F_ZERO_SEED"},     {BPF_F_RDONLY_PROG, "BPF_F_RDONLY_PROG"},
		{BPF_F_WRONLY_PROG, "BPF_F_WRONLY_PROG"}, {BPF_F_CLONE, "BPF_F_CLONE"},
		{BPF_F_MMAPABLE, "BPF_F_MMAPABLE"},       {BPF_F_PRESERVE_ELEMS, "BPF_F_PRESERVE_ELEMS"},
		{BPF_F_INNER_MAP, "BPF_F_INNER_MAP"},
	};
	char buf[512];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	add_words(&text, flags, ARRAY_SIZE(flags), ops->flags_ok);
	wrap_labelled("map_flags", text.len ? buf : "none");
}

static void print_traits(const struct map_ops *ops)
{
	static const struct word traits[] = {
		{MAP_TRAIT_TAKE, "LOOKUP_AND_DELETE_ELEM"},        {MAP_TRAIT_LOOKUP_BATCH, "LOOKUP_BATCH"},
		{MAP_TRAIT_TAKE_BATCH, "LOOKUP_AND_DELETE_BATCH"}, {MAP_TRAIT_UPDATE_BATCH, "UPDATE_BATCH"},
		{MAP_TRAIT_DELETE_BATCH, "DELETE_BATCH"},
	};
	static const struct word fields[] = {
		{MAP_TRAIT_SPIN_LOCK, "bpf_spin_lock"},
		{MAP_TRAIT_TIMER, "bpf_timer"},
		{MAP_TRAIT_KPTR, "pointers to kernel objects"},
	};
	char buf[256];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	add_words(&text, traits, ARRAY_SIZE(traits), ops->traits);
	wrap_labelled("calls", ops->form == MAP_FORM_RECORDS
				       ? "none about elements: user space maps it (mmap)"
			       : text.len ? buf
					  : "none beyond lookup, update, delete and next key");
	text_init(&text, buf, sizeof(buf));
	add_words(&text, fields, ARRAY_SIZE(fields), ops->traits);
	if (text.len)
		wrap_labelled("in values", buf);
}

static void print_helpers(const struct map_ops *ops)
{
	char buf[512];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	for (const u16 *id = ops->helpers; id && *id; id++)
		text_add(&text, "%s%s", text.len ? ", " : "", helper_name(*id));
	if (text.len)
		wrap_labelled("helpers", buf);
}

/* Program types that may call the helper; *most: it is hardly a choice. */
static void add_callers(u32 helper, struct text *out, bool *most)
{
	u32 all = 0, n = 0;

	for (u32 type = 0; type < prog_types_count; type++) {
		const struct prog prog = {.type = type};
		const struct prog_view view = {
			.prog = &prog, .bpf_capable = true, .perfmon_capable = true, .sys_admin = true};
		const struct prog_type *t = prog_type_by_id(type);

		all += t != NULL;
		if (t && prog_helper(&view, helper))
			text_add(out, "%s%s", n++ ? ", " : "", t->name);
	}
	*most = n * 2 > all;
}

/* Who may use it: the program types of helpers that not every type has. */
static void print_callers(const struct map_ops *ops)
{
	for (const u16 *id = ops->helpers; id && *id; id++) {
		char buf[1024];
		struct text text;
		bool most;

		text_init(&text, buf, sizeof(buf));
		text_add(&text, "%s: ", helper_name(*id));
		add_callers(*id, &text, &most);
		if (!most)
			wrap_labelled("from", buf);
	}
}

static int show_type(u32 type)
{
	const struct map_ops *ops = map_types[type];
	const struct {
		const char *label, *text;
	} part[] = {{"when", ops->when}, {"what", ops->what}, {"kept", ops->kept}, {"cost", ops->cost}};

	printf("%s%s%s, BPF_MAP_TYPE %u: ", cli_paint(PAINT_HEAD), ops->name, cli_paint(PAINT_END), type);
	wrap_behind(0, ops->doc);
	for (u32 i = 0; i < ARRAY_SIZE(part); i++)
		if (part[i].text)
			wrap_labelled(part[i].label, part[i].text);
	print_flags(ops);
	print_traits(ops);
	print_helpers(ops);
	print_callers(ops);
	if (ops->example)
		printf("   = %s%-12s%s%s\n", cli_paint(PAINT_HEAD), "try", cli_paint(PAINT_END),
		       ops->example);
	return CLI_OK;
}

/* By name or number; map_types_count: there is none. */
static u32 find_type(const char *word)
{
	char number[16];

	for (u32 type = 0; type < map_types_count; type++) {
		snprintf(number, sizeof(number), "%u", type);
		if (map_types[type] && (!strcmp(word, map_types[type]->name) || !strcmp(word, number)))
			return type;
	}
	return map_types_count;
}

static int unknown_type(const char *word)
{
	const char *names[64], *nearest;
	unsigned count = 0;

	for (u32 type = 0; type < map_types_count && count < ARRAY_SIZE(names); type++)
		if (map_types[type])
			names[count++] = map_types[type]->name;
	nearest = cli_nearest(word, names, count);
	if (nearest)
		return cli_error("there is no map type '%s'; did you mean '%s'?", word, nearest);
	return cli_error("there is no map type '%s'; `bpfwalk maps` lists them", word);
}

static int run(int argc, char **argv)
{
	u32 type;

	opterr = 0;
	if (getopt_long(argc, argv, ":", long_options, NULL) != -1)
		return cli_bad_option(&cmd_maps, argv);
	if (optind == argc)
		return list_types();
	if (argc - optind > 1)
		return cli_usage(&cmd_maps, "one TYPE at a time");
	type = find_type(argv[optind]);
	return type < map_types_count ? show_type(type) : unknown_type(argv[optind]);
}

const struct cli_command cmd_maps = {
	.name = "maps",
	.usage = "[TYPE]",
	.summary = "the types of maps: what each is for, how it is kept, what it costs",
	.help = help,
	.run = run,
};
