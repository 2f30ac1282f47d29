/* Sheets: see sheet.h. */
#include <stdarg.h>

#include "../words.h"
#include "sheet.h"

void sheet_begin(struct sheet *s, const struct area *area, struct window *window, bool writing)
{
	s->area = *area;
	s->window = window;
	s->writing = writing;
	s->lines = 0;
	s->col = 0;
	if (!writing) {
		s->at = -1;
		s->found = -1;
		s->hit = false;
		s->pending[0] = 0;
	}
}

static int row_of(const struct sheet *s)
{
	return s->lines - 1 - s->window->top;
}

bool sheet_wants(const struct sheet *s)
{
	if (!s->writing)
		return s->search;
	return row_of(s) >= 0 && row_of(s) < s->area.rows;
}

void sheet_line(struct sheet *s, u64 item)
{
	s->lines++;
	s->col = 0;
	s->pending[0] = 0;
	s->hit = false;
	if (s->lines - 1 == s->window->cursor)
		s->window->item = item;
}

/* While lines are counted: does this one hold what is looked for? */
static void look_for(struct sheet *s, const char *text)
{
	size_t len = strlen(s->pending);
	int line = s->lines - 1;

	snprintf(s->pending + len, sizeof(s->pending) - len, "%s", text);
	if (s->hit || !strcasestr(s->pending, s->search))
		return;
	s->hit = true;
	if (s->search_up ? line < s->search_from : line > s->search_from && s->found < 0)
		s->found = line;
}

/* Panes may ask where they are in a line that is only searched, too. */
static int cells_of(const char *text)
{
	int cells = 0;
	u32 ch;

	while ((ch = utf8_decode(&text)))
		cells += char_width(ch);
	return cells;
}

void sheet_add(struct sheet *s, enum role role, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	if (!sheet_wants(s))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), words(fmt), args);
	va_end(args);
	/* The place of a mark that is not there is no place where the machine stands. */
	if (role == ROLE_CURRENT && text[strspn(text, " ")] == 0)
		role = ROLE_PLAIN;
	if (s->writing) {
		s->col = area_put(&s->area, row_of(s), s->col, role, text);
	} else {
		look_for(s, text);
		s->col += cells_of(text);
	}
}

void sheet_to(struct sheet *s, int col)
{
	s->col = s->col < col ? col : s->col ? s->col + 1 : 0;
}

void sheet_at(struct sheet *s)
{
	s->at = s->lines - 1;
}

void sheet_role(struct sheet *s, enum role role)
{
	if (s->writing && sheet_wants(s))
		area_role(&s->area, row_of(s), 0, s->area.cols, role);
}

void sheet_wrap(struct sheet *s, enum role role, const char *text)
{
	text = words(text);
	while (*text) {
		size_t n = chars_fitting(text, s->area.cols > 8 ? s->area.cols : 8, NULL, NULL);

		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, role, "%.*s", (int)n, text);
		text += n;
		while (*text == ' ')
			text++;
		if (*text == '\n')
			text++;
	}
}

void sheet_labelled(struct sheet *s, u64 item, const char *label, int col, enum role role, const char *text)
{
	struct sheet beside = *s;
	struct area all = s->area;

	s->area = area_part(&all, 0, col, all.rows, all.cols - col);
	sheet_wrap(s, role, text);
	s->area = all;
	if (!s->writing || s->lines == beside.lines)
		return;
	sheet_line(&beside, item);
	sheet_add(&beside, ROLE_QUIET, "%s", words(label));
}

void sheet_settle(struct sheet *s)
{
	struct window *w = s->window;
	int rows = s->area.rows, target;

	if (w->cursor >= s->lines)
		w->cursor = s->lines - 1;
	target = w->cursor >= 0 ? w->cursor : s->at;
	/* Some lines around what matters are seen too. */
	if (target >= 0 && target < w->top + (w->cursor >= 0 ? 0 : rows / 6))
		w->top = target - (w->cursor >= 0 ? 0 : rows / 3);
	if (target >= w->top + rows - (w->cursor >= 0 ? 0 : rows / 6))
		w->top = target - rows + 1 + (w->cursor >= 0 ? 0 : rows / 3);
	if (w->top > s->lines - rows)
		w->top = s->lines - rows;
	if (w->top < 0)
		w->top = 0;
}
