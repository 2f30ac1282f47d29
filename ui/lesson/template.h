/* A new lesson: a small one with everything in it, commented, to be changed. */
#ifndef UI_LESSON_TEMPLATE_H
#define UI_LESSON_TEMPLATE_H

#include "../../sim/sim.h"

/*
 * Writes lessons/NAME, or NAME when it has a slash, for the language ("en", "zh"). 0, or -errno with the
 * sentence.
 */
int template_write(const char *name, const char *language, char path[256], struct why *why);

#endif
