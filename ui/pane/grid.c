/* Grids: see grid.h. */
#include <stdarg.h>
#include <stdlib.h>

#include "grid.h"

static const struct cell blank = {.ch = ' '};

/* What stands for a sign where it cannot be shown. */
static const struct {
	u32 ch;
	const char *ascii;
} twins[] = {
	{0x2713, "+"},  {0x2717, "x"},  {0x25b8, ">"},   {0x25c2, "<"},  {0x25cf, "*"},  {0x25cb, "o"},
	{0x25d0, "+"},  {0x2026, "~"},  {0x2504, "."},   {0x2506, ":"},  {0x250a, ":"},  {0x2591, "."},
	{0x2261, "="},  {0x25bc, "v"},  {0x25b2, "^"},   {0x25be, "v"},  {0x25b4, "^"},  {0x2550, "="},
	{0x2551, "|"},  {0x2264, "<="}, {0x2265, ">="},  {0x2260, "!="}, {0xd7, "x"},    {0x2190, "<-"},
	{0x201c, "\""}, {0x201d, "\""}, {0x2018, "'"},   {0x2019, "'"},  {0x25a0, "#"},  {0x25a1, "."},
	{0x2191, "^"},  {0x2193, "v"},  {0x221e, "inf"}, {0xb7, "."},    {0x2192, "->"}, {0x2500, "-"},
	{0x2502, "|"},  {0x251c, "|"},  {0x2524, "|"},   {0x250c, "+"},  {0x2510, "+"},  {0x2514, "`"},
	{0x2518, "'"},  {0x252c, "+"},  {0x2534, "+"},   {0x253c, "+"},  {0x2588, "#"},
};

/* Beside ASCII and Latin 1: what the Linux console's fonts have of them. */
static const u32 console_signs[] = {
	0x2192, 0x2500, 0x2502, 0x251c, 0x2524, 0x250c, 0x2510,
	0x2514, 0x2518, 0x252c, 0x2534, 0x253c, 0x2588,
};

int grid_init(struct grid *grid, int rows, int cols, enum glyphs glyphs)
{
	*grid = (struct grid){.rows = rows < 0 ? 0 : rows, .cols = cols < 0 ? 0 : cols, .glyphs = glyphs};
	grid->cell = calloc((size_t)grid->rows * grid->cols + 1, sizeof(*grid->cell));
	if (!grid->cell)
		return -ENOMEM;
	grid_clear(grid);
	return 0;
}

void grid_fini(struct grid *grid)
{
	free(grid->cell);
	*grid = (struct grid){0};
}

void grid_clear(struct grid *grid)
{
	for (int i = 0; i < grid->rows * grid->cols; i++)
		grid->cell[i] = blank;
}

struct area grid_area(struct grid *grid)
{
	return (struct area){grid, 0, 0, grid->rows, grid->cols};
}

static int clamp(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

struct area area_part(const struct area *a, int row, int col, int rows, int cols)
{
	row = clamp(row, 0, a->rows);
	col = clamp(col, 0, a->cols);
	return (struct area){a->grid, a->row + row, a->col + col, clamp(rows, 0, a->rows - row),
			     clamp(cols, 0, a->cols - col)};
}

static struct cell *cell_at(const struct area *a, int row, int col)
{
	return &a->grid->cell[(a->row + row) * a->grid->cols + a->col + col];
}

/* Half a wide character is none. */
static void clean_halves(const struct area *a, int row, int col)
{
	const struct grid *grid = a->grid;
	int at = a->col + col;
	struct cell *cell = cell_at(a, row, col);

	if (!cell->ch && at > 0)
		cell[-1] = blank;
	if (at + 1 < grid->cols && !cell[1].ch)
		cell[1] = blank;
}

static void set(const struct area *a, int row, int col, u32 ch, enum role role)
{
	clean_halves(a, row, col);
	*cell_at(a, row, col) = (struct cell){.ch = ch, .role = role};
}

static bool on_console(u32 ch)
{
	for (size_t i = 0; i < ARRAY_SIZE(console_signs); i++)
		if (console_signs[i] == ch)
			return true;
	return ch < 0x100;
}

/* What is shown for @ch by these glyphs; NULL: itself. */
static const char *stand_in(enum glyphs glyphs, u32 ch)
{
	if (glyphs == GLYPHS_FULL || ch < 0x80 || (glyphs == GLYPHS_CONSOLE && on_console(ch)))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(twins); i++)
		if (twins[i].ch == ch)
			return twins[i].ascii;
	return glyphs == GLYPHS_NARROW && !char_is_ambiguous(ch) ? NULL : "?";
}

static u32 printable(u32 ch)
{
	return ch < 0x20 || (ch >= 0x7f && ch < 0xa0) ? '?' : ch;
}

static void put_ellipsis(const struct area *a, int row, enum role role)
{
	const char *twin = stand_in(a->grid->glyphs, 0x2026);

	set(a, row, a->cols - 1, twin ? (u32)twin[0] : 0x2026, role);
}

/* One character of one or two cells. The column behind it, or -1: there is no room for it. */
static int put_char(const struct area *a, int row, int col, u32 ch, enum role role)
{
	int width = char_width(ch);

	if (col + width > a->cols)
		return -1;
	if (!width) {
		if (col > 0)
			cell_at(a, row, col - 1 - !cell_at(a, row, col - 1)->ch)->mark = ch;
		return col;
	}
	set(a, row, col, ch, role);
	if (width == 2) {
		clean_halves(a, row, col + 1);
		*cell_at(a, row, col + 1) = (struct cell){.role = role};
	}
	return col + width;
}

static int put_ascii(const struct area *a, int row, int col, const char *text, enum role role)
{
	for (; *text && col >= 0; text++)
		col = put_char(a, row, col, *text, role);
	return col;
}

int area_put(const struct area *a, int row, int col, enum role role, const char *text)
{
	u32 ch;

	if (row < 0 || row >= a->rows || col < 0 || a->cols <= 0)
		return col;
	if (col >= a->cols) {
		if (*text)
			put_ellipsis(a, row, role);
		return col;
	}
	while ((ch = utf8_decode(&text))) {
		const char *twin = stand_in(a->grid->glyphs, ch);
		int next = twin ? put_ascii(a, row, col, twin, role)
				: put_char(a, row, col, printable(ch), role);

		if (next < 0) {
			put_ellipsis(a, row, role);
			return a->cols;
		}
		col = next;
	}
	return col;
}

/* Cells that a character takes, with what stands for it. */
static int cells_of(const void *ctx, u32 ch)
{
	const struct grid *grid = ctx;
	const char *twin = stand_in(grid->glyphs, ch);

	return twin ? (int)strlen(twin) : char_width(ch);
}

int area_wrap(const struct area *a, int row, int col, enum role role, const char *text, int most)
{
	int used = 0;

	while (*text && used < most) {
		int n = used + 1 < most ? (int)chars_fitting(text, a->cols - col - 1, cells_of, a->grid)
					: (int)strlen(text);

		area_print(a, row + used++, col, role, "%.*s", n, text);
		text += n + strspn(text + n, " ");
	}
	return used;
}

int area_print(const struct area *a, int row, int col, enum role role, const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	return area_put(a, row, col, role, line);
}

void area_role(const struct area *a, int row, int col, int cols, enum role role)
{
	if (row < 0 || row >= a->rows)
		return;
	for (int i = max_s64(col, 0); i < col + cols && i < a->cols; i++)
		cell_at(a, row, i)->role = role;
}

/* --- borders --- */

static void add_lines(const struct area *a, int row, int col, u8 lines, enum role role)
{
	struct cell *cell = cell_at(a, row, col);

	lines |= cell->lines;
	clean_halves(a, row, col);
	if (cell->role != ROLE_FOCUS)
		cell->role = role;
	cell->ch = ' ';
	cell->mark = 0;
	cell->lines = lines;
}

void area_box(const struct area *a, enum role role)
{
	int bottom = a->rows - 1, right = a->cols - 1;

	if (bottom < 1 || right < 1)
		return;
	for (int col = 0; col <= right; col++) {
		u8 lines = (col > 0 ? LINE_LEFT : 0) | (col < right ? LINE_RIGHT : 0);

		add_lines(a, 0, col, lines, role);
		add_lines(a, bottom, col, lines, role);
	}
	for (int row = 0; row <= bottom; row++) {
		u8 lines = (row > 0 ? LINE_UP : 0) | (row < bottom ? LINE_DOWN : 0);

		add_lines(a, row, 0, lines, role);
		add_lines(a, row, right, lines, role);
	}
}

/* By enum line, or-ed. */
static const u32 line_glyphs[16] = {
	' ',    0x2502, 0x2502, 0x2502, 0x2500, 0x2518, 0x2510, 0x2524,
	0x2500, 0x2514, 0x250c, 0x251c, 0x2500, 0x2534, 0x252c, 0x253c,
};

u8 glyph_lines(u32 ch)
{
	for (u8 lines = ARRAY_SIZE(line_glyphs) - 1; lines; lines--)
		if (line_glyphs[lines] == ch)
			return lines;
	return 0;
}

void grid_join_lines(struct grid *grid)
{
	for (int i = 0; i < grid->rows * grid->cols; i++) {
		struct cell *cell = &grid->cell[i];

		const char *twin;

		if (!cell->lines)
			continue;
		twin = stand_in(grid->glyphs, line_glyphs[cell->lines]);
		cell->ch = twin ? (u32)twin[0] : line_glyphs[cell->lines];
		cell->lines = 0;
	}
}

/* --- text of it --- */

int grid_width(const struct grid *grid, const char *text)
{
	int width = 0;
	u32 ch;

	while ((ch = utf8_decode(&text)))
		width += cells_of(grid, ch);
	return width;
}

void cell_text(const struct cell *cell, char out[10])
{
	int n = utf8_encode(cell->ch, out);

	if (cell->mark)
		utf8_encode(cell->mark, out + n);
}

static int last_used(const struct grid *grid, int row)
{
	int col = grid->cols;

	while (col > 0 && grid->cell[row * grid->cols + col - 1].ch == ' ')
		col--;
	return col;
}

void grid_dump(const struct grid *grid, FILE *out)
{
	char bytes[10];

	for (int row = 0; row < grid->rows; row++) {
		int end = last_used(grid, row);

		for (int col = 0; col < end; col++) {
			const struct cell *cell = &grid->cell[row * grid->cols + col];

			if (!cell->ch)
				continue;
			cell_text(cell, bytes);
			fputs(bytes, out);
		}
		fputc('\n', out);
	}
}

bool cell_equal(const struct cell *a, const struct cell *b)
{
	return a->ch == b->ch && a->mark == b->mark && a->role == b->role && a->hue == b->hue;
}
