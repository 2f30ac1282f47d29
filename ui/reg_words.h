/* What a register holds, in plain words, for those who cannot read the log's notation yet. */
#ifndef UI_REG_WORDS_H
#define UI_REG_WORDS_H

#include "sim/look.h"

/* "a pointer to a value of map counts (8 bytes), or NULL", "a number from 0 to 124" */
void reg_words(struct sim *sim, struct verifier *v, const struct reg *reg, struct text *out);
/* What a conditional jump told about register @regno: it was @before, on this way it is @after. */
void reg_words_learned(struct sim *sim, struct verifier *v, u32 regno, const struct reg *before,
		       const struct reg *after, struct text *out);
/* Can nothing but a comparison with the packet's end change what is known about it? */
bool reg_is_packet(const struct reg *reg);

#endif
