/* Panes on the screen: side by side with borders, or as tabs where there is little room. */
#include <stdio.h>

#include "../words.h"
#include "screen.h"

/* A border's place, with what + and - have moved. */
static int place(u8 part, int cells, const s8 *shift)
{
	int at = part * (cells - 1) / LAYOUT_PARTS;

	if (part > 0 && part < LAYOUT_PARTS)
		at += shift[part];
	return at < 0 ? 0 : at > cells - 1 ? cells - 1 : at;
}

static void draw_sheet(struct screen *sc, const struct pane *pane, const struct area *area,
		       struct window *window)
{
	struct sheet s = {0};

	sc->view.mark_at = window != screen_window(sc) &&
			   (sc->view.mark.line || sc->view.mark.written != NO_INSN);
	sheet_begin(&s, area, window, false);
	pane->draw(&sc->view, &s);
	sheet_settle(&s);
	sheet_begin(&s, area, window, true);
	pane->draw(&sc->view, &s);
	if (window->cursor >= 0 && pane == &pane_maps) /* it chooses the map that pane_map draws */
		sc->view.map = window->item;
	if (window->cursor >= 0)
		area_role(area, window->cursor - window->top, 0, area->cols, ROLE_CURSOR);
}

static bool has_changed(const struct screen *sc, const struct pane *pane)
{
	return pane->changed && pane->changed(&sc->view);
}

static void title(struct screen *sc, const struct pane *pane, int number, const struct area *line, bool focus)
{
	char more[160];
	struct text text;
	int col;

	text_init(&text, more, sizeof(more));
	if (pane->subtitle)
		pane->subtitle(&sc->view, &text);
	col = area_print(line, 0, 0, focus ? ROLE_FOCUS : ROLE_TITLE, "%d %s", number + 1, words(pane->title));
	if (has_changed(sc, pane))
		col = area_put(line, 0, col, ROLE_CHANGED, " *");
	if (more[0] && line->cols - col > 6)
		col = area_print(line, 0, col, ROLE_QUIET, " · %s", more);
	if (col < line->cols)
		area_put(line, 0, col, ROLE_BORDER, " ");
}

static struct area slot_area(const struct screen *sc, const struct area *area, const struct layout_slot *slot)
{
	int row = place(slot->row, area->rows, sc->row_shift),
	    end = place(slot->row_end, area->rows, sc->row_shift);
	int col = place(slot->col, area->cols, sc->col_shift),
	    right = place(slot->col_end, area->cols, sc->col_shift);

	return area_part(area, row, col, end - row + 1, right - col + 1);
}

static void draw_slot(struct screen *sc, const struct area *box, int i)
{
	const struct pane *pane = sc->layout->slot[i].pane;
	struct area inside = area_part(box, 1, 1, box->rows - 2, box->cols - 2);

	draw_sheet(sc, pane, &inside, &sc->window[sc->layout - layouts][i]);
}

void screen_draw_panes(struct screen *sc, const struct area *area)
{
	struct area box[LAYOUT_PANES];
	int count = 0;

	for (int i = 0; i < LAYOUT_PANES && sc->layout->slot[i].pane; i++) {
		box[i] = sc->zoom ? *area : slot_area(sc, area, &sc->layout->slot[i]);
		count++;
	}
	for (int i = 0; i < count; i++)
		if (i != sc->focus && !sc->zoom)
			area_box(&box[i], ROLE_BORDER);
	area_box(&box[sc->focus], ROLE_FOCUS);
	grid_join_lines(area->grid);
	for (int i = 0; i < count; i++) {
		struct area line = area_part(&box[i], 0, 1, 1, box[i].cols - 2);

		if (sc->zoom && i != sc->focus)
			continue;
		draw_slot(sc, &box[i], i);
		title(sc, sc->layout->slot[i].pane, i, &line, i == sc->focus);
	}
}

void screen_click(struct screen *sc, int row, int col)
{
	struct grid none = {.rows = sc->rows, .cols = sc->cols};
	struct area all = grid_area(&none);
	struct area area = area_part(&all, FRAME_ABOVE, 0, sc->rows - FRAME_ABOVE - FRAME_BELOW, sc->cols);

	if (!screen_is_wide(sc))
		return;
	for (int i = 0; i < LAYOUT_PANES && sc->layout->slot[i].pane; i++) {
		struct area box = sc->zoom ? area : slot_area(sc, &area, &sc->layout->slot[i]);
		struct window *w = &sc->window[sc->layout - layouts][i];

		if ((sc->zoom && i != sc->focus) || row <= box.row || row >= box.row + box.rows - 1 ||
		    col <= box.col || col >= box.col + box.cols - 1)
			continue;
		sc->focus = i;
		w->cursor = w->top + row - box.row - 1;
		return;
	}
}

/* --- tabs --- */

static void tab_line(struct screen *sc, const struct area *a)
{
	int col = area_put(a, 0, 0, ROLE_BORDER, "─");

	for (int i = 0; i < LAYOUT_PANES && sc->layout->slot[i].pane; i++) {
		const struct pane *pane = sc->layout->slot[i].pane;
		bool focus = i == sc->focus;

		col = area_print(a, 0, col, focus ? ROLE_FOCUS : ROLE_PLAIN, focus ? " [%d %s]" : " %d %s",
				 i + 1, words(pane->name));
		if (has_changed(sc, pane))
			col = area_put(a, 0, col, ROLE_CHANGED, "*");
		col = area_put(a, 0, col, ROLE_BORDER, " ─");
	}
}

/* The pane below the focused one: in a layout for narrow screens the first two go together; else the next that the last step has changed, else the next. */
static int companion(const struct screen *sc)
{
	int next = sc->layout->slot[sc->focus + 1].pane ? sc->focus + 1 : 0;

	if (layout_is_narrow(sc->layout))
		return sc->focus == 0;
	for (int i = 0; i < LAYOUT_PANES && sc->layout->slot[i].pane; i++)
		if (i != sc->focus && has_changed(sc, sc->layout->slot[i].pane))
			return i;
	return next;
}

void screen_draw_tabs(struct screen *sc, const struct area *area)
{
	int rows = area->rows - 1, upper = sc->zoom || rows < 8 ? rows : rows * 3 / 5;
	struct area head = area_part(area, 0, 0, 1, area->cols);
	struct area top = area_part(area, 1, 0, upper, area->cols);
	struct area line = area_part(area, 1 + upper, 0, 1, area->cols);
	struct area bottom = area_part(area, 2 + upper, 0, rows - upper - 1, area->cols);
	int other = companion(sc);

	tab_line(sc, &head);
	draw_sheet(sc, screen_pane(sc), &top, screen_window(sc));
	if (upper == rows || other == sc->focus || other >= LAYOUT_PANES - 1)
		return;
	area_box(&line, ROLE_BORDER);
	for (int col = 0; col < line.cols; col++)
		area_put(&line, 0, col, ROLE_BORDER, "─");
	line = area_part(&line, 0, 1, 1, line.cols - 2);
	title(sc, sc->layout->slot[other].pane, other, &line, false);
	draw_sheet(sc, sc->layout->slot[other].pane, &bottom, &sc->window[sc->layout - layouts][other]);
}
