/* Recording a track: see track.h. */
#include <stdlib.h>

#include "track.h"

bool insn_is_call_to(const struct bpf_insn *insn, u32 kind)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == kind;
}

bool insn_is_branch(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_JA && op != BPF_CALL && op != BPF_EXIT;
}

bool track_runs_later(const struct track_unit *unit, const struct bpf_insn *insn)
{
	return insn_is_call_to(insn, 0) && !unit[1].frame && unit[1].insn != unit->insn + 1;
}

/* --- the stack --- */

static bool at_stack(const struct reg *reg)
{
	return reg->type == PTR_TO_STACK && tnum_is_const(reg->var_off);
}

static bool is_number(const struct reg *reg)
{
	return reg->type == SCALAR_VALUE && tnum_is_const(reg->var_off);
}

static void touch_stack(struct track_unit *unit, const struct reg *base, s32 off, u32 size)
{
	if (!at_stack(base))
		return;
	unit->stack_frame = base->frameno;
	unit->stack_off = base->off + (s32)base->var_off.value + off;
	unit->stack_size = size;
}

/* The stack memory that a helper fills: its size is constant and comes next. */
static void touch_by_helper(struct track_unit *unit, const struct bpf_insn *insn, const struct reg *regs)
{
	const struct helper *helper = helper_by_id(insn->imm);

	for (u32 i = 0; helper && i + 1 < ARRAY_SIZE(helper->arg); i++)
		if (helper->arg[i].type & MEM_UNINIT && is_number(&regs[BPF_REG_2 + i]))
			touch_stack(unit, &regs[BPF_REG_1 + i], 0, regs[BPF_REG_2 + i].var_off.value);
}

static void touch(struct track_unit *unit, const struct bpf_insn *insn, const struct reg *regs)
{
	static const u8 sizes[] = {[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};
	u8 class = BPF_CLASS(insn->code), size = sizes[BPF_SIZE(insn->code) >> 3];

	if (class == BPF_LDX)
		touch_stack(unit, &regs[insn->src_reg], insn->off, size);
	else if (class == BPF_ST || class == BPF_STX)
		touch_stack(unit, &regs[insn->dst_reg], insn->off, size);
	else if (insn_is_call_to(insn, 0))
		touch_by_helper(unit, insn, regs);
}

/* --- which states lie on the path --- */

/* The forks of the path, the first one first; [0] is 0: no fork yet. */
struct ways {
	u32 *fork;
	u32 count, at;
	bool compare; /* what the last unit told is asked: this was known before it, in this frame */
	u32 frame;
	struct reg before[MAX_BPF_REGS];
};

static bool take_ways(struct ways *ways, const struct verifier *v)
{
	u32 n = path_forks(v, NULL, 0);

	*ways = (struct ways){.fork = calloc(n + 1, sizeof(u32)), .count = n};
	if (!ways->fork || !n)
		return ways->fork;
	path_forks(v, ways->fork, n);
	for (u32 i = 0, j = n - 1; i < j; i++, j--) {
		u32 swap = ways->fork[i];

		ways->fork[i] = ways->fork[j];
		ways->fork[j] = swap;
	}
	return true;
}

static bool on_track(struct ways *ways, const struct vstate *state, bool *forked)
{
	*forked = ways->at + 1 < ways->count && state->fork == ways->fork[ways->at + 1];
	if (*forked)
		ways->at++;
	return state->fork == ways->fork[ways->at];
}

/* --- recording --- */

static bool make_room(struct track *track)
{
	u32 room = track->room ? 2 * track->room : 256;
	struct track_unit *unit;

	if (track->count < track->room)
		return true;
	unit = realloc(track->unit, room * sizeof(*unit));
	if (!unit)
		return false;
	track->unit = unit;
	track->room = room;
	return true;
}

static u16 told(const struct reg *before, const struct reg *after)
{
	u16 mask = 0;

	for (u32 i = 0; i < MAX_BPF_REGS; i++)
		if (memcmp(&before[i], &after[i], REG_FACTS))
			mask |= 1u << i;
	return mask;
}

/* The last unit has been done on this path; now @frame is known. */
static void finish_unit(struct track *track, struct ways *ways, const struct frame *frame, bool forked)
{
	struct track_unit *unit = track->count ? &track->unit[track->count - 1] : NULL;

	if (!unit)
		return;
	unit->fork = forked;
	if (ways->compare && ways->frame == frame->frameno)
		unit->told = told(ways->before, frame->reg);
}

static void begin_unit(struct track_unit *unit, struct ways *ways, const struct bpf_insn *insn,
		       const struct frame *frame)
{
	ways->compare = insn_is_branch(insn) || insn->code == (BPF_JMP | BPF_CALL);
	ways->frame = frame->frameno;
	if (ways->compare)
		memcpy(ways->before, frame->reg, sizeof(ways->before));
	touch(unit, insn, frame->reg);
}

/* The state of the walk now, when it lies on the path; @insn comes next. */
static const struct vstate *state_on_track(struct track *track, struct sim *sim, struct ways *ways, u32 *insn,
					   bool *forked)
{
	const struct prog_load *load = look_load(sim);
	const struct vstate *state;

	if (!load || load->stage != LOAD_WALK)
		return NULL;
	state = path_state(load->verifier, insn);
	if (!state) {
		track->count = 0; /* another function is walked for itself */
		ways->compare = false;
	}
	return state && on_track(ways, state, forked) ? state : NULL;
}

static bool look(struct track *track, struct sim *sim, struct ways *ways)
{
	const struct vstate *state;
	const struct frame *frame;
	struct track_unit *unit;
	bool forked = false;
	u32 insn = 0;

	state = state_on_track(track, sim, ways, &insn, &forked);
	if (!state)
		return true;
	frame = state->frame[state->curframe];
	finish_unit(track, ways, frame, forked);
	if (!make_room(track))
		return false;
	unit = &track->unit[track->count++];
	*unit = (struct track_unit){.insn = insn, .frame = state->curframe, .stack_frame = -1};
	unit->step = sim_now(sim) - track->from;
	if (insn < track->insn_cnt)
		begin_unit(unit, ways, &track->insns[insn], frame);
	return true;
}

static bool copy_insns(struct track *track, const struct prog *prog)
{
	track->insns = malloc(prog->insn_cnt * sizeof(*prog->insns));
	track->insn_cnt = prog->insn_cnt;
	if (track->insns)
		memcpy(track->insns, prog->insns, prog->insn_cnt * sizeof(*prog->insns));
	return track->insns;
}

static bool go_along(struct track *track, struct sim *sim, struct ways *ways)
{
	bool ok = !sim_goto(sim, track->from);

	for (u64 step = track->from; ok && step < track->verdict; step++)
		ok = sim_now(sim) == step && look(track, sim, ways) && !sim_goto(sim, step + 1);
	return ok;
}

bool track_record(struct track *track, struct sim *sim, u64 from)
{
	const struct prog_load *load = look_load(sim);
	struct ways ways;
	bool ok;

	*track = (struct track){.from = from, .verdict = sim_now(sim)};
	if (!load || !load->verifier || !load->verifier->walk || !copy_insns(track, load->verifier->prog))
		return false;
	ok = take_ways(&ways, load->verifier) && go_along(track, sim, &ways);
	free(ways.fork);
	sim_goto(sim, track->verdict);
	return ok && track->count;
}

void track_free(struct track *track)
{
	free(track->insns);
	free(track->unit);
}

const struct vstate *track_goto(const struct track *track, struct sim *sim, u32 i)
{
	const struct prog_load *load;
	u32 insn;

	if (sim_goto(sim, track->from + track->unit[i].step))
		return NULL;
	load = look_load(sim);
	return load && load->verifier ? path_state(load->verifier, &insn) : NULL;
}
