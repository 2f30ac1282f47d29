/*
 * A track: the one path of the path walk that led to a rejection, instruction by instruction.
 *
 * The walk goes along many paths; the track is found by going through it once more, from the beginning of
 * PROG_LOAD, and keeping what lies on the way of the path that failed (path_forks of the kernel's paths.h).
 */
#ifndef UI_TRACK_H
#define UI_TRACK_H

#include "sim/look.h"

/* One instruction of the path. */
struct track_unit {
	u32 step;             /* from track.from: the state before it */
	u32 insn;
	u16 told; /* conditional jump, call: registers of which more or less was known behind it, bit n: rn */
	u8 frame;
	bool fork;            /* both ways were possible */
	s8 stack_frame; /* bytes of the stack that it loads, stores or has a helper write: whose; -1 = none */
	s16 stack_off;        /* from that frame's pointer */
	u16 stack_size;
};

struct track {
	u64 from, verdict;    /* steps of the simulation */
	struct bpf_insn *insns;
	u32 insn_cnt;
	struct track_unit *unit;
	u32 count, room;      /* the last unit is the rejected instruction */
};

/*
 * To be called at the verdict, when LOAD_REPORT has begun, between two steps; @from: the step at which
 * PROG_LOAD began. Goes back in time and returns to the present. False: there is no track (no memory, or the
 * path walk has not begun).
 */
bool track_record(struct track *track, struct sim *sim, u64 from);
void track_free(struct track *track);
/* To the moment before unit @i. The state of the path there, or NULL. */
const struct vstate *track_goto(const struct track *track, struct sim *sim, u32 i);

/* Is @unit a call after which the path goes on in a callback that runs later, on a stack of its own? */
bool track_runs_later(const struct track_unit *unit, const struct bpf_insn *insn);

bool insn_is_call_to(const struct bpf_insn *insn, u32 kind);  /* kind: 0 a helper, BPF_PSEUDO_* */
bool insn_is_branch(const struct bpf_insn *insn);             /* a conditional jump */

#endif
