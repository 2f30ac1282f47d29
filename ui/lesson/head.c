/* The head of a lesson: lines "key: value", which further lines may continue. */
#include <ctype.h>
#include <stdlib.h>

#include "../cli.h"
#include "reader.h"

static const struct head_key {
	const char *name;
	size_t offset;
} head_keys[] = {
	{"lesson", offsetof(struct lesson, id)},         {"lang", offsetof(struct lesson, lang)},
	{"title", offsetof(struct lesson, title)},       {"promise", offsetof(struct lesson, promise)},
	{"question", offsetof(struct lesson, question)}, {"needs", offsetof(struct lesson, needs)},
	{"file", offsetof(struct lesson, file)},
};

char **head_place(struct lesson *lesson, const char *name)
{
	for (u32 i = 0; i < ARRAY_SIZE(head_keys); i++)
		if (strcmp(head_keys[i].name, name) == 0)
			return (char **)((char *)lesson + head_keys[i].offset);
	return NULL;
}

void head_empty(struct lesson *lesson, char *nothing)
{
	for (u32 i = 0; i < ARRAY_SIZE(head_keys); i++)
		*head_place(lesson, head_keys[i].name) = nothing;
}

static void unknown_key(struct reader *r, const char *name)
{
	const char *names[ARRAY_SIZE(head_keys) + 1], *nearest;
	u32 n = 0;

	for (; n < ARRAY_SIZE(head_keys); n++)
		names[n] = head_keys[n].name;
	names[n++] = "minutes";
	nearest = cli_nearest(name, names, n);
	lesson_complain(r->ear, r->lesson, r->number, "the head has no '%s'; %s%s%s", name,
			nearest ? "did you mean '"
				: "it has lesson, lang, title, promise, needs, file, minutes, question",
			nearest ? nearest : "", nearest ? "'?" : "");
}

static void read_minutes(struct reader *r, const char *value)
{
	char *end;
	unsigned long minutes = strtoul(value, &end, 10);

	if (!isdigit((u8)*value) || *end || !minutes || minutes > 999)
		reader_complain(r, "minutes are a number from 1 to 999, not '%s'", value);
	else
		r->lesson->minutes = minutes;
}

/* Is the last character one that is written without spaces between words? In Chinese lines are joined as they
 * are. */
static bool ends_wide(const char *text)
{
	size_t len = strlen(text);

	return len && (u8)text[len - 1] >= 0x80;
}

/* The line continues a value: it moves up behind it, in the bytes of the file. */
static void continue_head(struct reader *r, char *line)
{
	char *value = *r->head, *end = value + strlen(value);

	line = skip_blanks(line);
	if (*value && !ends_wide(value))
		*end++ = ' ';
	memmove(end, line, strlen(line) + 1);
}

void read_head(struct reader *r, char *line)
{
	char *colon = strchr(line, ':');
	char **place;

	if ((*line == ' ' || *line == '\t') && r->head) {
		continue_head(r, line);
		return;
	}
	r->head = NULL;
	if (!*line)
		return;
	if (!colon) {
		reader_complain(r, "before the first == line there are lines 'key: value', not '%s'", line);
		return;
	}
	*colon = 0;
	cut_end(line);
	place = head_place(r->lesson, line);
	if (strcmp(line, "minutes") == 0) {
		read_minutes(r, skip_blanks(colon + 1));
	} else if (!place) {
		unknown_key(r, line);
	} else if (**place) {
		reader_complain(r, "'%s' stands here a second time", line);
	} else {
		*place = skip_blanks(colon + 1);
		r->head = place;
	}
}
