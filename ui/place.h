/* A place of a program: an instruction, and the line of C that it was made from. */
#ifndef UI_PLACE_H
#define UI_PLACE_H

#include <jansson.h>

#include "sim/look.h"

struct place {
	u32 insn;
	char text[112];
	u32 line;              /* 0 = not known */
	char source[160], file[64];
};

void place_take(struct place *place, struct sim *sim, const struct prog *prog, u32 insn);
json_t *place_json(const struct place *at);

#endif
