/* Lessons as files: what a line is, and what is complained about where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "ui/lesson/lesson.h"

#define HEAD "lesson: 01-x\nlang: en\ntitle: T\npromise: first\n   second\nminutes: 3\n"

static char said[4096];

static void hear(struct lesson_ear *ear, const char *complaint)
{
	(void)ear;
	strncat(said, complaint, sizeof(said) - strlen(said) - 2);
	strcat(said, "\n");
}

static struct lesson *parse(const char *text)
{
	struct lesson_ear ear = {hear, 0};

	said[0] = 0;
	return lesson_parse("f", text, strlen(text), &ear);
}

static void every_kind_of_line(void **state)
{
	struct lesson *l = parse(HEAD "== setup\n:load x\nlet a = 1 == 2\n== beat one\nText\n- item\n    kept\n    :step\n"
				 "| kernel\ngoal g: do it\nwhen: a\nhint: h1\n== ask q\nWhat?\na) x == 1 = yes\ntruth: a\n"
				 "source: man page\n== end\nDone\n");
	const struct lesson_section *beat = lesson_find(l, LESSON_BEAT, "one"), *ask = lesson_find(l, LESSON_ASK, "q");
	static const u8 kinds[] = {LESSON_TEXT, LESSON_ITEM, LESSON_VERBATIM, LESSON_COMMAND, LESSON_QUOTE};

	(void)state;
	assert_string_equal(said, "");
	assert_string_equal(l->promise, "first second");
	assert_int_equal(l->minutes, 3);
	assert_string_equal(l->let[0].expr, "1 == 2");
	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++)
		assert_int_equal(beat->line[i].kind, kinds[i]);
	assert_string_equal(beat->line[3].text, "step");
	assert_string_equal(beat->goal[0].when, "a");
	assert_string_equal(beat->goal[0].hint[0], "h1");
	assert_string_equal(ask->option[0].text, "x == 1");
	assert_string_equal(ask->option[0].value, "yes");
	assert_string_equal(ask->source[0], "man page");
	lesson_free(l);
}

static void complaints(void **state)
{
	static const char *const cases[][2] = {
		{HEAD "titel: x\n== end\n", "f:7: the head has no 'titel'; did you mean 'title'?\n"},
		{HEAD "title: x\n== end\n", "f:7: 'title' stands here a second time\n"},
		{HEAD "== beat\n== end\n", "f:7: expected an id of a-z, 0-9 and - behind == beat\n"},
		{HEAD "== beat a\n== beat a\n== end\n", "f:8: the id 'a' is taken by a beat or question before\n"},
		{HEAD "== bit a\n== end\n",
		 "f:7: there is no section 'bit': setup, beat ID, ask ID, small-print, solution, end are\n"},
		{HEAD "== beat a\nwhen: x\n== end\n", "f:8: a 'when:' belongs to the goal before it, and here is none\n"},
		{HEAD "== setup\nload x\n== end\n",
		 "f:8: here are commands, one a line, with a colon before each; not 'load x'\n"},
		{HEAD "== ask a\nb) x\n== end\n", "f:8: options are lettered a) b) c) in order; this one is 'b) x'\n"},
		{HEAD "", "f:8: the lesson has no == end\n"},
		{"", "f:2: the head lacks 'lesson: ...'\nf:2: the head lacks 'lang: ...'\nf:2: the head lacks 'title: ...'\n"
		     "f:2: the head lacks 'promise: ...'\nf:2: the lesson has no == end\n"},
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		lesson_free(parse(cases[i][0]));
		assert_string_equal(said, cases[i][1]);
	}
}

static void marks(void **state)
{
	const char *text = "{a:12} {b.c} [Enter] {not one} [:] {d(e)} [0..9] {";
	char name[16], all[128] = "";

	(void)state;
	for (const char *at = text; lesson_next_mark(&at, '{', name, sizeof(name));)
		strcat(strcat(all, name), " ");
	for (const char *at = text; lesson_next_mark(&at, '[', name, sizeof(name));)
		strcat(strcat(all, name), " ");
	assert_string_equal(all, "a b.c d(e) Enter : 0..9 ");
}

/* What goes wrong when one word of a translation is changed. */
static void translations(void **state)
{
	static const char first[] = HEAD "== beat a\nSee {n} and [s].\n    :step\n| log\ngoal g: do\nwhen: x\nhint: h\n== end\n";
	static const char *const cases[][3] = {
		{"{n}", "{m}", "{n} of f is missing here"}, {"[s]", "[S]", "[S] is not in f"},
		{":step", ":next", "expected the command of f here: 'step'"},
		{"| log", "| lag", "expected the quotation of f here: 'log'"},
		{"goal g", "goal k", "expected the goal 'g', not 'k'"},
		{"hint: h\n", "", "the goal 'g' has 0 hints, in f it has 1"},
		{"beat a", "beat b", "expected == beat a here, as in f"},
		{"== end", "== solution\n== end", "a translation has no == solution; it is taken from f"},
		{"when", "when", ""},
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		char changed[512];
		const char *at = strstr(first, cases[i][0]);
		struct lesson *a = parse(first), *b;
		struct lesson_ear ear = {hear, 0};

		snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - first), first, cases[i][1],
			 at + strlen(cases[i][0]));
		b = parse(changed);
		lesson_marry(b, a, &ear);
		assert_non_null(strstr(said, cases[i][2]));
		assert_int_equal(ear.heard > 0, cases[i][2][0] != 0);
		lesson_free(b);
		lesson_free(a);
	}
}

/* The model lesson, which comes in both languages. */
static void lesson_13(void **state)
{
	struct lesson_ear ear = {hear, 0};
	struct lesson *en = lesson_read("lessons/13-when-compiled/en.lesson", &ear),
		      *zh = lesson_read("lessons/13-when-compiled/zh.lesson", &ear);

	(void)state;
	said[0] = 0;
	lesson_marry(zh, en, &ear);
	assert_string_equal(said, "");
	assert_int_equal(ear.heard, 0);
	assert_string_equal(lesson_find(zh, LESSON_ASK, "where")->option[3].value, "every-event");
	lesson_free(zh);
	lesson_free(en);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_line), cmocka_unit_test(complaints), cmocka_unit_test(marks),
		cmocka_unit_test(translations),       cmocka_unit_test(lesson_13),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
