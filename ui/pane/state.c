/* Abstract state: what walk 2 knows about registers and stack before the instruction at hand. */
#include <stdio.h>

#include "../reg_words.h"
#include "pane.h"

static const struct vstate *state_at_hand(const struct debug *d, struct verifier **v)
{
	const struct prog_load *load = look_load(debug_sim(d));
	u32 insn;

	*v = load ? load->verifier : NULL;
	return *v && (load->stage == LOAD_WALK || load->err) ? path_state(*v, &insn) : NULL;
}

/* Can it be compared with what was before? Not when another path or function was begun. */
static bool comparable(const struct debug *d, const struct vstate *state)
{
	return d->last.any && d->last.before.walking && d->last.before.vframe == state->curframe &&
	       !debug_happened(d, EV_PATH_END);
}

/* A value that has changed is followed by what it was. */
static void one_value(struct sheet *s, const char *name, u64 item, const char *is, const char *was)
{
	bool fresh = was && strcmp(is, was) != 0;

	sheet_line(s, item);
	if (fresh)
		sheet_at(s);
	sheet_add(s, ROLE_PLAIN, "%s", name);
	sheet_to(s, 5);
	sheet_add(s, ROLE_CHANGED, "%s", fresh ? "*" : "");
	sheet_to(s, 7);
	sheet_add(s,
		  fresh   ? ROLE_CHANGED
		  : is[0] ? ROLE_PLAIN
			  : ROLE_QUIET,
		  "%s",
		  is[0]   ? is
		  : fresh ? words("- (lost)")
			  : "-");
	if (!fresh)
		return;
	sheet_labelled(s, item, " was", 7, ROLE_QUIET, was[0] ? was : words("never written"));
}

static void register_text(const struct view *v, struct verifier *verifier, const struct vstate *state, u32 r,
			  char is[PICTURE_TEXT])
{
	const struct reg *reg = &state->frame[state->curframe]->reg[r];
	struct text text;

	text_init(&text, is, PICTURE_TEXT);
	if (reg->type != NOT_INIT)
		path_reg_text(debug_sim(v->d), verifier, reg, &text);
}

/* Registers in a row of which nothing is known, and was known before, are one line. */
static u32 unknown_from(const struct view *v, struct verifier *verifier, const struct vstate *state, u32 r)
{
	bool compare = comparable(v->d, state);

	for (; r < MAX_BPF_REGS; r++) {
		char is[PICTURE_TEXT];

		register_text(v, verifier, state, r, is);
		if (is[0] || (compare && v->d->last.before.known[r][0]))
			break;
	}
	return r;
}

static void draw_registers(const struct view *v, struct sheet *s, struct verifier *verifier,
			   const struct vstate *state)
{
	bool compare = comparable(v->d, state);

	for (u32 r = 0; r < MAX_BPF_REGS; r++) {
		u32 end = unknown_from(v, verifier, state, r);
		char name[8], is[PICTURE_TEXT];

		if (end > r + 1) {
			sheet_line(s, r);
			sheet_add(s, ROLE_QUIET, "r%u-r%u", r, end - 1);
			sheet_to(s, 7);
			sheet_add(s, ROLE_QUIET, "-  may not be read");
			r = end - 1;
			continue;
		}
		register_text(v, verifier, state, r, is);
		snprintf(name, sizeof(name), "r%u", r);
		one_value(s, name, r, is, compare ? v->d->last.before.known[r] : NULL);
	}
}

static void draw_stack(const struct view *v, struct sheet *s, struct verifier *verifier,
		       const struct vstate *state)
{
	const struct frame *frame = state->frame[state->curframe];
	bool compare = comparable(v->d, state), any = false;

	for (u32 i = 0; i < frame->nslots; i++) {
		char name[16], is[PICTURE_TEXT];
		struct text text;

		text_init(&text, is, sizeof(is));
		picture_slot_text(debug_sim(v->d), verifier, &frame->slot[i], &text);
		if (!is[0])
			continue;
		any = true;
		snprintf(name, sizeof(name), "fp-%u", (i + 1) * 8);
		one_value(s, name, 100 + i, is,
			  compare && i < MAX_SLOTS
				  ? i < v->d->last.before.nslots ? v->d->last.before.slot[i] : ""
				  : NULL);
	}
	if (any) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "  first letter: the byte next to fp");
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "  m some value  0 zero  ? never written");
	}
}

static void draw(const struct view *v, struct sheet *s)
{
	struct verifier *verifier;
	const struct vstate *state = state_at_hand(v->d, &verifier);

	if (!state) {
		sheet_nothing(s, "Walk 2 is not on a path now. While it is, this shows for each register "
				 "what is known on "
				 "every run that comes this way: a type, and a range of values.");
		return;
	}
	if (state->curframe) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "function call %u deep", state->curframe);
	}
	draw_registers(v, s, verifier, state);
	draw_stack(v, s, verifier, state);
}

static void subtitle(const struct view *v, struct text *out)
{
	u32 insn;

	if (debug_phase(v->d) == PHASE_PATHS && debug_insn(v->d, &insn))
		text_say(out, "before insn %u", insn);
}

static bool changed(const struct view *v)
{
	struct verifier *verifier;

	return state_at_hand(v->d, &verifier) && v->d->last.any && v->d->last.before.walking;
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	struct verifier *verifier;
	const struct vstate *state = state_at_hand(v->d, &verifier);
	const struct frame *frame = state ? state->frame[state->curframe] : NULL;

	if (!frame || (item >= MAX_BPF_REGS && (item < 100 || item - 100 >= frame->nslots)))
		return;
	if (item < MAX_BPF_REGS) {
		text_say(out, "r%llu holds, on every run that comes this way: ", (unsigned long long)item);
		reg_words(debug_sim(v->d), verifier, &frame->reg[item], out);
		text_say(out, ".");
		return;
	}
	text_say(out, "The 8 bytes of stack from fp-%llu on: ", (unsigned long long)(item - 99) * 8);
	picture_slot_text(debug_sim(v->d), verifier, &frame->slot[item - 100], out);
	text_say(out, ". The first letter is the byte next to fp: m some value, 0 zero, ? never written.");
}

const struct pane pane_state = {
	.name = "state",
	.title = "what the verifier knows",
	.help = "No program runs while it is verified: the verifier thinks through every path, and keeps for "
		"each register "
		"what is true on all runs that come this way. scalar() is a number with its range, pkt, ctx, "
		"map_value are "
		"pointers, ..._or_null may be NULL. - may not be read. The stack by slots of 8 bytes, the "
		"byte "
		"next to fp first: m some value, 0 zero, ? never written; a register that was spilled there "
		"is "
		"written out. * changed by the last step; the line below says what it was. e says a register "
		"in "
		"plain words.",
	.subtitle = subtitle,
	.draw = draw,
	.changed = changed,
	.explain = explain,
};
