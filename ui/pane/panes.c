/* Panes on the screen: side by side with borders, or as tabs where there is little room. */
#include <stdio.h>

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

/* What is drawn in @area belongs to the pane of that slot. */
static void note_spot(struct screen *sc, const struct area *area, int slot, bool lines)
{
	if (sc->spots < (int)ARRAY_SIZE(sc->spot))
		sc->spot[sc->spots++] = (struct spot){*area, slot, lines};
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
	col = area_print(line, 0, 0, focus ? ROLE_FOCUS : ROLE_TITLE, "%d %s", number + 1,
			 words(pane->title));
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
	note_spot(sc, &inside, i, true);
}

/* The slot of the pane that @slot waits behind. */
static int front_of(const struct layout *layout, int slot)
{
	while (slot && layout_is_behind(&layout->slot[slot]))
		slot--;
	return slot;
}

/* "7 moments": what waits behind the pane, at the right end of its title. The room that is left for the
 * title. */
static int tabs_behind(struct screen *sc, const struct area *line, int front)
{
	int col = line->cols - 1, left = line->cols;

	for (int i = LAYOUT_PANES - 1; i > front; i--) {
		const struct pane *pane = sc->layout->slot[i].pane;
		const char *label =
			pane && layout_is_behind(&sc->layout->slot[i]) ? pane_label(pane, &sc->view) : NULL;
		struct area tab;
		int width;

		if (!label || i == sc->focus)
			continue;
		width = 4 + grid_width(line->grid, label);
		col -= width + has_changed(sc, pane);
		if (col < line->cols / 2)
			break;
		left = col;
		tab = area_part(line, 0, col, 1, width + has_changed(sc, pane));
		area_print(&tab, 0, 0, ROLE_QUIET, " %d %s%s ", i + 1, label,
			   has_changed(sc, pane) ? "*" : "");
		note_spot(sc, &tab, i, false);
	}
	return left;
}

/* Is another pane in its place? */
static bool is_covered(const struct screen *sc, int slot)
{
	return sc->focus != slot && (sc->zoom || layout_is_behind(&sc->layout->slot[slot]) ||
				     front_of(sc->layout, sc->focus) == slot);
}

void screen_draw_panes(struct screen *sc, const struct area *area)
{
	struct area box[LAYOUT_PANES];
	int count = 0;

	for (int i = 0; i < LAYOUT_PANES && sc->layout->slot[i].pane; i++, count++)
		box[i] = sc->zoom ? *area : slot_area(sc, area, &sc->layout->slot[front_of(sc->layout, i)]);
	for (int i = 0; i < count; i++)
		if (i != sc->focus && !is_covered(sc, i))
			area_box(&box[i], ROLE_BORDER);
	area_box(&box[sc->focus], ROLE_FOCUS);
	grid_join_lines(area->grid);
	for (int i = 0; i < count; i++) {
		struct area line = area_part(&box[i], 0, 1, 1, box[i].cols - 2);

		if (is_covered(sc, i))
			continue;
		draw_slot(sc, &box[i], i);
		if (front_of(sc->layout, i) == front_of(sc->layout, count - 1))
			line = area_part(&line, 0, 0, 1, tabs_behind(sc, &line, front_of(sc->layout, i)));
		note_spot(sc, &line, i, false);
		title(sc, sc->layout->slot[i].pane, i, &line, i == sc->focus);
	}
}

void screen_click(struct screen *sc, int row, int col)
{
	for (int i = 0; i < sc->spots; i++) {
		const struct spot *spot = &sc->spot[i];
		struct window *w = &sc->window[sc->layout - layouts][spot->slot];

		row -= spot->area.row;
		col -= spot->area.col;
		if (row >= 0 && row < spot->area.rows && col >= 0 && col < spot->area.cols) {
			sc->focus = spot->slot;
			if (spot->lines)
				w->cursor = w->top + row;
			return;
		}
		row += spot->area.row;
		col += spot->area.col;
	}
}

/* --- tabs --- */

/* With lines between the tabs, or without where they would not fit. */
static int put_tabs(struct screen *sc, const struct area *a, const char *between, bool show)
{
	int col = *between != 0;

	if (show && *between)
		area_put(a, 0, 0, ROLE_BORDER, "─");
	for (int i = 0; i < LAYOUT_PANES && sc->layout->slot[i].pane; i++) {
		const struct pane *pane = sc->layout->slot[i].pane;
		const char *label = pane_label(pane, &sc->view);
		bool focus = i == sc->focus, changed = has_changed(sc, pane);
		struct area tab = area_part(a, 0, col, 1, a->cols);
		int width = 3 + (i >= 9) + 2 * focus;

		if (!label && !focus)
			continue;
		label = label ? label : words(pane->name);
		width += grid_width(a->grid, label) + changed;
		if (show) {
			area_print(a, 0, col, focus ? ROLE_FOCUS : ROLE_PLAIN, focus ? " [%d %s]" : " %d %s",
				   i + 1, label);
			if (changed)
				area_put(a, 0, col + width - 1, ROLE_CHANGED, "*");
			tab = area_part(&tab, 0, 0, 1, width);
			note_spot(sc, &tab, i, false);
			area_put(a, 0, col + width, ROLE_BORDER, between);
		}
		col += width + grid_width(a->grid, between);
	}
	return col;
}

static void tab_line(struct screen *sc, const struct area *a)
{
	put_tabs(sc, a, put_tabs(sc, a, " ─", false) <= a->cols ? " ─" : "", true);
}

/* The pane below the focused one: in a layout for narrow screens the first two go together; else the next
 * that the last step has changed, else the next. */
static int companion(const struct screen *sc)
{
	int next = sc->focus + 1;

	if (next == LAYOUT_PANES || !sc->layout->slot[next].pane || layout_is_behind(&sc->layout->slot[next]))
		next = 0;

	if (layout_is_narrow(sc->layout))
		return sc->focus == 0;
	for (int i = 0; i < LAYOUT_PANES && sc->layout->slot[i].pane; i++)
		if (i != sc->focus && !layout_is_behind(&sc->layout->slot[i]) &&
		    has_changed(sc, sc->layout->slot[i].pane))
			return i;
	return next;
}

void screen_draw_tabs(struct screen *sc, const struct area *area)
{
	int rows = area->rows - 1, upper = sc->zoom || rows < 10 ? rows : rows * 3 / 5;
	struct area head = area_part(area, 0, 0, 1, area->cols);
	struct area top = area_part(area, 1, 0, upper, area->cols);
	struct area line = area_part(area, 1 + upper, 0, 1, area->cols);
	struct area bottom = area_part(area, 2 + upper, 0, rows - upper - 1, area->cols);
	int other = companion(sc);

	tab_line(sc, &head);
	draw_sheet(sc, screen_pane(sc), &top, screen_window(sc));
	note_spot(sc, &top, sc->focus, true);
	if (upper == rows || other == sc->focus)
		return;
	area_box(&line, ROLE_BORDER);
	for (int col = 0; col < line.cols; col++)
		area_put(&line, 0, col, ROLE_BORDER, "─");
	line = area_part(&line, 0, 1, 1, line.cols - 2);
	title(sc, sc->layout->slot[other].pane, other, &line, false);
	draw_sheet(sc, sc->layout->slot[other].pane, &bottom, &sc->window[sc->layout - layouts][other]);
	note_spot(sc, &line, other, false);
	note_spot(sc, &bottom, other, true);
}
