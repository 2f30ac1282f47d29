/* Where a line may be broken: at spaces, and in Chinese between any two characters but around some marks. */
#include "chars.h"

static bool is_one_of(u32 ch, const char *marks)
{
	u32 mark;

	while ((mark = utf8_decode(&marks)))
		if (mark == ch)
			return true;
	return false;
}

/* May a row end between the two? */
static bool may_part(u32 before, u32 ch)
{
	if (ch == ' ')
		return before != ' ';
	if (char_width(before) < 2 && char_width(ch) < 2)
		return false;
	return !is_one_of(ch, "，。、；：！？）》」』”’%") && !is_one_of(before, "（《「『“‘") &&
	       before != ' ';
}

static int width_of(const void *ctx, u32 ch)
{
	(void)ctx;
	return char_width(ch);
}

size_t chars_fitting(const char *text, int cells, chars_cells_of *cells_of, const void *ctx)
{
	const char *at = text, *next = text;
	size_t good = 0;
	u32 before = 0, ch;
	int used = 0;

	if (!cells_of)
		cells_of = width_of;
	while ((ch = utf8_decode(&next)) && ch != '\n') {
		if (before && may_part(before, ch))
			good = at - text;
		used += cells_of(ctx, ch);
		/* a space that does not fit is skipped, so the row before it fits */
		if (used > cells && ch != ' ')
			return good ? good : at > text ? (size_t)(at - text) : (size_t)(next - text);
		if (used > cells)
			return good;
		before = ch;
		at = next;
	}
	return at - text;
}
