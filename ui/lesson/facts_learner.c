/* What lessons can ask of the learner: where one looked, what one did, what one answered. See fact.h. */
#include <stdio.h>

#include "../prompt/prompt.h"
#include "course.h"
#include "fact.h"

/* --- looking --- */

/* Is the cursor on a line of the pane with this text? */
static bool cursor_is_on(struct screen *sc, const char *text)
{
	struct window *w = screen_window(sc), copy = *w;
	struct area none = {.cols = 200};
	struct sheet s = {.search = text, .search_from = w->cursor - 1};

	if (w->cursor < 0)
		return false;
	sheet_begin(&s, &none, &copy, false);
	screen_pane(sc)->draw(&sc->view, &s);
	return s.found == w->cursor;
}

/* Without a screen one looks by saying so: "look objects bpf_func". */
static bool asked_for(const char *command, const char *pane, const char *text)
{
	static const char *const verbs[] = {"look ", "show ", "info "};
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		n = strlen(verbs[i]);
		if (strncmp(command, verbs[i], n) != 0 || strncmp(command + n, pane, strlen(pane)) != 0)
			continue;
		return i == 2 || !*text || strstr(command + n, text);
	}
	return false;
}

static int looked(struct asked *a)
{
	struct screen *sc = a->sc;

	if (!pane_by_name(a->arg[0]))
		return sim_fail(a->why, -EINVAL, "there is no pane '%.40s'", a->arg[0]);
	a->number = asked_for(sc->course->last, a->arg[0], a->arg[1]) ||
		    (!sc->batch && screen_pane(sc) == pane_by_name(a->arg[0]) &&
		     (a->args < 2 || cursor_is_on(sc, a->arg[1])));
	return 0;
}

static int layout(struct asked *a)
{
	const struct layout *asked = layout_by_name(a->arg[0]);

	if (!asked)
		return sim_fail(a->why, -EINVAL, "there is no layout '%.40s'", a->arg[0]);
	a->number = a->sc->layout == asked || layout_fit(asked, false) == a->sc->layout;
	return 0;
}

/* --- doing --- */

static int did(struct asked *a)
{
	struct why why;
	const struct command *c = command_find(a->arg[0], strlen(a->arg[0]), &why);

	if (!c || c - commands >= COURSE_COMMANDS)
		return sim_fail(a->why, -EINVAL, "there is no command '%.40s'", a->arg[0]);
	a->number = a->sc->course->done[c - commands];
	return 0;
}

static int went_back(struct asked *a)
{
	a->number = a->sc->course->moves_back;
	return 0;
}

static struct course_watch *watch_of(struct course *c, const char *expr)
{
	for (u32 i = 0; i < c->watches; i++)
		if (strcmp(c->watch[i].expr, expr) == 0)
			return &c->watch[i];
	if (c->watches == COURSE_WATCHES || strlen(expr) >= sizeof(c->watch->expr))
		return NULL;
	c->watch[c->watches] = (struct course_watch){.step = 0};
	snprintf(c->watch[c->watches].expr, sizeof(c->watch->expr), "%.79s", expr);
	return &c->watch[c->watches++];
}

/* At each look the value is compared with that of the look before. */
static int went_back_over(struct asked *a)
{
	struct course *c = a->sc->course;
	struct course_watch *w = watch_of(c, a->arg[0]);
	u64 now = debug_now(&a->sc->debug);
	char value[COURSE_VALUE];
	struct text text;
	struct why why;

	if (!w)
		return sim_fail(a->why, -EINVAL, "a lesson can go back over %u values, of %zu characters",
				COURSE_WATCHES, sizeof(w->expr) - 1);
	if (w->look != c->look) {
		text_init(&text, value, sizeof(value));
		if (lesson_value(a->sc, a->arg[0], &text, &why))
			value[0] = 0;
		w->went_back |= w->look && now < w->step && strcmp(value, w->last) != 0;
		memcpy(w->last, value, sizeof(w->last));
		w->step = now;
		w->look = c->look;
	}
	a->number = w->went_back;
	return 0;
}

/* --- answering --- */

static const struct course_answer *answer_of(struct asked *a)
{
	const struct course *c = a->sc->course;

	for (u32 i = 0; i < c->answers; i++)
		if (strcmp(course_section(c, c->answer[i].page)->id, a->arg[0]) == 0)
			return &c->answer[i];
	sim_fail(a->why, -EINVAL, "there is no question '%.40s'", a->arg[0]);
	return NULL;
}

static int answered(struct asked *a)
{
	const struct course_answer *answer = answer_of(a);

	if (!answer)
		return -EINVAL;
	a->number = !!answer->letter;
	return 0;
}

static int right(struct asked *a)
{
	const struct course_answer *answer = answer_of(a);

	if (!answer)
		return -EINVAL;
	a->number = answer->revealed && answer->letter == answer->truth;
	return 0;
}

const struct fact facts_learner[] = {
	{"looked", "looked(PANE) or looked(PANE, TEXT)",
	 "the pane has the keys, and its cursor is on a line with TEXT", "looked(objects, bpf_func)", false,
	 looked},
	{"layout", "layout(NAME)", "is it on the screen?", "layout(maps)", false, layout},
	{"did", "did(COMMAND)", "how often that command was done, by key or at the prompt",
	 "did(reverse-step) >= 2", false, did},
	{"went_back", "went_back", "how often one went back in time", "went_back >= 1", true, went_back},
	{"went_back_over", "went_back_over(VALUE)", "went back, and the value was another one there",
	 "went_back_over(map counts[6])", false, went_back_over},
	{"answered", "answered(ID)", "was the question answered, rightly or not?", "answered(where)", false,
	 answered},
	{"right", "right(ID)", "was it answered rightly?", "right(where)", false, right},
	{NULL, NULL, NULL, NULL, false, NULL},
};
