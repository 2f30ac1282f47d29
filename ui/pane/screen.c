/* The screen's frame: see screen.h. Top line, pipeline, sentence, prompt, keys. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../prompt/prompt.h"
#include "../packet.h"
#include "../sentence.h"
#include "../travel.h"
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
	sc->phase = PHASES;
	screen_follow(sc);
	sc->bad = ends_early(&sc->debug);
	if (sc->bad)
		snprintf(sc->message, sizeof(sc->message), "This walk ends early: %.400s", sc->debug.failed);
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
		layout = layout_fit(layout, screen_is_wide(sc));
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
	size_t n = vsnprintf(text, sizeof(text), fmt, args);
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

/* --- the frame's lines --- */

static const char *const phase_names[PHASES] = {
	[PHASE_BOOT] = "before the first call",
	[PHASE_SYSCALL] = "system call",
	[PHASE_USER] = "user space and maps",
	[PHASE_CHECK] = "verifier",
	[PHASE_GRAPH] = "walk 1 of 2: the graph",
	[PHASE_PATHS] = "walk 2 of 2: the paths",
	[PHASE_REJECTED] = "the rejection",
	[PHASE_TRANSLATE] = "translation",
	[PHASE_JIT] = "JIT",
	[PHASE_FD] = "id and fd",
	[PHASE_ATTACH] = "attach",
	[PHASE_EVENT] = "event",
};

const char *phase_name(enum phase phase)
{
	return phase < PHASES ? phase_names[phase] : "?";
}

static void slider(const struct area *a, int col, int width, u64 now, u64 end)
{
	int at = end ? (int)(now * (width - 3) / end) : 0;

	col = area_put(a, 0, col, ROLE_BORDER, "├");
	for (int i = 0; i < width - 2; i++)
		col = area_put(a, 0, col, i == at ? ROLE_CURRENT : ROLE_BORDER,
			       i == at  ? "●"
			       : i < at ? "─"
					: "┄");
	area_put(a, 0, col, ROLE_BORDER, "┤");
}

static void doing_text(const struct debug *d, struct text *out)
{
	const struct debug_call *call = debug_call(d);
	u32 len;
	const u8 *packet = debug_packet(d, &len);

	if (packet)
		packet_describe(packet, len, out);
	else if (call && call->cmd < (int)bpf_commands_count && bpf_commands[call->cmd].name &&
		 debug_phase(d) < PHASE_TRANSLATE)
		text_add(out, "bpf(BPF_%s)", bpf_commands[call->cmd].name);
	else
		text_add(out, "%s", phase_name(debug_phase(d)));
}

static void top_line(const struct screen *sc, const struct area *a)
{
	const struct debug *d = &sc->debug;
	const char *slash = strrchr(d->file.path, '/');
	int room = a->cols / 6, col;
	char doing[200];
	struct text text;

	text_init(&text, doing, sizeof(doing));
	doing_text(d, &text);
	col = area_print(a, 0, 1, ROLE_TITLE, "%s", slash ? slash + 1 : d->file.path);
	if (screen_is_wide(sc))
		col = area_print(a, 0, col, ROLE_PLAIN, " · prog %s", program_name(&d->file));
	if (room >= 8) {
		slider(a, col + 2, room, debug_now(d), debug_end(d));
		col += room + 2;
	}
	col = area_print(a, 0, col + 1, ROLE_PLAIN, "step %llu/%llu", (unsigned long long)debug_now(d),
			 (unsigned long long)debug_end(d));
	if (col + 16 + grid_width(a->grid, doing) < a->cols)
		text_add(&text, " · Linux 6.1");
	area_put(a, 0, max_s64(col + 2, a->cols - grid_width(a->grid, doing) - 1), ROLE_QUIET, doing);
}

/* fds of programs, maps and links that the loader holds: "map=4 prog=5". */
static void fds_text(const struct debug *d, struct text *out)
{
	static const struct {
		u8 kind;
		const char *name;
	} kinds[] = {{OBJ_MAP, "map"}, {OBJ_PROG, "prog"}, {OBJ_LINK, "link"}};
	struct session *s = (struct session *)&d->session;

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		u32 n = 0;

		for (int fd = 0; fd < 64; fd++) {
			const struct obj *obj = session_object(s, fd);

			if (!obj || obj->kind != kinds[k].kind || n++ >= 3)
				continue;
			if (n == 1)
				text_add(out, " %s=%d", kinds[k].name, fd);
			else
				text_add(out, ",%d", fd);
		}
		if (!n && kinds[k].kind != OBJ_LINK)
			text_add(out, " %s=?", kinds[k].name);
	}
}

/* Has the stage been gone through? */
static bool pipe_done(const struct debug *d, enum pipeline pipe)
{
	bool begun = false;

	for (u32 i = 0; i < d->marks && d->mark[i].step <= debug_now(d); i++)
		begun |= phase_pipe(d->mark[i].phase) == pipe;
	return begun;
}

static void pipeline_line(const struct screen *sc, const struct area *a)
{
	static const char *const names[PIPES] = {"syscall", "fd", "verify", "JIT", "attach", "event"};
	const struct debug *d = &sc->debug;
	enum pipeline at = phase_pipe(debug_phase(d));
	char fds[96];
	struct text text;
	int col = 1;

	text_init(&text, fds, sizeof(fds));
	fds_text(d, &text);
	for (int p = 0; p < PIPES; p++) {
		bool here = p == (int)at, done = pipe_done(d, p), bad = p == PIPE_VERIFY && debug_rejected(d);
		enum role role = bad ? ROLE_BAD : here ? ROLE_CURRENT : done ? ROLE_GOOD : ROLE_QUIET;

		if (p)
			col = area_put(a, 1, col, ROLE_BORDER, screen_is_wide(sc) ? " ── " : " ─ ");
		if (screen_is_wide(sc))
			col = area_print(a, 1, col, role, "%d ", p + 1);
		col = area_print(a, 1, col, role, "%s%s %s", names[p],
				 p == PIPE_FD && screen_is_wide(sc) ? fds : "",
				 bad    ? "✗"
				 : here ? "◂"
				 : done ? "✓"
					: "·");
	}
}

/* It goes on in the prompt's line while nobody types there. True: it does. */
static bool sentence_line(const struct screen *sc, const struct area *a)
{
	int most = sc->prompt ? 1 : 2;
	char words[600];
	struct text text;

	text_init(&text, words, sizeof(words));
	if (sc->message[0])
		return area_wrap(a, a->rows - 3, 1, sc->bad ? ROLE_BAD : ROLE_TITLE, sc->message, most) > 1;
	sentence_of(&sc->debug, &text);
	if (debug_now(&sc->debug) == debug_end(&sc->debug) && sc->debug.failed[0] && !debug_rejected(&sc->debug))
		text_add(&text, " %.300s", sc->debug.failed);
	if (sc->displays) {
		text_add(&text, "  ‖ ");
		displays_text(sc, " · ", &text);
	}
	return area_wrap(a, a->rows - 3, 1, debug_rejected(&sc->debug) ? ROLE_BAD : ROLE_SENTENCE, words, most) > 1;
}

static void prompt_line(const struct screen *sc, const struct area *a)
{
	area_print(a, a->rows - 2, 0, sc->prompt ? ROLE_TITLE : ROLE_QUIET, ":%s",
		   sc->prompt ? sc->line : "");
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

static void draw_walk(struct screen *sc, struct grid *grid)
{
	struct area all = grid_area(grid);
	struct area panes =
		area_part(&all, FRAME_ABOVE, 0, grid->rows - FRAME_ABOVE - FRAME_BELOW, grid->cols);

	find_mark(sc);
	top_line(sc, &all);
	pipeline_line(sc, &all);
	if (sc->reading)
		draw_reader(sc, &panes);
	else if (screen_is_wide(sc))
		screen_draw_panes(sc, &panes);
	else
		screen_draw_tabs(sc, &panes);
	if (!sentence_line(sc, &all))
		prompt_line(sc, &all);
	keys_line(sc, &all);
}

void screen_draw(struct screen *sc, struct grid *grid)
{
	sc->rows = grid->rows;
	sc->cols = grid->cols;
	screen_layout(sc, sc->layout);
	grid_clear(grid);
	if (grid->rows < 1 || grid->cols < 1)
		return;
	if (sc->mode == MODE_START)
		screen_draw_start(sc, grid);
	else
		draw_walk(sc, grid);
	grid_hues(grid);
}
