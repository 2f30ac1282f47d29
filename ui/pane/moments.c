/* What happened when: the proof that verifying and compiling are done at load, once. */
#include "pane.h"

static const struct {
	const char *what;
	u8 done; /* enum done_what */
} rows[] = {
	{"verified", DONE_VERIFIED},
	{"compiled (JIT)", DONE_COMPILED},
	{"program run", DONE_RUN},
	{"glue written", DONE_GLUE},
};

static const u8 whens[] = {DONE_AT_LOAD, DONE_AT_ATTACH, DONE_AT_EVENT};
static const u8 columns[] = {19, 27, 34};

/* Was it one of the last step's doings? */
static bool fresh(const struct debug *d, u8 done)
{
	const struct event *stage = debug_happened(d, EV_LOAD_STAGE);

	switch (done) {
	case DONE_GLUE:
		return debug_happened(d, EV_GLUE);
	case DONE_RUN:
		return debug_happened(d, EV_RUN_START);
	case DONE_COMPILED:
		return debug_happened(d, EV_COMPILED);
	default:
		return stage && d->last.before.stage == LOAD_WALK && stage->arg[0] > LOAD_WALK;
	}
}

static void draw_glue(struct sheet *s, const struct sim *sim)
{
	const struct dispatcher *glue = sim->world->dispatcher;
	char line[200];

	if (!glue || !glue->written)
		return;
	snprintf(line, sizeof(line),
		 words("glue: bpf_dispatcher_xdp, %u bytes that compare the address to be called with %u "
		       "program%s and jump "
		       "straight there. The hook's code, not the program's."),
		 glue->size, glue->nprogs, glue->nprogs == 1 ? "" : "s");
	sheet_wrap(s, ROLE_QUIET, line);
}

static void draw_code(struct sheet *s, const struct prog *prog)
{
	if (!prog || !prog->obj.id)
		return;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, words("prog %u: "), prog->obj.id);
	if (look_images(prog))
		sheet_add(s, ROLE_PLAIN, words("code at %llx since its load"),
			  (unsigned long long)prog_entry(prog));
	else
		sheet_add(s, ROLE_PLAIN, "%s", words("no machine code: the interpreter runs it"));
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct sim *sim = debug_sim(v->d);

	sheet_line(s, SHEET_NO_ITEM);
	sheet_to(s, 16);
	sheet_add(s, ROLE_QUIET, "%s", words("load  attach  event"));
	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		bool now = fresh(v->d, rows[r].done);

		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_PLAIN, "%s", words(rows[r].what));
		for (size_t w = 0; w < ARRAY_SIZE(whens); w++) {
			u64 n = sim->world->done.count[rows[r].done][whens[w]];

			sheet_to(s, columns[w]);
			sheet_add(s, now && sim->world->done.when == whens[w] ? ROLE_CHANGED
				     : n				      ? ROLE_PLAIN
									      : ROLE_QUIET,
				  "%llu", (unsigned long long)n);
		}
		if (now)
			sheet_add(s, ROLE_CHANGED, " *");
	}
	draw_code(s, debug_prog(v->d));
	draw_glue(s, sim);
}

static bool changed(const struct view *v)
{
	for (size_t r = 0; r < ARRAY_SIZE(rows); r++)
		if (fresh(v->d, rows[r].done))
			return true;
	return false;
}

const struct pane pane_moments = {
	.name = "moments",
	.title = "what happened when",
	.help = "How often a program was verified, compiled and run, and glue was written, and at which "
		"occasion, up "
		"to this step. Verifying and compiling happen once, inside PROG_LOAD; attaching stores an "
		"address; "
		"an event only calls it. Glue is code of the hook, not of the program: XDP has a dispatcher, "
		"which "
		"is written again when programs come and go; most hooks have none.",
	.draw = draw,
	.changed = changed,
};
