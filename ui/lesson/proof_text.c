/* What the texts of a lesson name has to be there: keys, commands, other lessons, files; in Chinese the terms
 * are bound. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../data_file.h"
#include "../prompt/prompt.h"
#include "catalogue.h"
#include "proof.h"

struct texts {
	const struct lesson *lesson;
	struct lesson_ear *ear;
};

/* "[s]", "[Enter]"; digits are panes, a to d answers. */
static bool is_key(const char *mark)
{
	char text[80];
	const char *at = text;
	u32 key;

	if (!mark[strspn(mark, "0123456789")] || (!mark[1] && strchr("abcdef", *mark)))
		return true;
	snprintf(text, sizeof(text), mark[1] ? "<%.70s>" : "%.70s", mark);
	key = key_by_name(&at);
	return mark[1] || *mark == '?' ? strcmp(key_name(key), mark) == 0 : strcmp(key_name(key), "?") != 0;
}

static void check_command(const struct texts *t, u32 number, const char *text)
{
	struct why why;

	if (!command_find(text, strcspn(text, " /"), &why))
		lesson_complain(t->ear, t->lesson, number, ":%s: %s", text, why.text);
}

/* "[:] until r0 == 0 [Enter]" */
static void check_typed(const struct texts *t, u32 number, const char *text)
{
	char command[200];

	while ((text = strstr(text, "[:] "))) {
		const char *end = strstr(text += 4, "[Enter]");

		if (!end)
			return;
		snprintf(command, sizeof(command), "%.*s", (int)min_u64(end - text, sizeof(command) - 1),
			 text);
		check_command(t, number, command);
	}
}

/* Terms that another one has been chosen for. */
static void check_terms(const struct texts *t, u32 number, const char *text)
{
	static const char *const terms[][2] = {
		{"验证器", "校验器"},   {"控制流程图", "控制流图"}, {"面板", "窗格"},
		{"机器语言", "机器码"}, {"帮助函数", "辅助函数"},   {"字典树", "前缀树"},
		{"您", "你"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(terms) && strcmp(t->lesson->lang, "zh") == 0; i++)
		if (strstr(text, terms[i][0]))
			lesson_complain(t->ear, t->lesson, number, "the term is %s, not %s", terms[i][1],
					terms[i][0]);
}

static void check_text(const struct texts *t, u32 number, const char *text)
{
	const char *at = text;
	char mark[64];

	while (lesson_next_mark(&at, '[', mark, sizeof(mark)))
		if (!is_key(mark))
			lesson_complain(t->ear, t->lesson, number, "there is no key [%s]", mark);
	check_typed(t, number, text);
	check_terms(t, number, text);
}

static void check_line(const struct texts *t, const struct lesson_section *s, const struct lesson_line *line)
{
	if (line->kind == LESSON_COMMAND)
		check_command(t, line->number, line->text);
	else if (line->kind != LESSON_QUOTE && line->kind != LESSON_VERBATIM)
		check_text(t, line->number, line->text);
	else if (s->kind != LESSON_SETUP)
		check_terms(t, line->number, line->text);
}

static void check_section(const struct texts *t, const struct lesson_section *s)
{
	for (u32 i = 0; i < s->lines; i++)
		check_line(t, s, &s->line[i]);
	for (u32 i = 0; i < s->directions; i++)
		check_command(t, s->direction[i].number, s->direction[i].command);
	for (u32 i = 0; i < s->options; i++)
		check_text(t, s->option[i].number, s->option[i].text);
	for (u32 g = 0; g < s->goals; g++) {
		check_text(t, s->goal[g].number, s->goal[g].text);
		for (u32 h = 0; h < s->goal[g].hints; h++)
			check_text(t, s->goal[g].number, s->goal[g].hint[h]);
	}
}

/* "needs: 02-one-life 04-fds" */
static void check_needs(const struct texts *t)
{
	const char *at = t->lesson->needs;
	char name[80];

	while (*at) {
		size_t n = strcspn(at, " ");
		struct why why;
		char *folder;

		snprintf(name, sizeof(name), "%.*s", (int)min_u64(n, sizeof(name) - 1), at);
		folder = catalogue_find(name, &why);
		if (!folder || strcmp(catalogue_name(folder), name) != 0)
			lesson_complain(t->ear, t->lesson, 1, "it needs '%s', and there is no such lesson",
					name);
		free(folder);
		at += n + strspn(at + n, " ");
	}
}

/* Of an answer of the real kernel: "... test/oracle/NAME" is a file. */
static void check_source(const struct texts *t, const struct lesson_section *s, const char *source)
{
	const char *at = strstr(source, "test/");
	char name[PATH_MAX], path[PATH_MAX];

	if (!at)
		return;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, " ,;)"), at);
	/* only where the tree is: tests are not installed */
	if (data_file("test/run.sh", path) && !data_file(name, path))
		lesson_complain(t->ear, t->lesson, s->number, "the source %s is not there", name);
}

void proof_texts(const struct lesson *lesson, struct lesson_ear *ear)
{
	const struct texts t = {lesson, ear};

	check_needs(&t);
	check_terms(&t, 1, lesson->title);
	check_terms(&t, 1, lesson->promise);
	for (u32 i = 0; i < lesson->sections; i++) {
		check_section(&t, &lesson->section[i]);
		for (u32 n = 0; n < lesson->section[i].sources; n++)
			check_source(&t, &lesson->section[i], lesson->section[i].source[n]);
	}
}
