/*
 * Branches: timelines that are not the present one, with a moment of theirs. What undo goes back to, what
 * checkpoints remember, and how session files keep them.
 */
#ifndef UI_BRANCH_H
#define UI_BRANCH_H

#include "debug.h"

#define BRANCHES_MAX 64u /* that can be undone */

/* A timeline with all that was noted about it, and a moment of it; or only a moment, of the timeline there
 * is. */
struct branch {
	char what[96]; /* undo: the command; checkpoint: its name */
	u32 number;    /* of a checkpoint */
	bool whole;    /* with the timeline: */
	u64 step, end;
	u64 base; /* undo: up to here the timeline after the change is the same */
	u8 *log;
	u64 log_len;
	/* what was noted, when it is known: of a branch from a file it is found out when it is put back */
	bool noted;
	struct moment_mark *mark;
	struct debug_call *call;
	struct debug_load *load;
	struct debug_deed *deed;
	u32 marks, calls, loads, deeds;
	u32 *file; /* not noted: of each load, the number of its file */
	char failed[1024];
};

/* The timeline and the moment that there are now: 0 or -ENOMEM. */
int branch_take(struct branch *b, const struct debug *d, const char *what);
int branch_copy(struct branch *to, const struct branch *from);
void branch_free(struct branch *b);
/* Is its timeline another one than the present? */
bool branch_differs(const struct debug *d, const struct branch *b);
/* What was noted becomes the branch's, which is used up. */
void branch_give_notes(struct debug *d, struct branch *b);
/*
 * Its timeline is the timeline again, its moment the present; it is used up. 0, or -errno with the sentence:
 * it does not belong to this session, and all is as it was.
 */
int branch_put_back(struct debug *d, struct branch *b, struct why *why);

/* All that can be undone and all checkpoints, as a section of the session's file: 0 or -ENOMEM.
 * (branch_saved.c) */
int branches_save(struct debug *d);
/* The way back; what is damaged is left out, with all behind it. */
void branches_open(struct debug *d);

#endif
