/*
 * Origins: where a value was written. A register of the program that runs, bytes of memory, or an element of
 * a map: the last step before the present that wrote it, found by going back; and from there what it was
 * written with, so that one can go on to where that came from.
 */
#ifndef UI_ORIGIN_H
#define UI_ORIGIN_H

#include "debug.h"

enum origin_kind { ORIGIN_NONE, ORIGIN_REG, ORIGIN_MEMORY, ORIGIN_ELEMENT };

struct origin {
	u8 kind;        /* enum origin_kind */
	u32 reg, frame; /* REG: the register of that frame of the run */
	u64 addr;       /* MEMORY */
	u32 size;
	u32 map;        /* ELEMENT: its id, and its key */
	u8 key[64];
};

/* What is asked for: "r3", "map NAME[KEY]", "*ADDRESS/N", "fp-8", "total". 0, or -errno with the sentence. */
int origin_parse(struct debug *d, const char *text, struct origin *what, struct why *why);
/*
 * Goes back to the step that wrote it, which then is the last one. @next: what that step took the value from,
 * kind NONE when it made it itself; @said: in words where the way ends. False: it was not written in what is
 * recorded, and the machine has not moved.
 */
bool origin_go(struct debug *d, const struct origin *what, struct origin *next, struct text *said);
/* "r3", "fp-8", "map counts[6]" */
void origin_text(const struct debug *d, const struct origin *what, struct text *out);

#endif
