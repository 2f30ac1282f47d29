/* Slicing a track, backward: see slice.h. */
#include "slice.h"

#define ARGUMENTS 0x3e   /* r1-r5, as bits */

/* What is looked for at one point of the path: where the value came from has not been seen yet. */
struct wanted {
	u16 reg[MAX_FRAMES];               /* bit n: rn of that function's frame */
	u64 stack[MAX_FRAMES][MAX_SLOTS / 8];  /* bit n of all: the byte at fp-1-n */
};

/* --- the stack --- */

static bool stack_bytes(struct wanted *w, const struct track_unit *unit, bool want, bool clear)
{
	bool found = false;

	if (unit->stack_frame < 0)
		return false;
	for (s32 off = unit->stack_off; off < unit->stack_off + unit->stack_size; off++) {
		u32 n = -1 - off;
		u64 *bits = n < MAX_STACK ? &w->stack[unit->stack_frame][n / 64] : NULL;

		if (!bits)
			continue;
		found |= *bits >> (n % 64) & 1;
		if (clear)
			*bits &= ~(1ull << (n % 64));
		if (want)
			*bits |= 1ull << (n % 64);
	}
	return found;
}

static bool drop_bytes(struct wanted *w, const struct track_unit *unit)
{
	return stack_bytes(w, unit, false, true);
}

static void want_bytes(struct wanted *w, const struct track_unit *unit)
{
	stack_bytes(w, unit, true, false);
}

/* --- registers --- */

static bool drop(struct wanted *w, u32 frame, u16 regs)
{
	bool found = w->reg[frame] & regs;

	w->reg[frame] &= ~regs;
	return found;
}

static void want(struct wanted *w, u32 frame, u32 regno)
{
	w->reg[frame] |= 1u << regno;
}

#define NOTHING -2       /* from the functions below: the unit wrote nothing that is wanted */
#define MEMORY -1        /* it wrote to the stack; otherwise the number of the register that it wrote */

static s32 slice_alu(struct wanted *w, const struct track_unit *unit, const struct bpf_insn *insn)
{
	if (!drop(w, unit->frame, 1u << insn->dst_reg))
		return NOTHING;
	if (BPF_OP(insn->code) != BPF_MOV)
		want(w, unit->frame, insn->dst_reg);
	if (BPF_SRC(insn->code) == BPF_X && BPF_OP(insn->code) != BPF_END)
		want(w, unit->frame, insn->src_reg);
	return insn->dst_reg;
}

static s32 slice_load(struct wanted *w, const struct track_unit *unit, const struct bpf_insn *insn)
{
	if (!drop(w, unit->frame, 1u << insn->dst_reg))
		return NOTHING;
	want_bytes(w, unit);
	return insn->dst_reg;
}

/* With fetch an atomic operation writes the old value to a register. */
static s32 slice_store(struct wanted *w, const struct track_unit *unit, const struct bpf_insn *insn)
{
	bool atomic = BPF_CLASS(insn->code) == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC;
	u32 old = insn->imm == BPF_CMPXCHG ? BPF_REG_0 : insn->src_reg;

	if (atomic && (insn->imm & BPF_FETCH) && drop(w, unit->frame, 1u << old))
		return old;
	if (!drop_bytes(w, unit))
		return NOTHING;
	if (BPF_CLASS(insn->code) == BPF_STX)
		want(w, unit->frame, insn->src_reg);
	return MEMORY;
}

/* r0 is what it returns, r1-r5 are lost; others may become useless: the packet has moved, the object was
 * released. */
static s32 slice_call(struct wanted *w, const struct track_unit *unit)
{
	u16 lost = w->reg[unit->frame] & ARGUMENTS;
	u16 spoilt = w->reg[unit->frame] & unit->told & ~ARGUMENTS & ~(1u << BPF_REG_0);

	if (spoilt)
		return __builtin_ctz(spoilt);
	if (drop(w, unit->frame, 1u << BPF_REG_0))
		return BPF_REG_0;
	if (drop(w, unit->frame, ARGUMENTS))
		return __builtin_ctz(lost);
	return drop_bytes(w, unit) ? MEMORY : NOTHING;
}

/* Into a function of the program: its arguments are the caller's, or, for a callback, the helper's. */
static s32 slice_enter(struct wanted *w, const struct track_unit *unit, const struct bpf_insn *insn)
{
	u16 args = w->reg[unit->frame + 1] & ARGUMENTS;

	w->reg[unit->frame + 1] = 0;
	memset(w->stack[unit->frame + 1], 0, sizeof(w->stack[0]));
	if (!args)
		return NOTHING;
	if (insn_is_call_to(insn, BPF_PSEUDO_CALL))
		w->reg[unit->frame] |= args;
	return __builtin_ctz(args);
}

/* Into a callback that runs later (a timer), on a stack of its own: nothing was handed over but arguments. */
static s32 slice_later(struct wanted *w)
{
	u16 args = w->reg[0] & ARGUMENTS;

	memset(w, 0, sizeof(*w));
	return args ? __builtin_ctz(args) : NOTHING;
}

/* Back to the caller: what the function returns is its r0. A callback returns to the helper. */
static s32 slice_leave(struct wanted *w, const struct track *track, const struct track_unit *unit, u32 frame)
{
	const struct track_unit *next = unit + 1;
	bool exits = BPF_CLASS(track->insns[unit->insn].code) == BPF_JMP; /* not by a classic packet load */
	bool called = next->insn && insn_is_call_to(&track->insns[next->insn - 1], BPF_PSEUDO_CALL);
	u16 lost = w->reg[frame] & ARGUMENTS;

	if (drop(w, frame, 1u << BPF_REG_0)) {
		if (called && exits)
			want(w, unit->frame, BPF_REG_0);
		return BPF_REG_0;
	}
	return drop(w, frame, ARGUMENTS) ? __builtin_ctz(lost) : NOTHING;
}

static s32 slice_load_imm(struct wanted *w, const struct track_unit *unit, const struct bpf_insn *insn)
{
	if (insn_is_ld_imm64(insn))
		return drop(w, unit->frame, 1u << insn->dst_reg) ? insn->dst_reg : NOTHING;
	return slice_call(w, unit); /* a classic packet load is like a call */
}

/* What unit @i wrote of what is wanted; that is replaced by what it was made from. */
static s32 slice_unit(struct wanted *w, const struct track *track, u32 i)
{
	const struct track_unit *unit = &track->unit[i];
	const struct bpf_insn *insn = &track->insns[unit->insn];
	u32 frame = track->unit[i + 1].frame;

	if (track_runs_later(unit, insn))
		return slice_later(w);
	if (frame > unit->frame)
		return slice_enter(w, unit, insn);
	if (frame < unit->frame)
		return slice_leave(w, track, unit, frame);
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return slice_alu(w, unit, insn);
	case BPF_LDX:
		return slice_load(w, unit, insn);
	case BPF_LD:
		return slice_load_imm(w, unit, insn);
	case BPF_ST:
	case BPF_STX:
		return slice_store(w, unit, insn);
	}
	return BPF_OP(insn->code) == BPF_CALL ? slice_call(w, unit) : NOTHING;
}

/* --- the parts --- */

static void add_part(struct slice *slice, const struct track *track, struct slice_part part)
{
	u32 insn = track->unit[part.unit].insn;

	for (u32 i = 0; i < slice->count; i++)
		if (track->unit[slice->part[i].unit].insn == insn) {
			slice->part[i].times++;
			return;
		}
	if (slice->count < SLICE_ROOM)
		slice->part[slice->count++] = part;
	else
		slice->beyond++;
}

/* What the rejected instruction was to read: a register, or bytes of the stack. */
static void want_first(struct wanted *w, const struct track *track, int regno)
{
	const struct track_unit *last = &track->unit[track->count - 1];

	if (regno >= 0 && regno < BPF_REG_10)
		want(w, last->frame, regno);
	if (regno < 0)
		want_bytes(w, last);
}

static bool begins_here(const struct track *track, u32 i, const struct cause_start *start)
{
	const struct bpf_insn *insn = &track->insns[track->unit[i].insn];

	if (start->made_at != UINT32_MAX)
		return track->unit[i].insn == start->made_at;
	return start->helper && insn_is_call_to(insn, 0) && insn->imm == (s32)start->helper;
}

void slice_find(struct slice *slice, const struct track *track, const struct cause_start *start)
{
	struct wanted w = {0};
	bool begun = start->made_at == UINT32_MAX && !start->helper;

	*slice = (struct slice){0};
	want_first(&w, track, start->regno);
	for (u32 i = track->count - 1; i-- > 0;) {
		const struct track_unit *unit = &track->unit[i];
		bool branch = insn_is_branch(&track->insns[unit->insn]);
		s32 wrote = slice_unit(&w, track, i);

		if (!begun && begins_here(track, i, start)) {
			begun = true;
			add_part(slice, track, (struct slice_part){i, 1, SLICE_WRITE, BPF_REG_0});
		} else if (wrote != NOTHING) {
			add_part(slice, track, (struct slice_part){i, 1, SLICE_WRITE, wrote});
		} else if (branch && (unit->fork || start->regno < 0)) {
			bool told = unit->told & w.reg[unit->frame];

			add_part(slice, track, (struct slice_part){i, 1, told ? SLICE_TOLD : SLICE_JUMP, 0});
		}
	}
}
