/* Grids as control sequences: see export.h. */
#include "export.h"

static void put_look(struct look look, FILE *out)
{
	static const struct {
		u8 attribute;
		const char *code;
	} codes[] = {{LOOK_BOLD, ";1"}, {LOOK_DIM, ";2"}, {LOOK_UNDERLINE, ";4"}, {LOOK_REVERSE, ";7"}};

	fputs("\033[0", out);
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (look.attributes & codes[i].attribute)
			fputs(codes[i].code, out);
	if (look.color >= 8)
		fprintf(out, ";38;5;%d", look.color);
	else if (look.color >= 0)
		fprintf(out, ";3%d", look.color);
	if (look.back >= 0)
		fprintf(out, ";48;5;%d", look.back);
	fputc('m', out);
}

static bool differs(const struct grid *grid, const struct grid *before, int i)
{
	return !before || !cell_equal(&grid->cell[i], &before->cell[i]);
}

void grid_ansi(const struct grid *grid, const struct grid *before, const struct theme *theme, FILE *out)
{
	struct look look = {0, COLOR_OWN, COLOR_OWN};
	int next = -1; /* the cell that the terminal would write to */
	char text[10];

	fputs(before ? "" : "\033[0m\033[2J", out);
	for (int i = 0; i < grid->rows * grid->cols; i++) {
		const struct cell *cell = &grid->cell[i];
		struct look wanted = theme_look(theme, cell);
		bool wide = (i + 1) % grid->cols && !cell[1].ch;

		if (!cell->ch || !(differs(grid, before, i) || (wide && differs(grid, before, i + 1))))
			continue;
		if (next != i || i % grid->cols == 0)
			fprintf(out, "\033[%d;%dH", i / grid->cols + 1, i % grid->cols + 1);
		if (!look_equal(look, wanted))
			put_look(wanted, out);
		look = wanted;
		cell_text(cell, text);
		fputs(text, out);
		next = i + 1 + wide;
	}
	if (!look_equal(look, (struct look){0, COLOR_OWN, COLOR_OWN}))
		fputs("\033[0m", out);
}
