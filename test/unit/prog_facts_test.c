/*
 * The tables of program types against a real kernel: test/data/prog_types/linux_6_1.txt has what Linux 6.1 answered to
 * programs of one or two instructions, for every type of program, helper, and offset in a context.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/prog_rules.h"
#include "sim/progs/prog_type.h"

#define FACTS "test/data/prog_types/linux_6_1.txt"
#define MAX_OFF 256
#define BEFORE 8          /* offsets from -8 were asked */

/* What a list of the file says of each number, from -BEFORE: NULL = not in it, else what stands behind it. */
struct list {
	const char *mark[BEFORE + MAX_OFF];
};

struct facts {
	struct prog prog;
	struct prog_view view;
	char func[64], table[64], line[16384];
	u32 checked;
};

/* Items "12", "12..20", each perhaps with "!" or ":pkt" behind it; cut in place. */
static void read_list(struct list *list, char *text, u32 step)
{
	memset(list, 0, sizeof(*list));
	for (char *item = strtok(text, " \n"); item; item = strtok(NULL, " \n")) {
		long from = strtol(item, &item, 10), to = from;

		if (item[0] == '.')
			to = strtol(item + 2, &item, 10);
		for (; from <= to && from < MAX_OFF; from += step)
			list->mark[from + BEFORE] = item;
	}
}

static void set_view(struct facts *f, const char *rights, u32 type, u32 attach_type)
{
	bool root = !strcmp(rights, "root");
	char *dot = strchr(f->func, '.'); /* "table.member" */

	f->prog = (struct prog){.type = type, .expected_attach_type = prog_default_attach_type(type, attach_type)};
	if (dot)
		snprintf(f->table, sizeof(f->table), "%.*s", (int)(dot - f->func), f->func);
	f->view = (struct prog_view){
		.prog = &f->prog,
		.bpf_capable = root || strstr(rights, "bpf"),
		.perfmon_capable = root || strstr(rights, "perfmon"),
		.sys_admin = root,
		.attach_func = dot ? dot + 1 : strcmp(f->func, "-") ? f->func : NULL,
		.attach_table = dot ? f->table : NULL,
		.attach_void = !strcmp(f->func, "bpf_lsm_sock_graft") || !strcmp(f->func, "bpf_lsm_task_free"),
	};
}

static void differ(const struct facts *f, const char *what, s32 number, const char *ours, const char *theirs)
{
	fail_msg("%s %d, program type %u, attach type %u, %s: here %s, in Linux %s", what, number, f->prog.type,
		 f->prog.expected_attach_type, f->func, ours, theirs);
}

static void check_helpers(struct facts *f, char *text)
{
	struct list list;

	read_list(&list, text, 1);
	for (u32 id = 1; id < HELPER_IDS; id++) {
		const struct helper *helper = prog_helper(&f->view, id);
		const char *theirs = list.mark[id + BEFORE];
		const char *ours = !helper ? NULL : prog_allows_helper(&f->view, helper) ? "" : "!";

		if (!ours != !theirs || (ours && strcmp(ours, theirs)))
			differ(f, "helper", id, ours ? ours : "none", theirs ? theirs : "none");
		f->checked++;
	}
}

static void check_ctx(struct facts *f, char *text)
{
	static const char *const kinds[CTX_KINDS] = {
		[CTX_SCALAR] = "", [CTX_PACKET] = ":pkt", [CTX_PACKET_END] = ":pkt_end", [CTX_PACKET_META] = ":pkt_meta",
		[CTX_SOCK_COMMON] = ":sock_common_or_null", [CTX_SOCKET] = ":sock", [CTX_SOCKET_OR_NULL] = ":sock_or_null",
		[CTX_FLOW_KEYS] = ":flow_keys", [CTX_TP_BUFFER] = ":tp_buffer",
	};
	bool write = text[0] == 'w';
	s32 size, end, skip = 0;
	struct list list;

	assert_int_equal(sscanf(text + 1, "%d %d%n", &size, &end, &skip), 2);
	assert_in_range(end, 1, MAX_OFF);
	read_list(&list, text + 1 + skip, size);
	for (s32 off = -BEFORE; off < end; off += size) {
		const struct ctx_field *field = ctx_access(&f->view, off, size, write);
		const char *ours = !field ? NULL : write ? "" : kinds[field->kind], *theirs = list.mark[off + BEFORE];

		if (!ours != !theirs || (ours && strcmp(ours, theirs)))
			differ(f, write ? "write at" : "read at", off, ours ? ours : "none", theirs ? theirs : "none");
		f->checked++;
	}
}

static void check_ret(struct facts *f, char *text)
{
	const struct ret_rule *rule = prog_ret_rule(&f->view);
	char ours[32] = "any";

	text[strcspn(text, "\n")] = '\0';
	if (rule)
		snprintf(ours, sizeof(ours), "%u %u", rule->min, rule->max);
	if (strcmp(ours, text))
		differ(f, "return values", 0, ours, text);
	f->checked++;
}

static void check_classic(struct facts *f, char *text)
{
	if (!prog_rules_of(&f->prog)->load_classic != (text[0] == '0'))
		differ(f, "LD_ABS", 0, text[0] == '0' ? "1" : "0", text);
	f->checked++;
}

static void check_line(struct facts *f)
{
	static const struct {
		const char *what;
		void (*check)(struct facts *f, char *text);
	} checks[] = {{"helpers", check_helpers}, {"ctx", check_ctx}, {"ret", check_ret}, {"classic", check_classic}};
	char what[16], rights[16];
	u32 type, attach_type;
	int skip = 0;

	if (f->line[0] == '#')
		return;
	assert_int_equal(sscanf(f->line, "%15s %15s %u %u %63s%n", what, rights, &type, &attach_type, f->func, &skip), 5);
	skip += f->line[skip] == ' ';
	set_view(f, rights, type, attach_type);
	for (u32 i = 0; i < ARRAY_SIZE(checks); i++)
		if (!strcmp(checks[i].what, what))
			checks[i].check(f, f->line + skip);
}

static void test_linux_says_the_same(void **state)
{
	struct facts *f = calloc(1, sizeof(*f));
	FILE *file = fopen(FACTS, "r");

	(void)state;
	assert_non_null(f);
	assert_non_null(file);
	while (fgets(f->line, sizeof(f->line), file))
		check_line(f);
	print_message("%u facts\n", f->checked);
	assert_true(f->checked > 90000);
	fclose(file);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_linux_says_the_same),
	};

	return cmocka_run_group_tests_name("prog_facts", tests, NULL, NULL);
}
