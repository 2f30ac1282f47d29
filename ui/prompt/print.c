/* Commands that show values: print, x, display. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../expr.h"
#include "prompt.h"

#define LETTERS "xducstoai"

/* --- print --- */

/* "/x": the letter, 0 = none; *args moves behind it. */
static bool take_letter(struct screen *sc, const char *command, const char **args, char *letter)
{
	*letter = 0;
	if (**args != '/')
		return true;
	*letter = (*args)[1];
	*args += 2;
	if (*letter && strchr("xducstoa", *letter) && (!**args || **args == ' ')) {
		*args += strspn(*args, " ");
		return true;
	}
	screen_complain(sc, "%s: expected /x /d /u /c /s /t (binary) /o or /a (address), found '/%c%.10s'",
			command, *letter ? *letter : ' ', *args);
	return false;
}

static void add_value(struct debug *d, const char *expr, char letter, struct text *out)
{
	struct expr_value v;
	struct why why;

	if (expr_eval(d, expr, &v, &why)) {
		text_add(out, "%s = -", expr);
		return;
	}
	text_add(out, "%s = ", expr);
	expr_text(d, &v, letter, out);
	if (!letter && !v.type && v.number > 9 && v.number - ARENA_BASE >= ARENA_SIZE)
		text_add(out, "  (0x%llx)", (unsigned long long)v.number);
}

void do_print(struct screen *sc, const char *args)
{
	char line[2048], letter;
	struct expr_value v;
	struct text text;
	struct why why;

	if (!take_letter(sc, "print", &args, &letter))
		return;
	if (!*args) {
		screen_complain(sc, "print: what? For example print r1, print/x r1, print map NAME[KEY], "
				    "print *(u32 *)(fp-4), print ctx->data");
		return;
	}
	if (expr_eval(&sc->debug, args, &v, &why)) {
		screen_complain(sc, "print: %s", why.text);
		return;
	}
	text_init(&text, line, sizeof(line));
	add_value(&sc->debug, args, letter, &text);
	screen_say(sc, "%s", line);
}

/* --- x --- */

static bool parse_shape(struct screen *sc, const char **args)
{
	struct examine *x = &sc->examine;
	const char *at = *args + 1;
	char *end;

	x->count = isdigit((u8)*at) ? min_u64(strtoul(at, &end, 10), 4096) : 1;
	at += strspn(at, "0123456789");
	for (; isalpha((u8)*at); at++) {
		if (strchr(LETTERS, *at))
			x->letter = *at;
		else if (strchr("bhwg", *at))
			x->size = 1 << (strchr("bhwg", *at) - (char *)"bhwg");
		else
			break;
	}
	*args = at + strspn(at, " ");
	if (*at == ' ' || !*at)
		return true;
	screen_complain(sc, "x: expected /COUNT, a format of %s and a size of b h w g; found '%.20s'",
			LETTERS, at);
	return false;
}

static u32 size_of_letter(char letter)
{
	switch (letter) {
	case 'a':
		return 8;
	case 'c':
		return 1;
	}
	return 0;
}

/* Reads one, shows it; false: there is no such memory. */
static bool one(struct screen *sc, u32 i)
{
	struct examine *x = &sc->examine;
	struct expr_value v = {.place = EXPR_MEMORY, .at = x->next, .size = x->size};
	struct sim *sim = debug_sim(&sc->debug);
	u32 per_line = x->letter == 'a' ? 2 : 16 / x->size;
	char line[128], where[64];
	struct text text;

	if (mem_read(sim, &v.number, x->next, x->size))
		return false;
	if (x->letter == 'd' && x->size < 8 && v.number >> (8 * x->size - 1))
		v.number |= ~0ull << (8 * x->size);
	text_init(&text, where, sizeof(where));
	walk_value_text(sim, x->next, &text);
	if (i % per_line == 0)
		screen_say(sc, "%s%s:", i ? "\n" : "", where);
	text_init(&text, line, sizeof(line));
	if (x->letter == 'x')
		text_add(&text, "0x%0*llx", 2 * x->size, (unsigned long long)v.number);
	else
		expr_text(&sc->debug, &v, x->letter, &text);
	screen_say(sc, " %s", line);
	x->next += x->size;
	return true;
}

static bool one_string(struct screen *sc, u32 i)
{
	struct examine *x = &sc->examine;
	struct sim *sim = debug_sim(&sc->debug);
	char chars[200], line[400];
	struct text text;
	struct expr_value v = {.number = x->next};
	s64 n = mem_read_string(sim, chars, x->next, sizeof(chars));

	if (n < 0)
		return false;
	text_init(&text, line, sizeof(line));
	walk_value_text(sim, x->next, &text);
	text_add(&text, ": ");
	expr_text(&sc->debug, &v, 's', &text);
	screen_say(sc, "%s%s", i ? "\n" : "", line);
	x->next += n;
	return true;
}

static bool one_insn(struct screen *sc, u32 i)
{
	struct examine *x = &sc->examine;
	const struct prog *prog = debug_prog(&sc->debug);
	char line[200];
	struct text text;
	u32 at;

	if (!prog || x->next >= prog->insn_cnt)
		return false;
	text_init(&text, line, sizeof(line));
	walk_insn_text(debug_sim(&sc->debug), prog, x->next, &text);
	screen_say(sc, "%s%s%4llu: %s", i ? "\n" : "",
		   debug_insn(&sc->debug, &at) && at == x->next ? "=>" : "  ", (unsigned long long)x->next,
		   line);
	x->next += insn_slots(&prog->insns[x->next]);
	return true;
}

static void tell_no_memory(struct screen *sc)
{
	if (sc->examine.letter == 'i')
		screen_complain(sc, "x: there is no instruction %llu; x/4i 0 begins at the first",
				(unsigned long long)sc->examine.next);
	else
		screen_complain(sc, "x: no memory of the simulated kernel at 0x%llx",
				(unsigned long long)sc->examine.next);
}

void do_examine(struct screen *sc, const char *args)
{
	struct examine *x = &sc->examine;
	struct why why;

	if (!x->letter)
		*x = (struct examine){.letter = 'x', .size = 1};
	x->count = *args == '/' ? x->count : 32 / x->size;
	if (*args == '/' && !parse_shape(sc, &args))
		return;
	if (size_of_letter(x->letter))
		x->size = size_of_letter(x->letter);
	if (*args && expr_value(&sc->debug, args, &x->next, &why)) {
		screen_complain(sc, "x: %s", why.text);
		return;
	}
	for (u32 i = 0; i < x->count; i++) {
		bool ok = x->letter == 's'   ? one_string(sc, i)
			  : x->letter == 'i' ? one_insn(sc, i)
					     : one(sc, i);

		if (ok)
			continue;
		if (!i)
			tell_no_memory(sc);
		return;
	}
}

/* --- display --- */

void displays_text(const struct screen *sc, const char *between, struct text *out)
{
	for (u32 i = 0; i < sc->displays; i++) {
		text_add(out, "%s", i ? between : "");
		add_value((struct debug *)&sc->debug, sc->display[i].expr, sc->display[i].letter, out);
	}
}

static void list_displays(struct screen *sc)
{
	for (u32 i = 0; i < sc->displays; i++)
		screen_say(sc, "%3u %s%s%s\n", sc->display[i].number, sc->display[i].letter ? "/" : "",
			   sc->display[i].letter ? (char[]){sc->display[i].letter, ' ', 0} : "",
			   sc->display[i].expr);
	if (!sc->displays)
		screen_say(sc, "Nothing is displayed. `display EXPR` shows its value after each step.");
}

void info_display(struct screen *sc)
{
	list_displays(sc);
}

void do_display(struct screen *sc, const char *args)
{
	char line[2048], letter;
	struct expr_value v;
	struct text text;
	struct why why;

	if (!take_letter(sc, "display", &args, &letter))
		return;
	text_init(&text, line, sizeof(line));
	if (!*args) {
		displays_text(sc, "\n", &text);
		screen_say(sc, "%s", line);
		return;
	}
	if (expr_eval(&sc->debug, args, &v, &why) == -EINVAL) {
		screen_complain(sc, "display: %s", why.text);
		return;
	}
	if (sc->displays == ARRAY_SIZE(sc->display)) {
		screen_complain(sc, "display: there are %u already; `undisplay N` takes one away",
				sc->displays);
		return;
	}
	sc->display[sc->displays] = (struct display){.number = ++sc->last_display, .letter = letter};
	snprintf(sc->display[sc->displays++].expr, sizeof(sc->display[0].expr), "%s", args);
	add_value(&sc->debug, args, letter, &text);
	screen_say(sc, "%u: %s", sc->last_display, line);
}

void do_undisplay(struct screen *sc, const char *args)
{
	u32 number = strtoul(args, NULL, 10);

	if (!*args) {
		sc->displays = 0;
		screen_say(sc, "Nothing is displayed any more.");
		return;
	}
	for (u32 i = 0; i < sc->displays; i++) {
		if (sc->display[i].number != number)
			continue;
		memmove(&sc->display[i], &sc->display[i + 1], (--sc->displays - i) * sizeof(sc->display[0]));
		return;
	}
	screen_complain(sc, "undisplay: there is no display '%.20s'; `info display` lists them", args);
}
