/*
 * bpfwalk vectors: how far the simulated kernel gives a real one's answers.
 *
 * A class is one line in the table and one function that compares. Classes whose stage does not exist yet are not in
 * the table.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "../cli.h"
#include "../vector.h"
#include "../vector_bench.h"

/* The answer to one question about a vector. */
enum outcome {
	DOES_NOT_APPLY,   /* the vector says nothing about this class */
	AGREES,
	DIFFERS,
};

struct class {
	const char *name;
	enum outcome (*compare)(const json_t *theirs, const json_t *ours);
	const char *const *fields;  /* what --show prints of both sides; NULL at the end */
};

/* --- run --- */

/* "run0.retval" in the list `nondet`: it differs between boots. */
static bool is_nondet(const json_t *vector, size_t run, const char *field)
{
	const json_t *item;
	char name[64];
	size_t i;

	snprintf(name, sizeof(name), "run%zu.%s", run, field);
	json_array_foreach(json_object_get(vector, "nondet"), i, item)
		if (json_is_string(item) && strcmp(json_string_value(item), name) == 0)
			return true;
	return false;
}

static bool is_pointer(const json_t *vector, size_t run)
{
	const json_t *runs = json_object_get(json_object_get(vector, "expected"), "runs");

	return vector_int(json_array_get(runs, run), "pointer_value");
}

static bool same(const json_t *theirs, const json_t *ours, const char *field)
{
	const json_t *a = json_object_get(theirs, field), *b = json_object_get(ours, field);

	return a == b || json_equal(a, b);
}

static bool same_run(const json_t *vector, size_t run, const json_t *theirs, const json_t *ours)
{
	bool skip_retval = is_nondet(vector, run, "retval") || is_pointer(vector, run);

	if (!same(theirs, ours, "errno"))
		return false;
	if (vector_int(theirs, "errno"))
		return true;
	return (skip_retval || same(theirs, ours, "retval")) &&
	       (is_nondet(vector, run, "out") || (same(theirs, ours, "out_len") && same(theirs, ours, "out")));
}

static enum outcome compare_run(const json_t *theirs, const json_t *ours)
{
	const json_t *runs = json_object_get(theirs, "kernel_runs"), *our_runs = json_object_get(ours, "kernel_runs");
	const json_t *peeks = json_object_get(theirs, "kernel_peeks"), *run;
	size_t i;

	if (!json_array_size(runs))
		return DOES_NOT_APPLY;
	if (json_array_size(runs) != json_array_size(our_runs))
		return DIFFERS;
	json_array_foreach(runs, i, run)
		if (!same_run(theirs, i, run, json_array_get(our_runs, i)))
			return DIFFERS;
	return !peeks || json_equal(peeks, json_object_get(ours, "kernel_peeks")) ? AGREES : DIFFERS;
}

/* --- the load --- */

static enum outcome compare_verdict(const json_t *theirs, const json_t *ours)
{
	return vector_int(theirs, "kernel_ret") == vector_int(ours, "kernel_ret") ? AGREES : DIFFERS;
}

static enum outcome compare_errno(const json_t *theirs, const json_t *ours)
{
	return vector_int(theirs, "kernel_errno") == vector_int(ours, "kernel_errno") ? AGREES : DIFFERS;
}

/* What an address in a log stands for: theirs {"map": 0, "what": "map_ptr"}, ours "map_ptr 0". NULL: just a number. */
static const char *address_name(const json_t *answer, const char *address, char name[32])
{
	const json_t *entry = json_object_get(json_object_get(answer, "map_addrs"), address);

	if (json_is_string(entry))
		return json_string_value(entry);
	if (!entry)
		return NULL;
	snprintf(name, 32, "%s %d", vector_str(entry, "what"), (int)vector_int(entry, "map"));
	return name;
}

/* Is it the address of a symbol of the real kernel? These differ from one kernel to the next. */
static bool is_kernel_address(u64 number)
{
	return number >= 0xffff800000000000ull && number < 0xffffffffffff0000ull;
}

/* "verification time 123 usec": no two machines agree. */
static void forget_time(char *log)
{
	static const char words[] = "verification time ";
	char *number = strstr(log, words);
	char *end;

	if (!number)
		return;
	number += strlen(words);
	end = number + strspn(number, "0123456789");
	memmove(number, end, strlen(end) + 1);
}

/*
 * The log with names in place of addresses, to be freed. How far the state behind them is indented depends on their length. Not
 * @named: the recording does not say what they are.
 */
static char *comparable_log(const json_t *answer, bool named)
{
	const char *log = vector_str(answer, "kernel_log");
	size_t cap = 2 * strlen(log) + 64, len = 0;
	char *out = malloc(cap), address[32], name[32];

	while (out && *log && len < cap - 64) {
		size_t digits = strncmp(log, " = 0x", 5) ? 0 : strspn(log + 5, "0123456789abcdef");
		const char *text;

		if (!digits || digits > 16) {
			out[len++] = *log++;
			continue;
		}
		snprintf(address, sizeof(address), "%.*s", (int)digits + 2, log + 3);
		text = named ? address_name(answer, address, name) : NULL;
		if (!text)
			text = is_kernel_address(strtoull(address, NULL, 16)) ? "kernel" : address;
		len += sprintf(out + len, " = %s", text);
		log += digits + 5;
		if (text != address)
			log += strspn(log, " ");
	}
	if (!out)
		return NULL;
	out[len] = 0;
	forget_time(out);
	return out;
}

/* Theirs may have been cut at 20 kB: then ours is as well, some way before the cut. */
static size_t compared_length(const json_t *theirs, const char *log)
{
	bool cut = vector_int(theirs, "kernel_log_len") > (s64)strlen(vector_str(theirs, "kernel_log"));
	size_t len = strlen(log);

	return cut ? len - (len < 64 ? len : 64) : len + 1;
}

static enum outcome compare_log(const json_t *theirs, const json_t *ours)
{
	bool named = json_object_size(json_object_get(theirs, "map_addrs"));
	char *a = comparable_log(theirs, named), *b = comparable_log(ours, named);
	bool same = a && b && !strncmp(a, b, compared_length(theirs, a));

	free(a);
	free(b);
	if (!json_object_get(theirs, "kernel_log"))
		return DOES_NOT_APPLY;
	return same ? AGREES : DIFFERS;
}

/* The last line before "processed": [*line, returned end). */
static const char *last_message(const char *log, const char **line)
{
	const char *end = log + strlen(log), *found;

	for (found = log; (found = strstr(found, "processed ")) != NULL; found++)
		if (found == log || found[-1] == '\n')
			end = found;
	while (end > log && end[-1] == '\n')
		end--;
	for (*line = end; *line > log && (*line)[-1] != '\n';)
		--*line;
	return end;
}

static enum outcome compare_message(const json_t *theirs, const json_t *ours)
{
	bool named = json_object_size(json_object_get(theirs, "map_addrs"));
	char *a = comparable_log(theirs, named), *b = comparable_log(ours, named);
	const char *a_line, *b_line, *a_end, *b_end;
	bool same = false;

	if (a && b && vector_int(theirs, "kernel_ret")) {
		a_end = last_message(a, &a_line);
		b_end = last_message(b, &b_line);
		same = a_end - a_line == b_end - b_line && !memcmp(a_line, b_line, a_end - a_line);
	}
	free(a);
	free(b);
	if (!vector_int(theirs, "kernel_ret"))
		return DOES_NOT_APPLY;
	return same ? AGREES : DIFFERS;
}

/* --- xlated --- */

/* 0 where two kernels differ: numbers of maps, addresses of functions and variables. */
static void mask(struct bpf_insn *insn)
{
	bool call = insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg != BPF_PSEUDO_CALL;

	if (call || (insn_is_ld_imm64(insn) && insn->src_reg && insn->src_reg != BPF_PSEUDO_FUNC))
		insn->imm = 0;
}

static u64 imm64(const struct bpf_insn *insn)
{
	return (u64)(u32)insn[1].imm << 32 | (u32)insn->imm;
}

/* Both load the address of a kernel variable: each has its own. */
static bool both_addresses(const struct bpf_insn *theirs, const struct bpf_insn *ours)
{
	return insn_is_ld_imm64(theirs) && insn_is_ld_imm64(ours) && theirs->dst_reg == ours->dst_reg &&
	       is_kernel_address(imm64(theirs)) && imm64(ours) - ARENA_BASE < ARENA_SIZE;
}

static bool same_list(const struct bpf_insn *a, const struct bpf_insn *b, u32 count)
{
	for (u32 i = 0; i < count; i++) {
		struct bpf_insn theirs = a[i], ours = b[i];

		if (i + 1 < count && both_addresses(&a[i], &b[i])) {
			i++;
			continue;
		}
		mask(&theirs);
		mask(&ours);
		if (memcmp(&theirs, &ours, sizeof(ours)))
			return false;
	}
	return true;
}

static bool same_insns(const json_t *theirs, const json_t *ours)
{
	u32 len = 0, our_len = 0;
	struct bpf_insn *a = (void *)hex_bytes(vector_str(theirs, "xlated"), &len);
	struct bpf_insn *b = (void *)hex_bytes(vector_str(ours, "xlated"), &our_len);
	bool same = a && b && len == our_len && same_list(a, b, len / sizeof(*a));

	free(a);
	free(b);
	return same;
}

/* The names of files and the text of lines lie elsewhere in the BTF of a loader that put its strings together anew. */
static bool same_lines(const json_t *theirs, const json_t *ours)
{
	u32 len = 0, our_len = 0;
	struct bpf_line_info *a = (void *)hex_bytes(vector_str(theirs, "xlated_line_info"), &len);
	struct bpf_line_info *b = (void *)hex_bytes(vector_str(ours, "xlated_line_info"), &our_len);
	bool same = a && b && len == our_len;

	for (u32 i = 0; same && i < len / sizeof(*a); i++)
		same = a[i].insn_off == b[i].insn_off && a[i].line_col == b[i].line_col;
	free(a);
	free(b);
	return same;
}

static enum outcome compare_xlated(const json_t *theirs, const json_t *ours)
{
	if (!json_object_get(theirs, "xlated"))
		return DOES_NOT_APPLY;
	return same_insns(theirs, ours) && same_lines(theirs, ours) &&
	       !strcmp(vector_str(theirs, "xlated_func_info"), vector_str(ours, "xlated_func_info")) ? AGREES : DIFFERS;
}

/* --- jited --- */

/* Fields that hold addresses, or depend on them, are 0 in theirs: so in ours. */
static void mask_code(const json_t *theirs, u8 *code, u32 len)
{
	const json_t *reloc;
	size_t i;

	json_array_foreach(json_object_get(theirs, "relocs"), i, reloc) {
		s64 at = vector_int(reloc, "off"), size = vector_int(reloc, "size");

		if (at >= 0 && size >= 0 && at + size <= len)
			memset(code + at, 0, size);
	}
}

/* Is there "movabs reg, address" at @at, each with an address of its own kernel? */
static bool both_load_address(const u8 *a, const u8 *b, u32 at, u32 len)
{
	u64 theirs, ours;

	if (at + 10 > len || (a[at] & 0xfe) != 0x48 || (a[at + 1] & 0xf8) != 0xb8 || memcmp(a + at, b + at, 2))
		return false;
	memcpy(&theirs, a + at + 2, sizeof(theirs));
	memcpy(&ours, b + at + 2, sizeof(ours));
	return is_kernel_address(theirs) && ours - ARENA_BASE < ARENA_SIZE;
}

static bool same_bytes(const u8 *a, const u8 *b, u32 len)
{
	for (u32 i = 0; i < len; i++)
		if (both_load_address(a, b, i, len))
			i += 9;
		else if (a[i] != b[i])
			return false;
	return true;
}

static bool same_code(const json_t *theirs, const json_t *ours)
{
	u32 len = 0, our_len = 0;
	u8 *a = hex_bytes(vector_str(theirs, "jited_masked"), &len), *b = hex_bytes(vector_str(ours, "jited"), &our_len);
	bool same = a && b && len == our_len;

	if (same) {
		mask_code(theirs, b, len);
		same = same_bytes(a, b, len);
	}
	free(a);
	free(b);
	return same;
}

static u64 address_in(const json_t *list, size_t i)
{
	const char *text = json_string_value(json_array_get(list, i));

	return text ? strtoull(text, NULL, 16) : 0;
}

/* Function and place in it of the code of line @i, as one number. */
static u64 line_place(const json_t *answer, size_t i)
{
	const json_t *ksyms = json_object_get(answer, "ksyms"), *lens = json_object_get(answer, "func_lens");
	u64 address = address_in(json_object_get(answer, "jited_line_info"), i);

	for (size_t func = 0; func < json_array_size(ksyms); func++) {
		u64 place = address - address_in(ksyms, func);

		if (place < (u64)json_integer_value(json_array_get(lens, func)))
			return (u64)func << 32 | place;
	}
	return UINT64_MAX;
}

static bool same_jited_lines(const json_t *theirs, const json_t *ours)
{
	size_t count = json_array_size(json_object_get(theirs, "jited_line_info"));

	if (json_array_size(json_object_get(ours, "jited_line_info")) != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (line_place(theirs, i) != line_place(ours, i))
			return false;
	return true;
}

static enum outcome compare_jited(const json_t *theirs, const json_t *ours)
{
	if (!json_object_get(theirs, "jited_masked"))
		return DOES_NOT_APPLY;
	return same_code(theirs, ours) && same_jited_lines(theirs, ours) && same(theirs, ours, "func_lens") ? AGREES : DIFFERS;
}

static const char *const jited_fields[] = {"jited", "func_lens", "ksyms", "jited_line_info", NULL};
static const char *const xlated_fields[] = {"xlated", "xlated_line_info", "xlated_func_info", NULL};
static const char *const load_fields[] = {"kernel_ret", "kernel_errno", "kernel_log", NULL};
static const char *const run_fields[] = {"kernel_errno", "kernel_runs", "kernel_peeks", NULL};

static const struct class classes[] = {
	{"verdict", compare_verdict, load_fields},
	{"errno", compare_errno, load_fields},
	{"message", compare_message, load_fields},
	{"log", compare_log, load_fields},
	{"xlated", compare_xlated, xlated_fields},
	{"jited", compare_jited, jited_fields},
	{"run", compare_run, run_fields},
};

/* --- the command --- */

struct options {
	u64 only;              /* bit for each class; all when none is named */
	bool list;
	const char *show;      /* name of a vector */
	const char *progs, *maps; /* lists of type numbers, or NULL: all */
};

struct tally {
	const struct options *options;
	struct vector_bench *bench;
	bool unprivileged;     /* of the file that is read */
	unsigned agree[ARRAY_SIZE(classes)], total[ARRAY_SIZE(classes)];
	unsigned shown;
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

static void show(const struct class *class, const json_t *theirs, const json_t *ours)
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
	for (unsigned i = 0; i < ARRAY_SIZE(classes); i++) {
		enum outcome outcome = DOES_NOT_APPLY;

		if (tally->options->only & 1ull << i)
			outcome = classes[i].compare(theirs, ours);
		if (outcome == DOES_NOT_APPLY)
			continue;
		tally->total[i]++;
		tally->agree[i] += outcome == AGREES;
		if (tally->options->show)
			show(&classes[i], theirs, ours);
		else if (tally->options->list && outcome == DIFFERS)
			printf("%s differs: %s: %s\n", classes[i].name, vector_str(theirs, "name"),
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
	return 0;
}

static int report(const struct tally *tally)
{
	bool all = true;

	if (tally->options->show && !tally->shown)
		return cli_error("there is no vector %s in these files", tally->options->show);
	for (unsigned i = 0; i < ARRAY_SIZE(classes); i++) {
		if (!(tally->options->only & 1ull << i))
			continue;
		printf("%s %u/%u\n", classes[i].name, tally->agree[i], tally->total[i]);
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

		while (i < ARRAY_SIZE(classes) &&
		       (strlen(classes[i].name) != len || strncmp(classes[i].name, names, len) != 0))
			i++;
		if (i == ARRAY_SIZE(classes))
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
	int err = tally.bench ? 0 : -1, status;

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
		{"map-types", required_argument, NULL, 'm'}, {0},
	};
	struct options options = {.only = (1ull << ARRAY_SIZE(classes)) - 1};
	int option;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option == 'o')
			options.only = parse_only(optarg);
		else if (option == 'l')
			options.list = true;
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
		return cli_usage(&cmd_vectors, "--only takes classes that exist: verdict, errno, message, log, xlated, jited, run");
	if (optind == argc)
		return cli_usage(&cmd_vectors, "expected files with vectors");
	return run_files(&options, argv + optind);
}

const struct cli_command cmd_vectors = {
	.name = "vectors",
	.usage = "FILE.jsonl[.gz]... [--only CLASS,...] [--list] [--show NAME]",
	.summary = "compare with answers that a real kernel gave",
	.help = "Each line of a file is a program with what a real Linux 6.1 did with it. The simulated kernel gets "
		"the same maps,\n"
		"program and packets; one line for each class says how many of its answers are the same:\n"
		"\n"
		"  verdict          accepted or rejected\n"
		"  errno            what PROG_LOAD fails with\n"
		"  message          the last line of the log (rejected programs)\n"
		"  log              the whole log\n"
		"  xlated           the translated instructions, source lines and functions (accepted programs)\n"
		"  jited            the machine code, and where each source line's begins (accepted programs)\n"
		"  run              what the program returns, the packet that comes out, map contents (accepted "
		"programs)\n"
		"\n"
		"Options:\n"
		"  --only CLASS,... only these classes\n"
		"  --list           the names of those that differ, and why\n"
		"  --show NAME      both answers for one program, side by side\n"
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
