/* Grids as pictures: see export.h. Cells have a fixed size, and each run of text says how long it is, so that
 * columns stay straight in any font; borders are drawn as lines. */
#include "export.h"

#define CELL_WIDTH 8.4
#define CELL_HEIGHT 18
#define BASELINE 13.5
#define FONT_SIZE 14

/* A row or a column of cells, or a part of it. */
struct run {
	int row, col, len;
	struct look look;
};

static u32 palette(int color)
{
	static const u32 first[16] = {0x1c1c1c, 0xcd3131, 0x0dbc79, 0xb58900, 0x2472c8, 0xbc3fbc,
				      0x11a8cd, 0xe5e5e5, 0x666666, 0xf14c4c, 0x23d18b, 0xf5f543,
				      0x3b8eea, 0xd670d6, 0x29b8db, 0xffffff};
	static const u8 levels[6] = {0, 95, 135, 175, 215, 255};

	if (color < 16)
		return first[color];
	if (color >= 232)
		return (8 + 10 * (color - 232)) * 0x10101u;
	color -= 16;
	return (u32)levels[color / 36] << 16 | levels[color / 6 % 6] << 8 | levels[color % 6];
}

struct ink {
	u32 fore, back;
	bool filled; /* the background is not the picture's */
};

static struct ink ink_of(const struct theme *theme, struct look look)
{
	u32 own = theme->light ? 0x24292f : 0xd8dee9, paper = theme->light ? 0xffffff : 0x181a1f;
	struct ink ink = {.fore = look.color == COLOR_OWN ? own : palette(look.color),
			  .back = look.back == COLOR_OWN ? paper : palette(look.back),
			  .filled = look.back != COLOR_OWN};

	if (look.attributes & LOOK_REVERSE)
		ink = (struct ink){ink.back, ink.fore, true};
	return ink;
}

/* --- borders --- */

static bool same_line(const struct grid *grid, const struct theme *theme, int a, int b)
{
	return look_equal(theme_look(theme, &grid->cell[a]), theme_look(theme, &grid->cell[b]));
}

/* One line along cells that are joined, from cell @i on, by steps of @step. */
static void put_line(const struct grid *grid, const struct theme *theme, int i, bool down, FILE *out)
{
	u8 on = down ? LINE_DOWN : LINE_RIGHT, back = down ? LINE_UP : LINE_LEFT;
	int step = down ? grid->cols : 1, end = i;
	double begin = glyph_lines(grid->cell[i].ch) & back ? 0 : 0.5, half;
	int row = i / grid->cols, col = i % grid->cols, limit = down ? grid->rows - row : grid->cols - col;
	int len = 1;

	while (len < limit && glyph_lines(grid->cell[end].ch) & on &&
	       glyph_lines(grid->cell[end + step].ch) & back && same_line(grid, theme, end, end + step)) {
		end += step;
		len++;
	}
	half = glyph_lines(grid->cell[end].ch) & on ? 1 : 0.5;
	fprintf(out, "<path d=\"M%.1f %.1f%c%.1f\" stroke=\"#%06x\"/>\n",
		(col + (down ? 0.5 : begin)) * CELL_WIDTH, (row + (down ? begin : 0.5)) * CELL_HEIGHT,
		down ? 'v' : 'h', (len - 1 + half - begin) * (down ? CELL_HEIGHT : CELL_WIDTH),
		ink_of(theme, theme_look(theme, &grid->cell[i])).fore);
}

/* Does a line begin in the cell: is it not the continuation of one? */
static bool begins(const struct grid *grid, const struct theme *theme, int i, bool down)
{
	u8 on = down ? LINE_DOWN : LINE_RIGHT, back = down ? LINE_UP : LINE_LEFT;
	int step = down ? grid->cols : 1;
	u8 lines = glyph_lines(grid->cell[i].ch);
	bool first = down ? i < grid->cols : i % grid->cols == 0;

	if (!(lines & (on | back)))
		return false;
	return first || !(lines & back) || !(glyph_lines(grid->cell[i - step].ch) & on) ||
	       !same_line(grid, theme, i - step, i);
}

static void put_borders(const struct grid *grid, const struct theme *theme, FILE *out)
{
	for (int down = 0; down < 2; down++)
		for (int i = 0; i < grid->rows * grid->cols; i++)
			if (begins(grid, theme, i, down))
				put_line(grid, theme, i, down, out);
}

/* --- text --- */

static void put_escaped(const struct cell *cell, FILE *out)
{
	struct cell allowed = *cell;
	char text[10];

	/* XML has no such characters. */
	if (allowed.ch == 0xfffe || allowed.ch == 0xffff)
		allowed.ch = 0xfffd;
	cell_text(&allowed, text);
	if (cell->ch == '<' || cell->ch == '&')
		fputs(cell->ch == '<' ? "&lt;" : "&amp;", out);
	else
		fputs(glyph_lines(cell->ch) ? " " : text, out);
}

static bool is_blank(const struct cell *cell)
{
	return !cell->ch || cell->ch == ' ' || glyph_lines(cell->ch);
}

static void put_words(const struct grid *grid, const struct run *run, struct ink ink, FILE *out)
{
	const struct cell *cell = &grid->cell[run->row * grid->cols + run->col];
	int first = 0, end = run->len;

	while (first < end && is_blank(&cell[first]))
		first++;
	while (end > first && cell[end - 1].ch && is_blank(&cell[end - 1]))
		end--;
	if (first == end)
		return;
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\" fill=\"#%06x\"%s%s>",
		(run->col + first) * CELL_WIDTH, run->row * CELL_HEIGHT + BASELINE,
		(end - first) * CELL_WIDTH, ink.fore,
		run->look.attributes & LOOK_BOLD ? " font-weight=\"bold\"" : "",
		run->look.attributes & LOOK_UNDERLINE ? " text-decoration=\"underline\"" : "");
	for (int i = first; i < end; i++)
		if (cell[i].ch)
			put_escaped(&cell[i], out);
	fputs("</text>\n", out);
}

static void put_run(const struct grid *grid, const struct theme *theme, const struct run *run, FILE *out)
{
	struct ink ink = ink_of(theme, run->look);

	if (ink.filled)
		fprintf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#%06x\"/>\n",
			run->col * CELL_WIDTH, run->row * CELL_HEIGHT, run->len * CELL_WIDTH, CELL_HEIGHT,
			ink.back);
	put_words(grid, run, ink, out);
}

static void put_row(const struct grid *grid, const struct theme *theme, int row, FILE *out)
{
	const struct cell *cell = &grid->cell[row * grid->cols];
	struct run run = {.row = row};

	for (run.col = 0; run.col < grid->cols; run.col += run.len) {
		run.look = theme_look(theme, &cell[run.col]);
		run.len = 1;
		while (run.col + run.len < grid->cols &&
		       look_equal(run.look, theme_look(theme, &cell[run.col + run.len])))
			run.len++;
		put_run(grid, theme, &run, out);
	}
}

void grid_svg(const struct grid *grid, const struct theme *theme, FILE *out)
{
	double width = grid->cols * CELL_WIDTH;
	int height = grid->rows * CELL_HEIGHT;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%d\" viewBox=\"-8 -8 %.0f "
		"%d\" "
		"font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"%d\" "
		"xml:space=\"preserve\">\n",
		width + 16, height + 16, width + 16, height + 16, FONT_SIZE);
	fprintf(out, "<rect x=\"-8\" y=\"-8\" width=\"%.0f\" height=\"%d\" rx=\"6\" fill=\"#%06x\"/>\n",
		width + 16, height + 16, ink_of(theme, (struct look){0, COLOR_OWN, COLOR_OWN}).back);
	for (int row = 0; row < grid->rows; row++)
		put_row(grid, theme, row, out);
	put_borders(grid, theme, out);
	fputs("</svg>\n", out);
}
