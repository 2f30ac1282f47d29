/*
 * The lesson beside the panes: left of them where there is room, below them on narrow screens, where `L`
 * shows its text in their place. Text, the question, goals that tick, hints.
 */
#include <stdio.h>

#include "../lesson/course.h"
#include "screen.h"

#define WIDE_TEXT 38   /* columns with borders, */
#define WIDEST_TEXT 50 /* on wide screens */
#define STRIP 3        /* rows on narrow ones: folded, */
#define LEAST 6        /* and at least, when its text is shown */

void screen_split(const struct screen *sc, const struct area *all, struct area *panes, struct area *lesson)
{
	int rows;

	*panes = *all;
	*lesson = area_part(all, 0, 0, 0, 0);
	if (!sc->course)
		return;
	if (screen_is_wide(sc)) {
		int cols = all->cols >= 160 ? WIDEST_TEXT : WIDE_TEXT;

		*lesson = area_part(all, 0, 0, all->rows, cols);
		*panes = area_part(all, 0, cols, all->rows, all->cols - cols);
		return;
	}
	rows = sc->course->open ? (all->rows + 1) / 2 : STRIP;
	if (all->rows < 2 * LEAST)
		rows = sc->course->open ? all->rows : 0;
	*panes = area_part(all, 0, 0, all->rows - rows, all->cols);
	*lesson = area_part(all, all->rows - rows, 0, rows, all->cols);
}

/* --- the text --- */

/* "load      hands the bytecode over": what stands behind the gap goes on below itself. */
static void put_columns(struct sheet *s, enum role role, const char *text)
{
	const char *gap = strstr(text, "  "), *rest = gap ? gap + strspn(gap, " ") : text;
	char label[80];

	snprintf(label, sizeof(label), "  %.*s", gap ? (int)min_u64(gap - text, sizeof(label) - 3) : 0, text);
	if (!gap || !*rest || rest - text > s->area.cols / 2) {
		char line[1024];

		snprintf(line, sizeof(line), "  %.1000s", text);
		sheet_wrap(s, role, line);
		return;
	}
	sheet_labelled(s, SHEET_NO_ITEM, label, 2 + (int)(rest - text), role, rest);
}

static void put_block(void *ctx, enum lesson_line_kind kind, const char *text)
{
	static const u8 roles[] = {[LESSON_COMMAND] = ROLE_KEY, [LESSON_QUOTE] = ROLE_POINTER};
	static const char *const before[] = {[LESSON_COMMAND] = "  :", [LESSON_QUOTE] = "| "};
	struct sheet *s = ctx;

	if (kind == LESSON_BLANK) {
		sheet_line(s, SHEET_NO_ITEM);
	} else if (kind == LESSON_TEXT || kind == LESSON_ITEM) {
		sheet_wrap(s, ROLE_PLAIN, text);
	} else if (kind == LESSON_VERBATIM) {
		put_columns(s, ROLE_SOURCE, text);
	} else {
		char line[1024];

		snprintf(line, sizeof(line), "%s%.1000s", before[kind], text);
		sheet_wrap(s, roles[kind], line);
	}
}

static void put_question(struct sheet *s, const struct lesson_section *ask,
			 const struct course_answer *answer)
{
	sheet_line(s, SHEET_NO_ITEM);
	for (u32 i = 0; i < ask->options; i++) {
		char letter = 'a' + i, label[16];
		bool said = answer->letter == letter, truth = answer->revealed && answer->truth == letter;

		snprintf(label, sizeof(label), "%s%c",
			 truth                      ? "✓"
			 : said && answer->revealed ? "✗"
			 : said                     ? "▸"
						    : " ",
			 letter);
		sheet_labelled(s, SHEET_NO_ITEM, label, 4,
			       truth  ? ROLE_GOOD
			       : said ? ROLE_CHANGED
				      : ROLE_PLAIN,
			       ask->option[i].text);
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_line(s, SHEET_NO_ITEM);
	if (!answer->letter)
		sheet_add(s, ROLE_KEY, words("Press a to %c: what do you think?"),
			  (int)('a' + ask->options - 1));
	else if (!answer->revealed)
		sheet_add(s, ROLE_SENTENCE, words("You say %c. Let us see."), answer->letter);
	else if (answer->letter == answer->truth)
		sheet_add(s, ROLE_GOOD, words("You said %c: right."), answer->letter);
	else
		sheet_add(s, ROLE_SENTENCE, words("You said %c; it is %c."), answer->letter, answer->truth);
	if (answer->letter)
		sheet_at(s);
}

/* A question that was answered before the machine could know: now it does. */
static void put_revealed(const struct screen *sc, struct sheet *s)
{
	const struct course *c = sc->course;

	for (u32 i = 0; i < c->answers; i++) {
		const struct course_answer *answer = &c->answer[i];
		const struct lesson_section *ask = course_text(c, answer->page);
		char line[600];
		struct text text;

		if (!answer->fresh || answer->page == c->page || answer->truth == '?')
			continue;
		text_init(&text, line, sizeof(line));
		text_say(&text,
			 answer->letter == answer->truth ? "You said %c, and so it is: %s"
							 : "You said %c. Now you see, it is %s",
			 answer->letter, ask->option[answer->truth - 'a'].text);
		sheet_line(s, SHEET_NO_ITEM);
		sheet_wrap(s, answer->letter == answer->truth ? ROLE_GOOD : ROLE_CHANGED, line);
		sheet_at(s);
	}
}

static void put_goals(const struct screen *sc, struct sheet *s)
{
	const struct course *c = sc->course;
	const struct course_goal *open = course_open_goal((struct course *)c);
	bool any = false;

	for (u32 i = 0; i < c->goals; i++) {
		const struct course_goal *goal = &c->goal[i];
		const struct lesson_goal *text = course_goal_text(c, i);

		if (goal->page != c->page)
			continue;
		if (!any) {
			sheet_line(s, SHEET_NO_ITEM);
			sheet_line(s, SHEET_NO_ITEM);
			sheet_add(s, ROLE_TITLE, "%s", words("Goals"));
		}
		any = true;
		sheet_labelled(s, SHEET_NO_ITEM,
			       goal->ticked   ? "✓"
			       : goal == open ? "▸"
					      : "·",
			       2,
			       goal->fresh    ? ROLE_CHANGED
			       : goal->ticked ? ROLE_GOOD
					      : ROLE_PLAIN,
			       text->text);
		if (goal->fresh || (goal == open && goal->hints))
			sheet_at(s);
		for (u32 h = 0; h < goal->hints && !goal->ticked; h++)
			sheet_labelled(s, SHEET_NO_ITEM, "  h", 4, ROLE_SENTENCE, text->hint[h]);
	}
}

static void put_progress(const struct screen *sc, struct sheet *s)
{
	const struct course *c = sc->course;

	sheet_line(s, SHEET_NO_ITEM);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "%u/%u  ", c->page + 1, c->pages);
	for (u32 i = 0; i < c->pages; i++)
		sheet_add(s, i <= c->page ? ROLE_GOOD : ROLE_QUIET, i <= c->page ? "■" : "□");
}

static void put_page(struct screen *sc, struct sheet *s)
{
	struct course *c = sc->course;
	const struct lesson_section *section = course_text(c, c->page);
	const struct course_answer *answer = course_answer_at(c, c->page);

	course_blocks(sc, section, put_block, s);
	if (answer)
		put_question(s, section, answer);
	put_goals(sc, s);
	put_revealed(sc, s);
	if (screen_is_wide(sc)) /* else the title says it */
		put_progress(sc, s);
}

/* Folded: the goal that is open, the last hint. */
static void put_strip(struct screen *sc, struct sheet *s)
{
	struct course *c = sc->course;
	const struct course_goal *goal = course_open_goal(c);
	const struct lesson_goal *text = goal ? course_goal_text(c, goal - c->goal) : NULL;

	if (!text) {
		sheet_wrap(s, ROLE_GOOD, words("All done here. Enter goes on, L shows the text."));
		return;
	}
	sheet_labelled(s, SHEET_NO_ITEM, "▸", 2, ROLE_PLAIN, text->text);
	if (goal->hints)
		sheet_labelled(s, SHEET_NO_ITEM, "h", 2, ROLE_SENTENCE, text->hint[goal->hints - 1]);
	else
		sheet_wrap(s, ROLE_QUIET, words("L shows the lesson's text, h a hint."));
}

static void draw_title(const struct screen *sc, const struct area *title, bool more)
{
	const struct lesson *lesson = course_lesson(sc->course);
	int col = area_print(title, 0, 0, ROLE_TITLE, " %.*s · %s ", (int)strcspn(lesson->id, "-"),
			     lesson->id, lesson->title);

	if (title->cols >= WIDEST_TEXT)
		col = area_print(title, 0, col, ROLE_QUIET, "%u/%u ", sc->course->page + 1,
				 sc->course->pages);
	if (more)
		area_put(title, 0, max_s64(col, title->cols - grid_width(title->grid, words("} more")) - 3),
			 ROLE_KEY, words("} more"));
}

/* What is a key, "[s]", stands out. */
static void mark_keys(const struct area *a)
{
	for (int row = 0; row < a->rows; row++) {
		int open = -1;

		for (int col = 0; col < a->cols; col++) {
			u32 ch = a->grid->cell[(a->row + row) * a->grid->cols + a->col + col].ch;

			if (ch == '[')
				open = col;
			if (ch == ']' && open >= 0 && col - open <= 10 && col - open > 1)
				area_role(a, row, open, col - open + 1, ROLE_KEY);
			if (ch == ']' || ch == ' ')
				open = -1;
		}
	}
}

/* The text is too long for its place: the goal stands below it all the same. The rows that are left. */
static int put_goal_below(const struct screen *sc, const struct area *inside)
{
	struct course *c = sc->course;
	const struct course_goal *goal = course_open_goal(c);
	int row = inside->rows - 1;

	if (goal)
		area_print(inside, row, 0, ROLE_TITLE, "▸ %s", course_goal_text(c, goal - c->goal)->text);
	else if (course_page_done(c, c->page) && c->page + 1 < c->pages)
		area_put(inside, row, 0, ROLE_GOOD, words("✓ Enter: the next page"));
	else
		return inside->rows;
	return row;
}

void screen_draw_lesson(struct screen *sc, const struct area *area)
{
	struct course *c = sc->course;
	bool wide = screen_is_wide(sc), more = false;
	struct area title = area_part(area, 0, 1, 1, area->cols - 2);
	struct area inside = wide ? area_part(area, 1, 2, area->rows - 2, area->cols - 4)
				  : area_part(area, 1, 1, area->rows - 1, area->cols - 2);
	struct sheet s = {0};

	for (int pass = 0; pass < 2; pass++) {
		sheet_begin(&s, &inside, &c->window, pass);
		if (wide || c->open)
			put_page(sc, &s);
		else
			put_strip(sc, &s);
		if (pass)
			continue;
		if (!wide && c->open && s.lines > inside.rows && inside.rows > 3)
			s.area.rows = inside.rows = put_goal_below(sc, &inside);
		sheet_settle(&s);
	}
	more = s.lines - c->window.top > inside.rows;
	mark_keys(&inside);
	for (int col = 0; !wide && col < area->cols; col++)
		area_put(area, 0, col, ROLE_BORDER, "─");
	if (wide)
		area_box(area, ROLE_BORDER);
	grid_join_lines(area->grid);
	draw_title(sc, &title, more);
}
