/*
 * The last line of the screen: the keys that are of use now, eight or nine of them, and never more than fit.
 * Those that matter least are left out first; help and the way out always stay.
 */
#include <stdio.h>

#include "../lesson/course.h"
#include "../travel.h"
#include "../words.h"
#include "prompt.h"

#define MOST 9

typedef bool (*valid_fn)(const struct screen *sc);

static bool always(const struct screen *sc)
{
	(void)sc;
	return true;
}

/* Can the other language be shown here? */
static bool other_language(const struct screen *sc)
{
	return sc->glyphs != GLYPHS_ASCII && sc->glyphs != GLYPHS_CONSOLE;
}

static bool not_at_end(const struct screen *sc)
{
	return debug_now(&sc->debug) < debug_end(&sc->debug);
}

static bool turns_page(const struct screen *sc)
{
	const char *command = lesson_key((struct screen *)sc, KEY_RETURN);

	return command && strcmp(command, "lesson next") == 0 &&
	       course_page_done(sc->course, sc->course->page);
}

static bool starts_lesson(const struct screen *sc)
{
	const char *command = lesson_key((struct screen *)sc, KEY_RETURN);

	return command && strncmp(command, "lesson start ", 13) == 0;
}

static bool in_lesson(const struct screen *sc)
{
	return sc->course;
}

static bool in_exercise(const struct screen *sc)
{
	return sc->course && sc->course->file[0];
}

static bool lesson_folded(const struct screen *sc)
{
	return sc->course && !screen_is_wide(sc);
}

static bool enter_does(const struct screen *sc)
{
	return turns_page(sc) || starts_lesson(sc) || not_at_end(sc) || can_read(sc);
}

static bool not_at_start(const struct screen *sc)
{
	return debug_now(&sc->debug) > 0;
}

static bool rejected(const struct screen *sc)
{
	return debug_rejected(&sc->debug);
}

static bool zoomed(const struct screen *sc)
{
	return sc->zoom;
}

static bool has_cursor(const struct screen *sc)
{
	return screen_window((struct screen *)sc)->cursor >= 0;
}

static bool can_stop_here(const struct screen *sc)
{
	return has_cursor(sc) && screen_pane(sc)->stop_form;
}

/* The machine code of a run can be stepped through. */
static bool has_machine(const struct screen *sc)
{
	const struct vm *vm = debug_sim(&sc->debug)->vm;

	return vm->state == VM_RUNNING && vm->translated && strcmp(sc->layout->name, "machine") == 0;
}

/* On the screen from left to right. */
static const struct hint {
	u32 key;
	u8 rank; /* 1 is kept longest */
	const char *text; /* NULL: depends; see text_of */
	valid_fn valid;
} hints[] = {
	{'s', 1, NULL, not_at_end},
	{'S', 2, "back", not_at_start},
	{KEY_RETURN, 3, NULL, enter_does},
	{'E', 3, "edit", in_exercise},
	{'h', 3, "hint", in_lesson},
	{'L', 12, "lesson's text", lesson_folded},
	{'m', 4, "machine insn", has_machine},
	{'M', 5, "back", has_machine},
	{'w', 6, "why", rejected},
	{'c', 8, NULL, not_at_end},
	{'b', 9, "stop here", can_stop_here},
	{'e', 10, "explain", has_cursor},
	{'z', 7, "all panes", zoomed},
	{KEY_TAB, 11, "pane", always},
	{'v', 12, "layout", always},
	{KEY_FN_2, 13, NULL, other_language},
	{':', 5, "command", always},
	{'?', 4, "help", always},
	{'q', 4, "quit", always},
};

/* What s does: one unit of what is going on. */
static const char *unit(const struct screen *sc)
{
	static const char *const units[PHASES] = {
		[PHASE_GRAPH] = "edge", [PHASE_PATHS] = "insn", [PHASE_JIT] = "insn", [PHASE_EVENT] = "insn"};
	enum phase phase = debug_phase(&sc->debug);

	if (screen_pane(sc) == &pane_source)
		return "line";
	return units[phase] ? units[phase] : "step";
}

static const char *short_name(enum phase phase)
{
	static const char *const names[PHASES] = {
		[PHASE_SYSCALL] = "next: system call", [PHASE_USER] = "next: user space",
		[PHASE_CHECK] = "next: the verifier",  [PHASE_GRAPH] = "next: the graph",
		[PHASE_PATHS] = "next: the paths",     [PHASE_TRANSLATE] = "next: translation",
		[PHASE_JIT] = "next: the JIT",         [PHASE_FD] = "next: id and fd",
		[PHASE_REJECTED] = "next: the rejection",
		[PHASE_ATTACH] = "next: attach",       [PHASE_EVENT] = "next: the event",
	};

	return names[phase] ? names[phase] : "next stage";
}

static const char *enter_text(const struct debug *d)
{
	for (u32 i = 0; i < d->marks; i++)
		if (travel_begins(d, i) && d->mark[i].step > debug_now(d))
			return d->mark[i].kind == EV_SYSCALL_EXIT ? "next: its fd"
								  : short_name(d->mark[i].phase);
	return "to the end";
}

static const char *text_of(const struct screen *sc, const struct hint *hint)
{
	if (hint->key == 's')
		return words(unit(sc));
	if (hint->key == KEY_RETURN)
		return words(turns_page(sc) ? "next page"
			     : starts_lesson(sc) ? "next lesson"
			     : can_read(sc) ? "user space reads"
					    : enter_text(&sc->debug));
	if (hint->key == 'c')
		return words(sc->debug.stops ? "to the next stop" : "to the end");
	return hint->key == KEY_FN_2 ? words_other_name() : words(hint->text);
}

static int width_of(const struct screen *sc, const struct area *a, const struct hint *hint)
{
	return grid_width(a->grid, key_name(hint->key)) + 1 + grid_width(a->grid, text_of(sc, hint)) + 2;
}

/* Which ones: by rank, as long as there is room. A bit for each. */
static u32 choose(const struct screen *sc, const struct area *a)
{
	int room = a->cols - 1 + 2, count = 0;
	u32 chosen = 0;

	for (u8 rank = 1; rank <= ARRAY_SIZE(hints); rank++) {
		for (size_t i = 0; i < ARRAY_SIZE(hints); i++) {
			int width;

			if (hints[i].rank != rank || count == MOST || !hints[i].valid(sc))
				continue;
			width = width_of(sc, a, &hints[i]);
			if (width > room)
				continue;
			room -= width;
			count++;
			chosen |= 1u << i;
		}
	}
	return chosen;
}

static void put_hints(const struct screen *sc, const struct area *a)
{
	u32 chosen = choose(sc, a);
	int col = 1;

	for (size_t i = 0; i < ARRAY_SIZE(hints); i++) {
		if (!(chosen & 1u << i))
			continue;
		col = area_put(a, a->rows - 1, col, ROLE_KEY, key_name(hints[i].key));
		col = area_print(a, a->rows - 1, col, ROLE_QUIET, " %s", text_of(sc, &hints[i])) + 2;
	}
}

/* "Enter start  o open": keys are bold, what they do is not. A key is a word behind two spaces. */
static void put_keys(const struct area *a, const char *text)
{
	int col = 1;

	while (*text) {
		int key = strcspn(text, " "), all;
		const char *end = strstr(text, "  ");

		all = end ? (int)(end - text) : (int)strlen(text);
		col = area_print(a, a->rows - 1, col, ROLE_KEY, "%.*s", key, text);
		col = area_print(a, a->rows - 1, col, ROLE_QUIET, "%.*s", all - key, text + key) + 2;
		text += all + (end ? 2 : 0);
	}
}

static void start_line(const struct screen *sc, const struct area *a)
{
	char line[160];
	struct text text;

	text_init(&text, line, sizeof(line));
	text_add(&text, "%s", words("Enter start  j k choose  l lessons  o open  s sandbox  "));
	if (other_language(sc))
		text_add(&text, "F2 %s  ", words_other_name());
	text_add(&text, "%s", words("? help  q quit"));
	put_keys(a, line);
}

void keys_line(struct screen *sc, const struct area *a)
{
	if (sc->asked_quit)
		area_put(a, a->rows - 1, 1, ROLE_TITLE, words("Leave bpfwalk? y yes, any other key no"));
	else if (sc->prompt)
		put_keys(a, words("Enter does it  Tab completes  Up earlier lines  Esc leaves"));
	else if (sc->reading)
		put_keys(a, words("j down  k up  PgDn further  Esc back"));
	else if (sc->mode == MODE_START)
		start_line(sc, a);
	else if (sc->mode == MODE_LESSONS)
		put_keys(a, words("Enter begins it  j k choose  / search  : command  Esc back"));
	else
		put_hints(sc, a);
}
