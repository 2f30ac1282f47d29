/*
 * A picture of what views mark changes of: registers, stack, what the path walk knows, map contents. Taken
 * before a step and compared with the machine after it.
 */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H

#include "walk.h"

#define PICTURE_TEXT 96
#define PICTURE_ELEMENTS 512
#define PICTURE_BRANCHES 64

/* An element of a map. */
struct picture_element {
	u32 map;        /* id */
	u64 key, value; /* hashes of their bytes */
	char text[40];  /* the value, as it is shown */
};

struct picture {
	/* the program that runs */
	bool running;
	const struct prog *prog;
	bool translated;
	u32 pc, frame; /* pc: of the form that runs */
	u32 written;   /* the instruction as written at pc */
	u64 reg[MAX_BPF_REGS];
	u8 stack[VM_FRAME_SIZE]; /* of the current frame; its upper end is the frame pointer */
	/* the load in progress */
	bool loading;
	u32 stage;    /* enum load_stage */
	bool walking; /* the path walk is on a path: */
	u32 insn, fork, waiting, processed, pruned, ended;
	u32 vframe;
	char known[MAX_BPF_REGS][PICTURE_TEXT]; /* as the log writes it; "" = nothing */
	char slot[MAX_SLOTS][PICTURE_TEXT];
	u32 nslots;
	u32 log_used;
	u32 depth; /* of the graph's walk */
	struct cfg_step edge;
	/* maps */
	u32 elements;
	bool more; /* some had no room */
	struct picture_element element[PICTURE_ELEMENTS];
};

void picture_take(struct picture *p, struct session *s);
/* The element as it was; NULL: it was not there. */
const struct picture_element *picture_find(const struct picture *p, const struct map *map, const void *key);
bool picture_value_differs(const struct picture_element *was, const struct map *map, const void *value);
/* "mmmm????" and the spilled register's text, as the log writes a slot; "" when nothing was written there. */
void picture_slot_text(struct sim *sim, struct verifier *v, const struct slot *slot, struct text *out);

#endif
