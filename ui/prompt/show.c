/* Commands about the screen itself. */
#include <stdio.h>
#include <stdlib.h>

#include "../cli.h"
#include "../pane/export.h"
#include "../words.h"
#include "prompt.h"

static void complain_layout(struct screen *sc, const char *name)
{
	const char *names[LAYOUTS], *nearest;

	for (u32 i = 0; i < LAYOUTS; i++)
		names[i] = layouts[i].name;
	nearest = cli_nearest(name, names, LAYOUTS);
	screen_complain(sc, "There is no layout '%s'.%s%s%s The layouts:\n", name,
			nearest ? " Did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

void do_layout(struct screen *sc, const char *args)
{
	const struct layout *layout = *args ? layout_by_name(args) : NULL;

	if (layout) {
		screen_layout(sc, layout);
		return;
	}
	if (*args)
		complain_layout(sc, args);
	for (const struct layout *l = layouts; l->name; l++)
		screen_say(sc, "%-10s %s\n", l->name, words(l->doc));
}

static void turn_layout(struct screen *sc, int by)
{
	const struct layout *l = layout_fit(sc->layout, true);

	do
		l = &layouts[((int)(l - layouts) + by + LAYOUTS) % LAYOUTS];
	while (layout_is_narrow(l));
	screen_layout(sc, l);
	screen_say(sc, words("layout %s: %s"), sc->layout->name, words(sc->layout->doc));
}

void do_next_layout(struct screen *sc, const char *args)
{
	(void)args;
	turn_layout(sc, 1);
}

void do_previous_layout(struct screen *sc, const char *args)
{
	(void)args;
	turn_layout(sc, -1);
}

static int pane_count(const struct screen *sc)
{
	int n = 0;

	while (n < LAYOUT_PANES && sc->layout->slot[n].pane)
		n++;
	return n;
}

/* The next one that has something to show. */
static int turn_focus(const struct screen *sc, int by)
{
	int count = pane_count(sc), n = sc->focus;

	do
		n = (n + by + count) % count;
	while (n != sc->focus && !pane_label(sc->layout->slot[n].pane, &sc->view));
	return n;
}

/* By its name or the beginning of it; -1: it is not in this layout. */
static int slot_by_name(const struct screen *sc, const char *name)
{
	for (int i = 0; *name && i < pane_count(sc); i++)
		if (strncmp(sc->layout->slot[i].pane->name, name, strlen(name)) == 0)
			return i;
	return -1;
}

void do_focus(struct screen *sc, const char *args)
{
	int count = pane_count(sc), n = atoi(args) - 1;

	if (strcmp(args, "next") == 0)
		n = turn_focus(sc, 1);
	else if (strcmp(args, "previous") == 0)
		n = turn_focus(sc, -1);
	else if (n < 0)
		n = slot_by_name(sc, args);
	if (n >= 0 && n < count) {
		sc->focus = n;
		return;
	}
	screen_complain(
		sc, "This layout has no pane '%s'; `look PANE` goes to a layout that has it. Here:", args);
	for (int i = 0; i < count; i++)
		screen_say(sc, " %s", sc->layout->slot[i].pane->name);
}

void do_move(struct screen *sc, const char *args)
{
	struct window *w = screen_window(sc);
	int by = atoi(args);

	if (w->cursor < 0)
		w->cursor = w->top;
	w->cursor += by;
	if (w->cursor < 0)
		w->cursor = 0;
}

void do_zoom(struct screen *sc, const char *args)
{
	(void)args;
	sc->zoom = !sc->zoom;
}

/* Moves the border on the right, or on the left where the pane ends at the edge; the same with the lower one.
 */
static void resize(struct screen *sc, int by)
{
	const struct layout_slot *slot = &sc->layout->slot[sc->focus];

	if (slot->col_end < LAYOUT_PARTS)
		sc->col_shift[slot->col_end] += 2 * by;
	else if (slot->col)
		sc->col_shift[slot->col] -= 2 * by;
	if (slot->row_end < LAYOUT_PARTS)
		sc->row_shift[slot->row_end] += by;
	else if (slot->row)
		sc->row_shift[slot->row] -= by;
}

void do_grow(struct screen *sc, const char *args)
{
	(void)args;
	resize(sc, 1);
}

void do_shrink(struct screen *sc, const char *args)
{
	(void)args;
	resize(sc, -1);
}

static void find(struct screen *sc, bool up)
{
	if (!sc->search[0])
		screen_complain(sc, "search: for what? /TEXT");
	else if (!screen_find(sc, up))
		screen_say(sc, "'%s' is not %s in this pane.", sc->search,
			   up ? "further up" : "further down");
}

void do_search(struct screen *sc, const char *args)
{
	snprintf(sc->search, sizeof(sc->search), "%s", args);
	screen_window(sc)->cursor = -1;
	find(sc, false);
}

void do_find(struct screen *sc, const char *args)
{
	find(sc, strcmp(args, "back") == 0);
}

void do_form(struct screen *sc, const char *args)
{
	(void)args;
	sc->view.as_written = !sc->view.as_written;
	screen_say(sc, sc->view.as_written
			       ? "The bytecode pane shows the program as it was written."
			       : "At events the bytecode pane shows the program as it runs, translated.");
}

void do_format(struct screen *sc, const char *args)
{
	static const char *const names[FORMATS] = {"as what they mean", "hexadecimal", "decimal"};

	(void)args;
	sc->view.format = (sc->view.format + 1) % FORMATS;
	screen_say(sc, "Values are shown %s.", names[sc->view.format]);
}

/* The screen once more, whatever the terminal cannot show of it. */
static bool picture(struct screen *sc, FILE *out, bool svg)
{
	struct grid grid;

	if (grid_init(&grid, sc->rows ? sc->rows : 36, sc->cols ? sc->cols : 120, GLYPHS_FULL))
		return false;
	screen_draw(sc, &grid);
	if (svg)
		grid_svg(&grid, &sc->theme, out);
	else
		grid_dump(&grid, out);
	grid_fini(&grid);
	return true;
}

void do_screenshot(struct screen *sc, const char *args)
{
	size_t len = strlen(args);
	bool svg = len > 4 && strcmp(args + len - 4, ".svg") == 0, written;
	FILE *out;

	if (!svg && (len <= 4 || strcmp(args + len - 4, ".txt") != 0)) {
		screen_complain(sc, "screenshot: expected FILE.svg, a picture, or FILE.txt, found '%s'",
				args);
		return;
	}
	out = fopen(args, "w");
	written = out && picture(sc, out, svg);
	if (out && fclose(out))
		written = false;
	if (written)
		screen_say(sc, "The screen is in %s.", args);
	else
		screen_complain(sc, "screenshot: %s: %s", args, strerror(errno));
}

void do_language(struct screen *sc, const char *args)
{
	enum language language = (words_language() + 1) % LANGUAGES;

	if (*args && !words_by_name(args, &language))
		screen_complain(sc, "There is no language '%s': en or zh.", args);
	else if (language != LANGUAGE_EN && (sc->glyphs == GLYPHS_ASCII || sc->glyphs == GLYPHS_CONSOLE))
		screen_complain(sc,
				"This terminal shows no Chinese characters: it takes a locale with UTF-8.");
	else
		words_use(language);
}

static void wrapped(struct screen *sc, const char *text)
{
	while (*text) {
		int n = chars_fitting(text, 76, NULL, NULL);

		screen_say(sc, "%.*s\n", n, text);
		text += n + strspn(text + n, " \n");
	}
}

void do_help(struct screen *sc, const char *args)
{
	struct why why = {0};
	const struct command *c = *args ? command_find(args, strlen(args), &why) : NULL;

	if (c) {
		screen_say(sc, "%s %s: %s", c->name, c->usage, words(c->doc));
		return;
	}
	if (*args) {
		screen_complain(sc, "%s", why.text);
		return;
	}
	if (sc->mode == MODE_WALK) {
		screen_say(sc, words("Pane %s."), words(screen_pane(sc)->title));
		screen_say(sc, "\n");
		wrapped(sc, words(screen_pane(sc)->help));
	}
	keys_help(sc);
	screen_say(sc, "\n%s\n", words("Commands, behind a colon; unique beginnings are enough:"));
	for (c = commands; c->name; c++)
		if (c->doc[0])
			screen_say(sc, "  %-18s %-26s %s\n", c->name, c->usage, words(c->doc));
}

void do_quit(struct screen *sc, const char *args)
{
	(void)args;
	sc->quit = true;
}
