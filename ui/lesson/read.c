/*
 * Reading a lesson: one line after another, each by what it begins with. Complaints go on to the next line,
 * so that a teacher sees all of them at once.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "reader.h"

#define GROW_BY 16 /* entries; every list grows by so many */

void *one_more(void **list, u32 count, size_t size)
{
	if (count % GROW_BY == 0) {
		void *grown = realloc(*list, (count + GROW_BY) * size);

		if (!grown)
			return NULL;
		*list = grown;
	}
	memset((char *)*list + count * size, 0, size);
	return (char *)*list + count * size;
}

char *skip_blanks(char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

void cut_end(char *text)
{
	size_t len = strlen(text);

	while (len && isspace((u8)text[len - 1]))
		text[--len] = 0;
}

void reader_complain(struct reader *r, const char *fmt, const char *what)
{
	lesson_complain(r->ear, r->lesson, r->number, fmt, what);
}

bool is_id(const char *id)
{
	if (!islower((u8)*id))
		return false;
	while (islower((u8)*id) || isdigit((u8)*id) || *id == '-')
		id++;
	return !*id;
}

/* --- sections: "== beat ID" --- */

static const struct section_rule {
	const char *name;
	bool has_id;
	bool once;
} section_rules[LESSON_SECTIONS] = {
	[LESSON_SETUP] = {"setup", false, true},       [LESSON_BEAT] = {"beat", true, false},
	[LESSON_ASK] = {"ask", true, false},           [LESSON_SMALL_PRINT] = {"small-print", false, true},
	[LESSON_SOLUTION] = {"solution", false, true}, [LESSON_END] = {"end", false, true},
};

const char *lesson_section_name(enum lesson_section_kind kind)
{
	return section_rules[kind].name;
}

static int section_kind(const char *name)
{
	for (int kind = 0; kind < LESSON_SECTIONS; kind++)
		if (strcmp(section_rules[kind].name, name) == 0)
			return kind;
	return -1;
}

static bool section_fits(struct reader *r, int kind, const char *name, const char *id)
{
	if (kind < 0)
		reader_complain(
			r, "there is no section '%s': setup, beat ID, ask ID, small-print, solution, end are",
			name);
	else if (section_rules[kind].has_id && !is_id(id))
		reader_complain(r, "expected an id of a-z, 0-9 and - behind == %s", name);
	else if (!section_rules[kind].has_id && *id)
		reader_complain(r, "expected nothing behind == %s", name);
	else if (section_rules[kind].once && lesson_find(r->lesson, kind, NULL))
		reader_complain(r, "== %s stands here a second time", name);
	else if (section_rules[kind].has_id &&
		 (lesson_find(r->lesson, LESSON_BEAT, id) || lesson_find(r->lesson, LESSON_ASK, id)))
		reader_complain(r, "the id '%s' is taken by a beat or question before", id);
	else
		return true;
	return false;
}

static void read_section(struct reader *r, char *line)
{
	char *name = skip_blanks(line + 2), *id = name + strcspn(name, " \t");
	struct lesson_section *section;
	int kind;

	if (*id)
		*id++ = 0;
	id = skip_blanks(id);
	kind = section_kind(name);
	/* a section that does not fit is read all the same: what is in it has its own complaints */
	if (!section_fits(r, kind, name, id))
		kind = kind < 0 ? LESSON_BEAT : kind;
	section = one_more((void **)&r->lesson->section, r->lesson->sections, sizeof(*section));
	if (!section)
		return;
	r->lesson->sections++;
	*section = (struct lesson_section){
		.kind = kind, .number = r->number, .id = id, .truth = "", .trial = "", .reveal = ""};
	r->section = section;
}
static void read_line(struct reader *r, char *line)
{
	cut_end(line);
	if (*line == '#')
		return;
	if (strncmp(line, "==", 2) == 0)
		read_section(r, line);
	else if (!r->section)
		read_head(r, line);
	else
		read_entry(r, line);
}
/* --- the file --- */

static void need_head(struct reader *r)
{
	static const char *const needed[] = {"lesson", "lang", "title", "promise"};

	for (u32 i = 0; i < ARRAY_SIZE(needed); i++)
		if (!**head_place(r->lesson, needed[i]))
			reader_complain(r, "the head lacks '%s: ...'", needed[i]);
	if (!lesson_find(r->lesson, LESSON_END, NULL))
		reader_complain(r, "the lesson has no == %s", "end");
}

static struct lesson *lesson_new(const char *path, const char *bytes, size_t len)
{
	struct lesson *lesson = calloc(1, sizeof(*lesson));

	if (!lesson)
		return NULL;
	lesson->path = strdup(path);
	lesson->bytes = malloc(len + 1);
	if (!lesson->path || !lesson->bytes) {
		lesson_free(lesson);
		return NULL;
	}
	memcpy(lesson->bytes, bytes, len);
	lesson->bytes[len] = 0;
	head_empty(lesson, lesson->bytes + len);
	return lesson;
}

struct lesson *lesson_parse(const char *path, const char *bytes, size_t len, struct lesson_ear *ear)
{
	struct lesson *lesson = lesson_new(path, bytes, len);
	struct reader r = {.lesson = lesson, .ear = ear, .number = 1};

	if (!lesson)
		return NULL;
	if (memchr(bytes, 0, len))
		reader_complain(&r, "this is not a text%s: it has bytes of value 0", "");
	for (char *line = lesson->bytes; line; line = r.next, r.number++) {
		r.next = strchr(line, '\n');
		if (r.next)
			*r.next++ = 0;
		read_line(&r, line);
	}
	need_head(&r);
	return lesson;
}

struct lesson *lesson_read(const char *path, struct lesson_ear *ear)
{
	struct lesson *lesson = NULL;
	char *bytes = malloc(LESSON_FILE_MAX + 1);
	FILE *f = fopen(path, "r");
	struct lesson nameless = {.path = (char *)path};
	size_t len;

	if (!f || !bytes) {
		lesson_complain(ear, &nameless, 0, "%s", f ? "no memory" : strerror(errno));
	} else {
		len = fread(bytes, 1, LESSON_FILE_MAX + 1, f);
		if (ferror(f))
			lesson_complain(ear, &nameless, 0, "%s", strerror(errno));
		else if (len > LESSON_FILE_MAX)
			lesson_complain(ear, &nameless, 0, "longer than %u bytes, which no lesson is",
					LESSON_FILE_MAX);
		else
			lesson = lesson_parse(path, bytes, len, ear);
	}
	if (f)
		fclose(f);
	free(bytes);
	return lesson;
}

void lesson_free(struct lesson *lesson)
{
	if (!lesson)
		return;
	for (u32 i = 0; i < lesson->sections; i++) {
		free(lesson->section[i].line);
		free(lesson->section[i].goal);
		free(lesson->section[i].option);
		free(lesson->section[i].direction);
		free(lesson->section[i].source);
	}
	free(lesson->section);
	free(lesson->let);
	free(lesson->bytes);
	free(lesson->path);
	free(lesson);
}
