/* Finding a cause: see cause.h. slice.c finds the steps; here the best are chosen and put into words. */
#include <stdio.h>

#include "cause.h"
#include "reg_words.h"
#include "slice.h"

/* --- which steps are told --- */

/* Units of the chosen parts, in the order of the path: indexes into slice->part. */
struct choice {
	u32 count;
	u32 part[CAUSE_STEPS];
	bool gap;              /* some that are not chosen lie between them */
};

/* The parts lie in the order of their last times, the latest first. */
static void choose(struct choice *choice, const struct slice *slice)
{
	bool keep[SLICE_ROOM] = {false};
	u32 left = CAUSE_STEPS;

	for (u32 rank = 0; rank < SLICE_RANKS; rank++)
		for (u32 i = 0; i < slice->count && left; i++)
			if (slice->part[i].rank == rank) {
				keep[i] = true;
				left--;
			}
	*choice = (struct choice){0};
	for (u32 i = slice->count; i-- > 0;)
		if (keep[i])
			choice->part[choice->count++] = i;
		else if (choice->count)
			choice->gap = true;
}

/* --- in words --- */

struct teller {
	struct sim *sim;
	const struct track *track;
	struct reg before[MAX_BPF_REGS];   /* of the frame at hand, before the step */
	bool guess_before, guess;          /* before, after: a path that only a mispredicting CPU takes */
	struct cause_step *step;
	struct text out;
};

static struct verifier *verifier_now(struct sim *sim)
{
	return look_load(sim)->verifier;
}

static void tell_now(struct teller *t, const struct reg *reg)
{
	reg_words(t->sim, verifier_now(t->sim), reg, &t->out);
}

static bool same_learned(const struct reg *a, const struct reg *b)
{
	return reg_is_packet(a) && reg_is_packet(b) && a->id == b->id && a->range == b->range;
}

/* Copies of a pointer learn the same: it is told once. */
static bool told_already(const struct frame *frame, u16 told, u32 regno)
{
	for (u32 i = 0; i < regno; i++)
		if ((told >> i & 1) && same_learned(&frame->reg[i], &frame->reg[regno]))
			return true;
	return false;
}

static void tell_branch(struct teller *t, const struct track_unit *unit, const struct frame *frame)
{
	const char *between = ": ";
	char target[16] = "";

	t->step->taken = unit[1].insn != unit->insn + 1;
	if (t->step->taken)
		snprintf(target, sizeof(target), ", to %u", unit[1].insn);
	text_add(&t->out, "%s%s", t->step->taken ? "taken" : "not taken", target);
	if (t->guess && !t->guess_before)
		text_add(&t->out, " (only a CPU that guesses wrong goes this way)");
	else if (!unit->fork)
		text_add(&t->out, " (the only way)");
	for (u32 i = 0; i < MAX_BPF_REGS; i++) {
		if (!(unit->told >> i & 1) || told_already(frame, unit->told, i))
			continue;
		text_add(&t->out, "%s", between);
		reg_words_learned(t->sim, verifier_now(t->sim), i, &t->before[i], &frame->reg[i], &t->out);
		between = "; ";
	}
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL);
}

static bool is_exit(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_EXIT);
}

static void tell_stack_write(struct teller *t, const struct track_unit *unit, const struct bpf_insn *insn)
{
	if (is_call(insn))
		text_add(&t->out, "the helper writes %u bytes at fp%+d", unit->stack_size, unit->stack_off);
	else if (BPF_CLASS(insn->code) == BPF_ST)
		text_add(&t->out, "stores the number %d at fp%+d", insn->imm, unit->stack_off);
	else {
		text_add(&t->out, "stores r%u at fp%+d: ", insn->src_reg, unit->stack_off);
		tell_now(t, &t->before[insn->src_reg]);
	}
}

static void tell_spoilt(struct teller *t, u32 regno, const struct reg *now)
{
	text_add(&t->out, "the call makes r%u useless; before it: ", regno);
	tell_now(t, &t->before[regno]);
	text_add(&t->out, "; now: ");
	tell_now(t, now);
}

static void tell_lost(struct teller *t, u32 regno)
{
	text_add(&t->out, "the call takes the value of r%u: r1-r5 do not outlive a call, r6-r9 do", regno);
}

/* A register was written by the instruction itself. */
static void tell_register(struct teller *t, const struct track_unit *unit, const struct bpf_insn *insn,
			  u32 regno, const struct frame *frame)
{
	bool fill = BPF_CLASS(insn->code) == BPF_LDX && unit->stack_frame >= 0;

	if (is_call(insn) || (BPF_CLASS(insn->code) == BPF_LD && !insn_is_ld_imm64(insn))) {
		if (regno > BPF_REG_5)
			tell_spoilt(t, regno, &frame->reg[regno]);
		else if (regno)
			tell_lost(t, regno);
		if (regno)
			return;
		text_add(&t->out, "returns r0: ");
	} else if (fill) {
		text_add(&t->out, "reads r%u back from fp%+d: ", regno, unit->stack_off);
	} else {
		text_add(&t->out, "now r%u is ", regno);
	}
	tell_now(t, &frame->reg[regno]);
}

static void tell_write(struct teller *t, const struct track_unit *unit, s8 regno, const struct vstate *after)
{
	const struct bpf_insn *insn = &t->track->insns[unit->insn];
	u32 frame = unit[1].frame;

	if (regno < 0) {
		tell_stack_write(t, unit, insn);
	} else if (track_runs_later(unit, insn)) {
		text_add(&t->out, "the callback begins with r%u: ", regno);
		tell_now(t, &after->frame[frame]->reg[regno]);
	} else if (frame > unit->frame) {
		text_add(&t->out, "calls with r%u: ", regno);
		tell_now(t, &after->frame[frame]->reg[regno]);
	} else if (frame < unit->frame && regno) {
		tell_lost(t, regno);
	} else if (frame < unit->frame) {
		text_add(&t->out, "returns to the caller, r0: ");
		tell_now(t, &after->frame[frame]->reg[regno]);
	} else {
		tell_register(t, unit, insn, regno, after->frame[frame]);
	}
}

static bool tell_part(struct teller *t, const struct slice_part *part)
{
	const struct track_unit *unit = &t->track->unit[part->unit];
	const struct vstate *state = track_goto(t->track, t->sim, part->unit);

	if (!state)
		return false;
	t->guess_before = state->speculative;
	memcpy(t->before, state->frame[unit->frame]->reg, sizeof(t->before));
	place_take(&t->step->at, t->sim, verifier_now(t->sim)->prog, unit->insn);
	t->step->branch = part->rank != SLICE_WRITE;
	t->step->times = part->times;
	state = track_goto(t->track, t->sim, part->unit + 1);
	if (!state)
		return false;
	t->guess = state->speculative;
	text_init(&t->out, t->step->what, sizeof(t->step->what));
	if (t->step->branch)
		tell_branch(t, unit, state->frame[unit->frame]);
	else
		tell_write(t, unit, part->regno, state);
	return true;
}

/* --- the whole --- */

static bool is_swap(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU && BPF_OP(insn->code) == BPF_END;
}

/* Does the path go on in a function of the program, called or called back? */
static bool enters(const struct track_unit *unit, const struct bpf_insn *insn)
{
	return unit[1].frame > unit->frame || track_runs_later(unit, insn);
}

static bool is_copy(const struct bpf_insn *insn)
{
	return insn->code == (BPF_ALU64 | BPF_MOV | BPF_X);
}

/* What made the register at fault what it is: the last write of the slice that is not a mere copy. */
static const struct slice_part *find_writer(const struct track *track, const struct slice *slice, int regno)
{
	for (u32 i = 0; regno >= 0 && i < slice->count; i++) {
		const struct slice_part *part = &slice->part[i];
		const struct bpf_insn *insn = &track->insns[track->unit[part->unit].insn];

		if (part->rank != SLICE_WRITE || part->regno != regno)
			continue;
		if (!is_copy(insn))
			return part;
		regno = insn->src_reg;
	}
	return NULL;
}

/* Where the chain begins. */
static u32 find_origin(const struct track *track, const struct slice *slice)
{
	for (u32 i = slice->count; i-- > 0;)
		if (slice->part[i].rank == SLICE_WRITE)
			return track->unit[slice->part[i].unit].insn;
	return UINT32_MAX;
}

static void look_at_writer(struct cause *cause, struct sim *sim, const struct track *track,
			   const struct slice_part *part)
{
	const struct track_unit *unit = &track->unit[part->unit];
	const struct bpf_insn *insn = &track->insns[unit->insn];
	const struct vstate *state = track_goto(track, sim, part->unit);

	cause->written_at = unit->insn;
	cause->writer_regno = part->regno;
	cause->by_call = part->regno && !enters(unit, insn) && (is_call(insn) || is_exit(insn));
	cause->by_swap = is_swap(insn);
	cause->was_packet = state && reg_is_packet(&state->frame[unit->frame]->reg[part->regno]);
}

static void tell(struct cause *cause, struct sim *sim, const struct track *track, const struct slice *slice)
{
	struct choice choice;

	choose(&choice, slice);
	for (u32 i = 0; i < choice.count; i++) {
		struct teller t = {.sim = sim, .track = track, .step = &cause->step[cause->count]};

		cause->count += tell_part(&t, &slice->part[choice.part[i]]);
	}
	cause->some_between = choice.gap;
	cause->left_out = slice->count - cause->count + slice->beyond;
}

/* The register at fault, before the rejected instruction did anything. */
static void look_at_register(struct cause *cause, struct sim *sim, const struct track *track, int regno)
{
	const struct vstate *state = regno >= 0 ? track_goto(track, sim, track->count - 1) : NULL;
	const struct reg *reg = state ? &state->frame[state->curframe]->reg[regno] : NULL;
	struct text text;

	cause->known = reg;
	cause->too_far = reg && reg_is_packet(reg) && (s64)reg->r64.umax + reg->off > UINT16_MAX;
	if (!reg || reg->type == NOT_INIT)
		return;
	text_init(&text, cause->holds, sizeof(cause->holds));
	path_reg_text(sim, verifier_now(sim), reg, &text);
	text_init(&text, cause->words, sizeof(cause->words));
	reg_words(sim, verifier_now(sim), reg, &text);
}

void cause_find(struct cause *cause, struct sim *sim, u64 from, const struct cause_start *start)
{
	const struct slice_part *writer;
	struct track track;
	struct slice slice;

	*cause = (struct cause){.written_at = UINT32_MAX, .origin = UINT32_MAX};
	if (track_record(&track, sim, from)) {
		slice_find(&slice, &track, start);
		writer = find_writer(&track, &slice, start->regno);
		if (writer)
			look_at_writer(cause, sim, &track, writer);
		cause->origin = find_origin(&track, &slice);
		tell(cause, sim, &track, &slice);
		look_at_register(cause, sim, &track, start->regno);
		sim_goto(sim, track.verdict);
	}
	track_free(&track);
}
