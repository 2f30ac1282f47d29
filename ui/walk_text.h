/* A walk told as text on standard output: the stages of a program's life, one after the other. */
#ifndef UI_WALK_TEXT_H
#define UI_WALK_TEXT_H

#include "walk.h"

struct walk_text {
	int stage;             /* the stage whose heading stands last; 0 = none */
	bool load_to_tell;     /* a program was loaded, and stages 2 to 4 have not been told */
	bool rejected;         /* ... and the kernel said no */
	u32 prog;              /* ... its id otherwise */
	char why[256];
	u32 calls_told;
	u64 packets;
	bool faulted;          /* the last packet's run */
	struct {
		char name[24];
		u64 count;
	} results[12];         /* how often each action was taken */
	char last_line[24];    /* trace: the line of C that stands above, so that it is not repeated */
};

extern const struct walk_view walk_text_view;  /* view_ctx: a zero-filled struct walk_text */

/* What the machine looks like at this moment; walk_state.c. */
void walk_text_fds(struct walk *w);
void walk_text_maps(struct walk *w);
/* The maps as the loader reads them; new inputs of the machine: see map_read.h. */
void walk_text_read_maps(struct walk *w);
/* An executed instruction with what it changed; walk_trace.c. */
void walk_text_insn(struct walk *w, const struct walk_insn *insn);

#endif
