/*
 * Precision: which scalars must be compared exactly when states are (mark_chain_precision of
 * kernel/bpf/verifier.c).
 *
 * When a check relies on the exact value of a register, the walk is followed backward, instruction
 * by instruction and from state to parent state, to find what that value was computed from; all of
 * it is marked in the kept states. Where that cannot be followed (calls of functions, exits),
 * everything is marked.
 */
#include "walk.h"

#define GIVE_UP (-ENOTSUPP) /* mark everything */

/* What is looked for, in one frame. */
struct quest {
	u32 frame;
	u32 regs;            /* bit n: rn */
	u64 slots;           /* bit n: slot n of the stack */
};

static bool is_spilled_scalar(const struct slot *slot)
{
	return slot_is_spilled(slot) && slot->spilled.type == SCALAR_VALUE;
}

static void set_precision(struct vstate *state, bool precise)
{
	for (u32 f = 0; f <= state->curframe; f++) {
		struct frame *frame = state->frame[f];

		for (u32 i = 0; i < BPF_REG_10; i++)
			if (frame->reg[i].type == SCALAR_VALUE)
				frame->reg[i].precise = precise;
		for (u32 i = 0; i < frame->nslots; i++)
			if (is_spilled_scalar(&frame->slot[i]))
				frame->slot[i].spilled.precise = precise;
	}
}

void forget_precision(struct vstate *state)
{
	set_precision(state, false);
}

static void mark_everything(struct vstate *state)
{
	for (state = state->parent; state && !state->all_precise; state = state->parent) {
		set_precision(state, true);
		state->all_precise = true;
	}
}

/* --- one instruction backward --- */

static int back_alu(struct quest *q, const struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);
	u32 dst = 1u << insn->dst_reg;

	if (!(q->regs & dst) || op == BPF_END || op == BPF_NEG)
		return 0;
	if (op == BPF_MOV)
		q->regs &= ~dst;
	if (BPF_SRC(insn->code) == BPF_X)
		q->regs |= 1u << insn->src_reg;
	return 0;
}

static int slot_of_insn(struct env *env, const struct bpf_insn *insn, u32 *slot)
{
	*slot = (u32)((-insn->off - 1) / (s32)SLOT_SIZE);
	if (*slot >= MAX_SLOTS)
		return reject(env, BUG_SLOT, *slot);
	return 0;
}

static int back_load(struct env *env, struct quest *q, const struct bpf_insn *insn, u32 reg, u8 base)
{
	u32 slot;
	int err;

	if (!(q->regs & 1u << reg))
		return 0;
	q->regs &= ~(1u << reg);
	if (base != BPF_REG_10)
		return 0;
	err = slot_of_insn(env, insn, &slot);
	if (!err)
		q->slots |= 1ull << slot;
	return err;
}

static int back_store(struct env *env, struct quest *q, const struct bpf_insn *insn)
{
	u32 slot;
	int err;

	if (q->regs & 1u << insn->dst_reg)
		return GIVE_UP;
	if (insn->dst_reg != BPF_REG_10)
		return 0;
	err = slot_of_insn(env, insn, &slot);
	if (err || !(q->slots & 1ull << slot))
		return err;
	q->slots &= ~(1ull << slot);
	if (BPF_CLASS(insn->code) == BPF_STX)
		q->regs |= 1u << insn->src_reg;
	return 0;
}

/* Helpers that call a function of the program. */
static bool calls_back(s32 helper)
{
	return helper == BPF_FUNC_for_each_map_elem || helper == BPF_FUNC_timer_set_callback ||
	       helper == BPF_FUNC_find_vma || helper == BPF_FUNC_loop ||
	       helper == BPF_FUNC_user_ringbuf_drain;
}

static int back_call(struct env *env, struct quest *q, const struct bpf_insn *insn)
{
	if (insn->src_reg == BPF_PSEUDO_CALL || (insn->src_reg == BPF_PSEUDO_KFUNC_CALL && !insn->imm) ||
	    (!insn->src_reg && calls_back(insn->imm)))
		return GIVE_UP;
	q->regs &= ~1u;
	if (q->regs & 0x3f)
		return reject(env, BUG_REGS, q->regs);
	return 0;
}

static int back_jump(struct env *env, struct quest *q, const struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);
	u32 both = 1u << insn->dst_reg | 1u << insn->src_reg;

	if (op == BPF_CALL)
		return back_call(env, q, insn);
	if (op == BPF_EXIT)
		return GIVE_UP;
	if (BPF_SRC(insn->code) == BPF_X && (q->regs & both))
		q->regs |= both;
	return 0;
}

static int back_ld(struct quest *q, const struct bpf_insn *insn)
{
	u8 mode = BPF_MODE(insn->code);

	if (!(q->regs & 1u << insn->dst_reg))
		return 0;
	q->regs &= ~(1u << insn->dst_reg);
	return mode == BPF_IND || mode == BPF_ABS ? GIVE_UP : 0;
}

static bool is_atomic_fetch(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC &&
	       (insn->imm & BPF_FETCH);
}

static void say_backward(struct env *env, const struct quest *q, u32 at)
{
	char line[256];
	struct text text;

	if (!(env->v->log.level & BPF_LOG_LEVEL2))
		return;
	text_init(&text, line, sizeof(line));
	format_insn(env, &env->insns[at], &text);
	say(env, "regs=%x stack=%llx before %d: %s\n", q->regs, (unsigned long long)q->slots, at, line);
}

static int back_insn(struct env *env, struct quest *q, u32 at)
{
	const struct bpf_insn *insn = &env->insns[at];

	if (!insn->code) /* second slot of ld_imm64 */
		return 0;
	say_backward(env, q, at);
	if (is_atomic_fetch(insn))
		return back_load(env, q, insn, insn->imm == BPF_CMPXCHG ? BPF_REG_0 : insn->src_reg,
				 insn->dst_reg);
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return back_alu(q, insn);
	case BPF_LDX:
		return back_load(env, q, insn, insn->dst_reg, insn->src_reg);
	case BPF_ST:
	case BPF_STX:
		return back_store(env, q, insn);
	case BPF_JMP:
	case BPF_JMP32:
		return back_jump(env, q, insn);
	}
	return back_ld(q, insn);
}

/* --- through one state --- */

/*
 * The insn before @at in @state's part of the path; @njumps: jumps that are not used up.
 * False at its beginning.
 */
static bool previous(const struct vstate *state, u32 *at, u32 *njumps)
{
	if (*at == state->first_insn && (!*njumps || (*njumps == 1 && state->jumps[0].to == *at)))
		return false;
	if (*njumps && state->jumps[*njumps - 1].to == *at)
		*at = state->jumps[--*njumps].from;
	else
		--*at;
	return true;
}

#define FOUND 1

/*
 * From @last backward to the state's beginning: FOUND when nothing is looked for any
 * more, else 0 or -errno.
 */
static int back_through(struct env *env, struct quest *q, const struct vstate *state, u32 last, bool skip)
{
	u32 njumps = state->njumps;
	u32 at = last;

	for (;;) {
		int err = skip ? 0 : back_insn(env, q, at);

		if (err)
			return err;
		skip = false;
		if (!q->regs && !q->slots)
			return FOUND;
		if (!previous(state, &at, &njumps))
			return 0;
		if (at >= env->ninsns)
			return reject(env, BUG_INSN, at);
	}
}

/*
 * Marks what is looked for in @state; drops what is no scalar there. Returns whether a mark is new;
 * -1: a slot is missing.
 */
static int mark_state(struct quest *q, struct vstate *state)
{
	struct frame *frame = state->frame[q->frame];
	int new_marks = 0;

	for (u32 i = 0; i < MAX_BPF_REGS; i++) {
		if (!(q->regs & 1u << i))
			continue;
		if (frame->reg[i].type != SCALAR_VALUE) {
			q->regs &= ~(1u << i);
			continue;
		}
		new_marks |= !frame->reg[i].precise;
		frame->reg[i].precise = true;
	}
	for (u32 i = 0; i < MAX_SLOTS; i++) {
		if (!(q->slots & 1ull << i))
			continue;
		if (i >= frame->nslots)
			return -1;
		if (!is_spilled_scalar(&frame->slot[i])) {
			q->slots &= ~(1ull << i);
			continue;
		}
		new_marks |= !frame->slot[i].spilled.precise;
		frame->slot[i].spilled.precise = true;
	}
	return new_marks;
}

/* The beginning of a function that is walked for itself: its arguments may be looked for, nothing else. */
static int at_entry(struct env *env, struct quest *q, struct vstate *state)
{
	bool arguments = !state->curframe && state->frame[0]->subprog && state->frame[0]->callsite == -1 &&
			 !q->slots && !(q->regs & ~0x3eu);

	if (!arguments)
		return reject(env, BUG_ENTRY, state->frame[0]->subprog, q->regs,
			      (unsigned long long)q->slots);
	mark_state(q, state);
	return 0;
}

static int chase(struct env *env, struct quest *q)
{
	bool steps = env->v->log.level & BPF_LOG_LEVEL2;
	struct vstate *state = env->w->cur;
	s32 last = env->w->insn;
	bool skip = true;

	for (;;) {
		int found, fresh;

		if (steps)
			say(env, "last_idx %d first_idx %d\n", last, (s32)state->first_insn);
		if (last < 0)
			return at_entry(env, q, state);
		found = back_through(env, q, state, last, skip);
		if (found == GIVE_UP) {
			mark_everything(state);
			return 0;
		}
		if (found)
			return found == FOUND ? 0 : found;
		skip = false;
		state = state->parent;
		if (!state)
			return 0;
		fresh = mark_state(q, state);
		if (fresh < 0) {
			mark_everything(state);
			return 0;
		}
		if (steps) {
			say(env, "parent %s regs=%x stack=%llx marks:", fresh ? "didn't have" : "already had",
			    q->regs, (unsigned long long)q->slots);
			say_state(env, state->frame[q->frame], true);
		}
		if ((!q->regs && !q->slots) || !fresh)
			return 0;
		last = state->last_insn;
	}
}

int mark_precise_in(struct env *env, u32 frame, u32 regno)
{
	struct quest q = {.frame = frame, .regs = 1u << regno};

	return env->w->may.bpf_capable ? chase(env, &q) : 0;
}

int mark_precise(struct env *env, u32 regno)
{
	return mark_precise_in(env, env->w->cur->curframe, regno);
}

int mark_slot_precise(struct env *env, u32 frame, u32 slot)
{
	struct quest q = {.frame = frame, .slots = 1ull << slot};

	if (!env->w->may.bpf_capable || !is_spilled_scalar(&env->w->cur->frame[frame]->slot[slot]))
		return 0;
	return chase(env, &q);
}
