/*
 * Addresses in the text of a grid: "fp-4", "ctx+16", "pkt+23", "map counts[6]+0" are found wherever they are
 * written, in panes, log and sentence, so that one colour means one region on the whole screen. The words
 * themselves say it, too; see enum hue.
 */
#include <ctype.h>

#include "grid.h"

static const struct {
	const char *word;
	u8 hue;
	bool counted; /* only with a number behind it */
} words[] = {
	{"fp", HUE_STACK, true},          {"ctx", HUE_CONTEXT, false},
	{"xdp_buff", HUE_CONTEXT, true},  {"sk_buff", HUE_CONTEXT, true},
	{"__sk_buff", HUE_CONTEXT, true}, {"pkt", HUE_PACKET, false},
	{"pkt_end", HUE_PACKET, false},   {"pkt_meta", HUE_PACKET, false},
	{"map_ptr", HUE_MAP, false},      {"map_value", HUE_MAP, false},
	{"map_key", HUE_MAP, false},      {"map_value_or_null", HUE_MAP, false},
};

static bool in_word(u32 ch)
{
	return ch == '_' || (ch < 0x80 && isalnum(ch));
}

/* The character at a column of the row; 0 behind its end. */
static u32 at(const struct cell *row, int cols, int col)
{
	return col < cols ? row[col].ch : 0;
}

/* "+12", "-0x8" or nothing: the column behind it. */
static int skip_offset(const struct cell *row, int cols, int col)
{
	u32 sign = at(row, cols, col);
	int end = col + (sign == '+' || sign == '-');

	if (end == col || !in_word(at(row, cols, end)))
		return col;
	while (in_word(at(row, cols, end)))
		end++;
	return end;
}

/* Is what begins here a value, and no word of a sentence? It stands behind = or ->, or in a column of its
 * own. */
static bool is_value(const struct cell *row, int col)
{
	return col >= 2 && row[col - 1].ch == ' ' &&
	       (row[col - 2].ch == '=' || row[col - 2].ch == 0x2192 || row[col - 2].ch == ' ' ||
		row[col - 2].role == ROLE_QUIET);
}

/* "map NAME[KEY]+OFFSET", or as a value "map NAME": the column behind it, or @col. */
static int skip_map(const struct cell *row, int cols, int col)
{
	int end = col + 4;

	if (at(row, cols, col) != 'm' || at(row, cols, col + 1) != 'a' || at(row, cols, col + 2) != 'p' ||
	    at(row, cols, col + 3) != ' ')
		return col;
	while (in_word(at(row, cols, end)) || at(row, cols, end) == '.')
		end++;
	if (end == col + 4 || at(row, cols, end) != '[')
		return end > col + 4 && is_value(row, col) ? end : col;
	while (at(row, cols, end) && at(row, cols, end) < 0x80 && at(row, cols, end) != ']')
		end++;
	return at(row, cols, end) == ']' ? skip_offset(row, cols, end + 1) : end;
}

static bool is_word(const struct cell *row, int cols, int col, int end, const char *word)
{
	for (; *word && col < end; word++, col++)
		if (at(row, cols, col) != (u32)(u8)*word)
			return false;
	return !*word && col == end;
}

/* The address that begins at @col: its region and the column behind it. */
static enum hue address(const struct cell *row, int cols, int col, int *behind)
{
	int end = col;

	*behind = skip_map(row, cols, col);
	if (*behind > col)
		return HUE_MAP;
	while (in_word(at(row, cols, end)) &&
	       !(end == col + 2 && isdigit(at(row, cols, end)) && row[col].ch == 'f'))
		end++;
	*behind = isdigit(at(row, cols, end)) ? end + 1 : skip_offset(row, cols, end);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (is_word(row, cols, col, end, words[i].word))
			return words[i].counted && *behind == end ? HUE_NONE : words[i].hue;
	*behind = end;
	return HUE_NONE;
}

static void mark_row(struct cell *row, int cols)
{
	for (int col = 0; col < cols;) {
		enum hue hue;
		int end;

		if (!in_word(row[col].ch)) {
			col++;
			continue;
		}
		hue = address(row, cols, col, &end);
		while (col < end && col < cols)
			row[col++].hue = hue;
	}
}

void grid_hues(struct grid *grid)
{
	for (int i = 0; i < grid->rows; i++)
		mark_row(&grid->cell[i * grid->cols], grid->cols);
}
