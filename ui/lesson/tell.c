/* The text of a page: {names} replaced, lines joined to paragraphs. See course.h. */
#include <stdio.h>
#include <stdlib.h>

#include "course.h"
#include "fact.h"

#define BLOCK 4096

/* --- {names} --- */

static void value_of(struct screen *sc, const char *name, struct text *out)
{
	const struct course *c = sc->course;
	struct why why;

	if (strcmp(name, "file") == 0) {
		text_add(out, "%s", c->object);
		return;
	}
	if (strcmp(name, "lesson") == 0) {
		text_add(out, "%s", c->folder);
		return;
	}
	for (u32 i = 0; i < c->first->lets && i < COURSE_LETS; i++) {
		if (strcmp(c->first->let[i].name, name) == 0) {
			text_add(out, "%s", c->value[i]);
			return;
		}
	}
	if (!sc->debug.loaded || lesson_value(sc, name, out, &why))
		text_add(out, "?");
}

/* "{name:12}" at @at: its length, 0 = it is none; *width as asked for. */
static size_t brace(const char *at, char *name, size_t cap, int *width)
{
	size_t n = strcspn(at + 1, "{}\n:"), end = 1 + n;

	*width = 0;
	if (at[end] == ':')
		end += 1 + strspn(at + end + 1, "0123456789"), *width = atoi(at + 2 + n);
	if (at[end] != '}' || !n || n >= cap || at[1] == ' ')
		return 0;
	snprintf(name, cap, "%.*s", (int)n, at + 1);
	return end + 1;
}

static int cells(const char *text)
{
	int n = 0;
	u32 ch;

	while ((ch = utf8_decode(&text)))
		n += char_width(ch);
	return n;
}

void course_fill(struct screen *sc, const char *text, struct text *out)
{
	char name[160], value[COURSE_VALUE];
	struct text v;
	size_t n;
	int width;

	while (*text) {
		n = strcspn(text, "{");
		text_add(out, "%.*s", (int)n, text);
		text += n;
		if (!*text)
			break;
		n = brace(text, name, sizeof(name), &width);
		if (!n) {
			text_add(out, "{");
			text++;
			continue;
		}
		text_init(&v, value, sizeof(value));
		value_of(sc, name, &v);
		text_add(out, "%s%*s", value, (int)max_s64(0, width - cells(value)), "");
		text += n;
	}
}

/* --- blocks --- */

/* The last character of a text. */
static u32 last_char(const struct text *t)
{
	size_t at = t->len;
	const char *text;

	while (at && ((u8)t->buf[--at] & 0xc0) == 0x80)
		;
	text = t->buf + at;
	return utf8_decode(&text);
}

/* "，。、；：！？）《》“”（": their space is in them. */
static bool is_wide_mark(u32 ch)
{
	return (ch >= 0x3000 && ch <= 0x303f) || (ch >= 0xff00 && ch <= 0xff65) || ch == 0x201c ||
	       ch == 0x201d;
}

/* Between two lines of a paragraph; Chinese has a space only beside Latin letters and numbers. */
static const char *joint(const struct text *before, const char *more)
{
	u32 last = last_char(before), first = utf8_decode(&more);
	bool wide = char_width(last) > 1, next = char_width(first) > 1;

	return is_wide_mark(last) || is_wide_mark(first) || (wide && next) ? "" : " ";
}

static bool goes_on(const struct lesson_section *s, u32 i)
{
	return i < s->lines && s->line[i].kind == LESSON_TEXT;
}

void course_blocks(struct screen *sc, const struct lesson_section *s, course_block_fn *put, void *ctx)
{
	u32 lines = s->lines;
	char block[BLOCK];
	struct text text;

	while (lines && s->line[lines - 1].kind == LESSON_BLANK)
		lines--;
	for (u32 i = 0; i < lines; i++) {
		u8 kind = s->line[i].kind;

		text_init(&text, block, sizeof(block));
		course_fill(sc, s->line[i].text, &text);
		while ((kind == LESSON_TEXT || kind == LESSON_ITEM) && goes_on(s, i + 1)) {
			const char *more = s->line[++i].text;

			more += strspn(more, " ");
			text_add(&text, "%s", joint(&text, more));
			course_fill(sc, more, &text);
		}
		put(ctx, kind, block);
	}
}

/* --- as text --- */

#define COLUMNS 78

static void say_wrapped(struct screen *sc, const char *indent, const char *text)
{
	int room = COLUMNS - (int)strlen(indent);

	while (*text) {
		size_t n = chars_fitting(text, room, NULL, NULL);

		screen_say(sc, "%s%.*s\n", indent, (int)n, text);
		text += n + strspn(text + n, " ");
	}
}

static void say_block(void *ctx, enum lesson_line_kind kind, const char *text)
{
	static const char *const before[] = {
		[LESSON_VERBATIM] = "    ", [LESSON_COMMAND] = "    :", [LESSON_QUOTE] = "  | "};
	struct screen *sc = ctx;

	if (kind == LESSON_BLANK)
		screen_say(sc, "\n");
	else if (kind == LESSON_TEXT || kind == LESSON_ITEM)
		say_wrapped(sc, "", text);
	else
		screen_say(sc, "%s%s\n", before[kind], text);
}

static void tell_question(struct screen *sc, const struct lesson_section *s,
			  const struct course_answer *answer)
{
	for (u32 i = 0; i < s->options; i++)
		screen_say(sc, "  %c) %s\n", (int)('a' + i), s->option[i].text);
	if (answer->revealed)
		screen_say(sc, words("%sYou said %c; it is %c.\n"), "", answer->letter, answer->truth);
	else if (!answer->letter)
		screen_say(sc, words("`lesson answer a` says what you think: a to %c.\n"),
			   (int)('a' + s->options - 1));
}

void course_tell(struct screen *sc)
{
	struct course *c = sc->course;
	const struct lesson_section *s = course_text(c, c->page);
	const struct course_answer *answer = course_answer_at(c, c->page);

	screen_say(sc, "\n== %s · %u/%u\n\n", course_lesson(c)->title, c->page + 1, c->pages);
	course_blocks(sc, s, say_block, sc);
	screen_say(sc, "\n");
	if (answer)
		tell_question(sc, s, answer);
	for (u32 i = 0; i < c->goals; i++)
		if (c->goal[i].page == c->page)
			screen_say(sc, "  [%c] %s\n", c->goal[i].ticked ? 'x' : ' ',
				   course_goal_text(c, i)->text);
}
