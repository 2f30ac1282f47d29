/*
 * Changes of a recorded timeline: inputs at its end, or in its past, which forks it: what was recorded after
 * that moment is dropped, and kept for undo. Checkpoints: whole timelines with a moment of theirs.
 *
 *	change_begin(d, "fire tcp ...", &why);
 *	walk_fire(&d->walk, &stimulus);  // or walk_bpf, sim_close, ...: any verbs
 *	change_end(d, CHANGE_SHOW_FIRST, &changed);
 */
#ifndef UI_CHANGE_H
#define UI_CHANGE_H

#include "debug.h"

/* What a change has done. */
struct changed {
	bool any;     /* something was recorded */
	u64 from, to; /* the new steps: the moment before the first one, and the last one */
	u64 dropped;  /* steps that were recorded after `from` before */
};

/* Where the machine stands afterwards. */
enum change_stand {
	CHANGE_SHOW_FIRST, /* before the first new step */
	CHANGE_SHOW_LAST,  /* at the end */
};

/*
 * To be called before inputs are given. What is in progress is finished first; so is what the last change has
 * recorded, when the machine still stands before it: one packet after another. @what: the command, for undo's
 * answer. 0, or -errno with the sentence; then change_end is not to be called.
 */
int change_begin(struct debug *d, const char *what, struct why *why);
/*
 * Is a program in the midst of a run, on whatever CPU? Then change_begin_amid leaves it there: what is given
 * then comes in between, and all CPUs are recorded to their ends afterwards.
 */
bool change_amid(const struct debug *d);
int change_begin_amid(struct debug *d, const char *what, struct why *why);
/* When nothing was recorded, all is as it was. */
void change_end(struct debug *d, enum change_stand stand, struct changed *changed);
/*
 * An edit (edit.h of the kernel), in the middle of a run too, which is then recorded to its end. The machine
 * stands behind the edit. 0, or -errno with the sentence, and nothing has changed.
 */
int change_edit(struct debug *d, const struct edit *edit, const char *what, struct changed *changed,
		struct why *why);

/* The machine has been moved from step @from: undo can go back there. */
void change_note_move(struct debug *d, const char *what, u64 from);
/* The last change or move is taken back: its command in @what. 0; -ENOENT: there is none; other -errno. */
int change_undo(struct debug *d, struct text *what, struct why *why);

/* Remembers this moment and its timeline; its number from 1, or -ENOMEM. @name may be "". */
s64 change_checkpoint(struct debug *d, const char *name);
/* By number or name: 0, or -errno with the sentence. */
int change_restart(struct debug *d, const char *which, struct why *why);
/* "1 before step 120 of 193", one a line. */
void change_list(const struct debug *d, struct text *out);

/* For undo, on top of the list; takes @b over. */
struct branch;
void change_remember(struct debug *d, struct branch *b);
void changes_clear(struct debug *d);

#endif
