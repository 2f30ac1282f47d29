/* The screen: see screen.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lesson/course.h"
#include "../lesson/shelf.h"
#include "../prompt/prompt.h"
#include "../words.h"
#include "screen.h"

#define WIDE_COLS 100
#define WIDE_ROWS 30

void screen_init(struct screen *sc)
{
	*sc = (struct screen){.life = LIFE_INIT, .log_level = 2, .theme.colors = 256};
	sc->layout = layouts;
	sc->view.d = &sc->debug;
	for (u32 l = 0; l < LAYOUTS; l++)
		for (u32 s = 0; s < LAYOUT_PANES; s++)
			sc->window[l][s] = (struct window){.cursor = -1};
}

void screen_fini(struct screen *sc)
{
	course_end(sc);
	shelf_free(sc->shelf);
	sc->shelf = NULL;
	debug_close(&sc->debug);
	free(sc->output);
	sc->output = NULL;
}

/* A rejection is for the learner to come to; anything else that ends the walk is said at once. */
static bool ends_early(const struct debug *d)
{
	for (u32 i = 0; i < d->marks; i++)
		if (d->mark[i].kind == EV_REJECTED)
			return false;
	return d->failed[0];
}

int screen_open(struct screen *sc, struct text *error)
{
	int err = debug_open(&sc->debug, &sc->life, sc->log_level, error);

	if (err)
		return err;
	sc->mode = MODE_WALK;
	screen_recall(sc);
	sc->phase = PHASES;
	screen_follow(sc);
	sc->bad = ends_early(&sc->debug);
	if (sc->bad)
		snprintf(sc->message, sizeof(sc->message), words("This walk ends early: %.400s"),
			 sc->debug.failed);
	return 0;
}

bool screen_is_wide(const struct screen *sc)
{
	return sc->cols >= WIDE_COLS && sc->rows >= WIDE_ROWS;
}

/* --- layout and focus --- */

void screen_layout(struct screen *sc, const struct layout *layout)
{
	if (sc->cols)
		layout = layout_fit(layout, sc->panes_wide);
	if (layout == sc->layout)
		return;
	sc->layout = layout;
	sc->focus = 0;
	sc->zoom = false;
	memset(sc->row_shift, 0, sizeof(sc->row_shift));
	memset(sc->col_shift, 0, sizeof(sc->col_shift));
}

void screen_follow(struct screen *sc)
{
	enum phase phase = sc->debug.loaded ? debug_phase(&sc->debug) : PHASE_BOOT;

	if (sc->debug.loaded && phase != sc->phase) {
		sc->phase = phase;
		screen_layout(sc, layout_for(phase));
	}
	for (u32 s = 0; s < LAYOUT_PANES; s++)
		sc->window[sc->layout - layouts][s].cursor = -1;
}

const struct pane *screen_pane(const struct screen *sc)
{
	return sc->layout->slot[sc->focus].pane;
}

struct window *screen_window(struct screen *sc)
{
	return &sc->window[sc->layout - layouts][sc->focus];
}

bool screen_find(struct screen *sc, bool up)
{
	struct window *w = screen_window(sc), copy = *w;
	struct area none = {0};
	struct sheet s = {.search = sc->search, .search_from = w->cursor, .search_up = up};

	none.cols = 200;
	sheet_begin(&s, &none, &copy, false);
	screen_pane(sc)->draw(&sc->view, &s);
	if (s.found >= 0)
		w->cursor = s.found;
	return s.found >= 0;
}

/* --- what commands say --- */

static void append(struct screen *sc, const char *fmt, va_list args)
{
	char text[2048];
	size_t n = vsnprintf(text, sizeof(text), words(fmt), args);
	char *more;

	if (n >= sizeof(text))
		n = sizeof(text) - 1;
	more = realloc(sc->output, sc->output_len + n + 1);
	if (!more)
		return;
	sc->output = more;
	memcpy(more + sc->output_len, text, n + 1);
	sc->output_len += n;
}

void screen_say(struct screen *sc, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	append(sc, fmt, args);
	va_end(args);
}

void screen_complain(struct screen *sc, const char *fmt, ...)
{
	va_list args;

	sc->bad = true;
	sc->failed = true;
	va_start(args, fmt);
	append(sc, fmt, args);
	va_end(args);
}

/* The first lines of the commands' answer, or a help text, over the panes. */
static void draw_reader(struct screen *sc, const struct area *area)
{
	struct sheet s = {0};

	for (int pass = 0; pass < 2; pass++) {
		sheet_begin(&s, area, &sc->reader, pass);
		for (const char *line = sc->output; line && *line;) {
			int n = strcspn(line, "\n");

			sheet_line(&s, SHEET_NO_ITEM);
			sheet_add(&s, ROLE_PLAIN, " %.*s", n, line);
			line += n + (line[n] == '\n');
		}
		if (!pass) {
			sc->reader.cursor = -1;
			sheet_settle(&s);
		}
	}
}

/* What the cursor is on has to be known before the panes that mark it are drawn. */
static void find_mark(struct screen *sc)
{
	struct area none = {.cols = 200};
	struct sheet s = {0};

	sc->view.mark = mark_of(NULL, NULL);
	sc->view.mark_at = false;
	if (screen_window(sc)->cursor < 0)
		return;
	sheet_begin(&s, &none, screen_window(sc), false);
	screen_pane(sc)->draw(&sc->view, &s);
	sc->view.mark = mark_of(screen_pane(sc), screen_window(sc));
}

/* With the lesson beside them, when there is one. */
static void draw_panes(struct screen *sc, const struct area *area)
{
	struct area panes, lesson;

	screen_split(sc, area, &panes, &lesson);
	if (panes.rows > 0 && sc->panes_wide)
		screen_draw_panes(sc, &panes);
	else if (panes.rows > 0)
		screen_draw_tabs(sc, &panes);
	if (lesson.rows > 0)
		screen_draw_lesson(sc, &lesson);
}

static void draw_walk(struct screen *sc, struct grid *grid)
{
	struct area all = grid_area(grid);
	struct area panes =
		area_part(&all, FRAME_ABOVE, 0, grid->rows - FRAME_ABOVE - FRAME_BELOW, grid->cols);

	find_mark(sc);
	frame_above(sc, &all);
	if (sc->reading)
		draw_reader(sc, &panes);
	else
		draw_panes(sc, &panes);
	frame_below(sc, &all);
}

void screen_draw(struct screen *sc, struct grid *grid)
{
	sc->rows = grid->rows;
	sc->cols = grid->cols;
	sc->spots = 0;
	sc->panes_wide = screen_is_wide(sc) && (!sc->course || grid->cols >= 2 * WIDE_COLS - 40);
	screen_layout(sc, sc->layout);
	sc->glyphs = grid->glyphs;
	grid_clear(grid);
	if (grid->rows < 1 || grid->cols < 1)
		return;
	if (sc->mode == MODE_START)
		screen_draw_start(sc, grid);
	else if (sc->mode == MODE_LESSONS)
		screen_draw_lessons(sc, grid);
	else
		draw_walk(sc, grid);
	grid_hues(grid);
}
