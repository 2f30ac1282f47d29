/*
 * A demo: a lesson that plays itself by its solution, one act after the other; who shows it waits between
 * them.
 */
#ifndef UI_LESSON_DEMO_H
#define UI_LESSON_DEMO_H

#include "course.h"

struct demo {
	u32 line;   /* of the solution: the one that comes next */
	bool typed; /* it stands in the prompt, and is done by the next act */
	bool over;
};

/*
 * One act: a page is turned, a question answered, a command typed, or done. The seconds that it should be
 * looked at, at @pace seconds for a short one; when nothing is left, demo->over.
 */
double demo_act(struct screen *sc, struct demo *demo, double pace);

#endif
