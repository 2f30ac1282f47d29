/* Abstract state: what walk 2 knows about registers and stack before the instruction at hand. */
#include "pane.h"

static const struct vstate *state_at_hand(const struct debug *d, struct verifier **v)
{
	const struct prog_load *load = look_load(debug_sim(d));
	u32 insn;

	*v = load ? load->verifier : NULL;
	return *v && load->stage == LOAD_WALK ? path_state(*v, &insn) : NULL;
}

/* Can it be compared with what was before? Not when another path or function was begun. */
static bool comparable(const struct debug *d, const struct vstate *state)
{
	return d->last.any && d->last.before.walking && d->last.before.vframe == state->curframe &&
	       !debug_happened(d, EV_PATH_END);
}

static void one_value(struct sheet *s, const char *name, u64 item, const char *is, const char *was)
{
	sheet_line(s, item);
	sheet_add(s, ROLE_PLAIN, "%s", name);
	sheet_to(s, 6);
	if (was && strcmp(is, was) != 0) {
		sheet_add(s, ROLE_CHANGED, "%s *", is[0] ? is : "-");
		sheet_line(s, item);
		sheet_add(s, ROLE_QUIET, "        was: %s", was[0] ? was : "never written, or lost");
	} else {
		sheet_add(s, is[0] ? ROLE_PLAIN : ROLE_QUIET, "%s", is[0] ? is : "-");
	}
}

static void draw_registers(const struct view *v, struct sheet *s, struct verifier *verifier,
			   const struct vstate *state)
{
	bool compare = comparable(v->d, state);

	for (u32 r = 0; r < MAX_BPF_REGS; r++) {
		const struct reg *reg = &state->frame[state->curframe]->reg[r];
		char name[8], is[PICTURE_TEXT];
		struct text text;

		text_init(&text, is, sizeof(is));
		if (reg->type != NOT_INIT)
			path_reg_text(debug_sim(v->d), verifier, reg, &text);
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
		sheet_add(s, ROLE_QUIET, "      the first letter is the byte next to fp");
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
		text_add(out, "before insn %u", insn);
}

static bool changed(const struct view *v)
{
	struct verifier *verifier;

	return state_at_hand(v->d, &verifier) && v->d->last.any && v->d->last.before.walking;
}

const struct pane pane_state = {
	.name = "state",
	.title = "what the verifier knows",
	.help = "No program runs while it is verified: the verifier thinks through every path, and keeps for "
		"each register "
		"what is true on all runs that come this way. scalar() is a number with its range, pkt, ctx, "
		"map_value are "
		"pointers, ..._or_null may be NULL. - may not be read. Stack bytes: m some value, 0 zero, r "
		"a spilled "
		"register, ? never written. * changed by the last step.",
	.subtitle = subtitle,
	.draw = draw,
	.changed = changed,
};
