/* Recording: see cast.h. A line of JSON for each frame that changes something; each stands alone, so a
 * recording that was cut off still plays. */
#include <jansson.h>
#include <stdlib.h>

#include "cast.h"

int cast_begin(struct cast *cast, const char *path, const struct theme *theme, struct why *why)
{
	*cast = (struct cast){.out = fopen(path, "w"), .theme = *theme};
	if (!cast->out)
		return sim_fail(why, -errno, "%s: %s", path, strerror(errno));
	/* Whoever plays it has colours. */
	cast->theme.colors = 256;
	return 0;
}

static void put_line(struct cast *cast, json_t *line)
{
	if (!line)
		return;
	json_dumpf(line, cast->out, JSON_COMPACT | JSON_REAL_PRECISION(9));
	fputc('\n', cast->out);
	fflush(cast->out);
	json_decref(line);
}

static void put_size(struct cast *cast, const struct grid *grid, double seconds)
{
	char size[32];

	snprintf(size, sizeof(size), "%dx%d", grid->cols, grid->rows);
	if (cast->last.cell)
		put_line(cast, json_pack("[f,s,s]", seconds, "r", size));
	else
		put_line(cast,
			 json_pack("{s:i,s:i,s:i,s:s,s:{s:s}}", "version", 2, "width", grid->cols, "height",
				   grid->rows, "title", "bpfwalk", "env", "TERM", "xterm-256color"));
}

/* The grid becomes the last one. */
static void keep(struct cast *cast, const struct grid *grid)
{
	size_t size = (size_t)grid->rows * grid->cols * sizeof(*grid->cell);

	if (!cast->last.cell || cast->last.rows != grid->rows || cast->last.cols != grid->cols) {
		grid_fini(&cast->last);
		if (grid_init(&cast->last, grid->rows, grid->cols, grid->glyphs))
			return;
	}
	memcpy(cast->last.cell, grid->cell, size);
}

static void put_cursor(const struct grid *grid, int cursor_col, FILE *out)
{
	if (cursor_col < 0)
		fputs("\033[?25l", out);
	else
		fprintf(out, "\033[%d;%dH\033[?25h", grid->rows > 1 ? grid->rows - 1 : 1, cursor_col + 1);
}

void cast_frame(struct cast *cast, const struct grid *grid, double seconds, int cursor_col)
{
	bool other = !cast->last.cell || cast->last.rows != grid->rows || cast->last.cols != grid->cols;
	char *bytes = NULL;
	size_t len;
	FILE *text;

	if (!cast->out)
		return;
	text = open_memstream(&bytes, &len);
	if (!text)
		return;
	if (other)
		put_size(cast, grid, seconds);
	grid_ansi(grid, other ? NULL : &cast->last, &cast->theme, text);
	fflush(text);
	if (len)
		put_cursor(grid, cursor_col, text);
	fclose(text);
	if (len)
		put_line(cast, json_pack("[f,s,s%]", seconds, "o", bytes, len));
	free(bytes);
	keep(cast, grid);
}

int cast_end(struct cast *cast)
{
	int err = 0;

	if (!cast->out)
		return 0;
	err = ferror(cast->out) ? -EIO : 0;
	if (fclose(cast->out))
		err = -EIO;
	cast->out = NULL;
	grid_fini(&cast->last);
	return err;
}
