/* Trials: commands on a copy of the world that is thrown away; what is then true answers a question. */
#ifndef UI_LESSON_TRIAL_H
#define UI_LESSON_TRIAL_H

#include "../pane/screen.h"

/*
 * Does the commands of the file beside the lesson, then takes the value of the expression. 0, or -errno with the
 * sentence. The world at hand stays as it is.
 */
int trial_number(struct screen *sc, const char *file, const char *expr, s64 *number, struct why *why);

#endif
