/* Which units of a track made a register what it is: see cause.h. */
#ifndef UI_SLICE_H
#define UI_SLICE_H

#include "cause.h"

#define SLICE_ROOM 64    /* instructions; a program with more in one chain is told from its end */

enum slice_rank {
	SLICE_WRITE,     /* wrote the register at fault, or something that it was made from */
	SLICE_TOLD,      /* a conditional jump that told something about one of them */
	SLICE_JUMP,      /* another conditional jump */
	SLICE_RANKS
};

struct slice_part {
	u32 unit;        /* of the track: its last time */
	u32 times;
	u8 rank;         /* enum slice_rank */
	s8 regno;        /* write: the register, -1 = memory of the stack */
};

struct slice {
	u32 count;
	u32 beyond;      /* steps for which there was no room */
	struct slice_part part[SLICE_ROOM];  /* the latest first */
};

void slice_find(struct slice *slice, const struct track *track, const struct cause_start *start);

#endif
