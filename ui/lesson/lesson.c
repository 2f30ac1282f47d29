/* Lessons: complaints, sections by name, the marks in a text. */
#include <ctype.h>
#include <stdio.h>

#include "lesson.h"

void lesson_complain(struct lesson_ear *ear, const struct lesson *lesson, u32 number, const char *fmt, ...)
{
	char complaint[512];
	struct text text;
	va_list args;

	text_init(&text, complaint, sizeof(complaint));
	text_add(&text, number ? "%s:%u: " : "%s: ", lesson->path, number);
	va_start(args, fmt);
	text_vadd(&text, fmt, args);
	va_end(args);
	ear->heard++;
	ear->hear(ear, complaint);
}

struct lesson_section *lesson_find(const struct lesson *lesson, enum lesson_section_kind kind, const char *id)
{
	for (u32 i = 0; i < lesson->sections; i++) {
		struct lesson_section *s = &lesson->section[i];

		if (s->kind == kind && (!id || strcmp(s->id, id) == 0))
			return s;
	}
	return NULL;
}

static bool of_mark(char c)
{
	return isalnum((u8)c) || c == '.' || c == '(' || c == ')' || c == '_';
}

/* "{name:12}" and "[Enter]": what stands between; 0: it is no mark. *end is behind it. */
static size_t mark_length(const char *text, char close, const char **end)
{
	size_t len = 0, digits;

	while (of_mark(text[len]))
		len++;
	*end = text + len;
	if (close == '}' && **end == ':') {
		digits = strspn(*end + 1, "0123456789");
		*end += digits ? digits + 1 : 0;
	}
	return **end == close ? (*end)++, len : 0;
}

bool lesson_next_mark(const char **at, char open, char *out, size_t cap)
{
	char close = open == '{' ? '}' : ']';

	while ((*at = strchr(*at, open))) {
		const char *text = *at + 1, *end;
		/* "[:]" is a key as well */
		size_t len = open == '[' && strncmp(text, ":]", 2) == 0 ? 1 : mark_length(text, close, &end);

		*at = text;
		if (!len || len >= cap)
			continue;
		memcpy(out, text, len);
		out[len] = 0;
		*at += len;
		return true;
	}
	*at = "";
	return false;
}
