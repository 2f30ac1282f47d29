/* Predicates and values of lessons, asked of the machine of lesson 13 at its beginning and at its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "ui/lesson/course.h"
#include "ui/lesson/fact.h"
#include "ui/prompt/prompt.h"

static struct screen sc;

struct asked_of {
	const char *predicate;
	int begin, end; /* 1 true, 0 false, -1 not well formed */
};

static const struct asked_of cases[] = {
	{"1", 1, 1},
	{"0", 0, 0},
	{"not 0", 1, 1},
	{"not not 1", 1, 1},
	{"1 and 0", 0, 0},
	{"1 or 0 and 0", 1, 1},
	{"(1 or 0) and 0", 0, 0},
	{"not (1 and 0)", 1, 1},
	{"(1 + 1) * 2 == 4", 1, 1},
	{"(1 == 1) and (2 == 2)", 1, 1},
	{"count(load) == 0", 1, 0},
	{"count(load) == 1 and count(compile) == 1", 0, 1},
	{"count(verify, prog xdp_count) == 1", 0, 1},
	{"map counts[6] == 17", 0, 1},
	{"not map counts[6] == 17", 1, 0},
	{"map counts[6] == 17 or 1", 1, 1}, /* what has no value is false, and no more */
	{"map(counts).entries == 3", 0, 1},
	{"map(counts).max_entries == 256", 0, 1},
	{"verdict == none", 1, 0},
	{"verdict == accepted", 0, 1},
	{"rejected(\"anything\")", 0, 0},
	{"runs_by(prog xdp_count) == jit", 0, 1},
	{"runs_by(prog nobody) == none", 1, 1},
	{"loaded(prog xdp_count)", 0, 1},
	{"attached(prog xdp_count)", 0, 0},
	{"result(map_create) == 4", 0, 1},
	{"result(map_create) == -EINVAL", 0, 0},
	{"calls(BPF_MAP_UPDATE_ELEM) == 3", 0, 1},
	{"fd(4) == 1 and fd(40) == 0", 0, 1},
	{"moment(compile, prog xdp_count) == load", 1, 1}, /* over all that is recorded */
	{"sysctl(net.core.bpf_jit_enable) == 1", 1, 1},
	{"stage == syscall", 0, 1},
	{"did(goto)", 0, 1},
	{"did(reverse-step)", 0, 0},
	{"logged(\"processed 20 insns\")", 0, 1},
	{"answered(where)", 0, 0},
	{"", -1, -1},
	{"1 and", -1, -1},
	{"(1", -1, -1},
	{"1)", -1, -1},
	{"count", -1, -1},
	{"count(", -1, -1},
	{"count(nothing)", -1, -1},
	{"result(nothing)", -1, -1},
	{"answered(nothing)", -1, -1},
	{"looked(nothing)", -1, -1},
	{"did(nothing)", -1, -1},
	{"prog(xdp_count).nothing", -1, -1},
	{"sysctl(nothing)", -1, -1},
	{"nothing == 1", -1, -1},
};

static int answer(const char *predicate)
{
	struct why why = {0};
	bool holds;
	int err = lesson_holds(&sc, predicate, &holds, &why);

	if (err && err != -ENODATA)
		assert_true(why.text[0]);
	return err && err != -ENODATA ? -1 : holds;
}

static void predicates(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (answer(cases[i].predicate) != cases[i].begin)
			fail_msg("at the beginning: '%s' is %d", cases[i].predicate,
				 answer(cases[i].predicate));
	prompt_do(&sc, "goto end");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (answer(cases[i].predicate) != cases[i].end)
			fail_msg("at the end: '%s' is %d", cases[i].predicate, answer(cases[i].predicate));
}

static void values(void **state)
{
	static const char *const texts[][2] = {
		{"{c} of {prog(xdp_count).jited_len} bytes", "1 of 100 bytes"},
		{"[{c:4}]", "[1   ]"},
		{"{map counts[6]}", "17"},
		{"{result(map_create)}", "4"},
		{"{nothing} { } {", "? { } {"},
		{"{addr}", "ffffffffc0000008"},
	};
	char filled[200];
	struct text text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		text_init(&text, filled, sizeof(filled));
		course_fill(&sc, texts[i][0], &text);
		assert_string_equal(filled, texts[i][1]);
	}
}

/* Each example that `lesson predicates` prints is well formed. */
static void examples(void **state)
{
	static const struct fact *const tables[] = {facts_machine, facts_objects, facts_learner};

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (const struct fact *f = tables[t]; f->name; f++)
			if (answer(f->example) < 0)
				fail_msg("the example of %s, '%s', is not well formed", f->name, f->example);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(predicates),
		cmocka_unit_test(values),
		cmocka_unit_test(examples),
	};
	struct why why;
	int failed;

	screen_init(&sc);
	sc.unsaved = sc.batch = true;
	if (course_begin(&sc, "13", true, &why)) {
		printf("lesson 13: %s\n", why.text);
		return 1;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	screen_fini(&sc);
	return failed;
}
