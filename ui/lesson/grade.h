/* Grading: what a learner did in a lesson is done again, from the session that was saved, and its goals are
 * looked at. */
#ifndef UI_LESSON_GRADE_H
#define UI_LESSON_GRADE_H

#include "course.h"

#define GRADE_GOALS 64

struct grade {
	char error[256];            /* why it cannot be graded, or "" */
	char lesson[80];            /* its name */
	char goal[GRADE_GOALS][40]; /* by id */
	bool met[GRADE_GOALS];
	u32 goals, met_count;
	u32 asks, right;           /* questions answered, and rightly */
	u32 hints, commands, back; /* hints shown, commands done, moves back in time */
};

/* A session that `save` has written in a lesson, or a text file with the learner's commands. @lesson: of that
 * one; NULL: of the one that the session names. In this process: it opens machines of its own. */
void grade_session(struct screen *sc, const char *path, const char *lesson, struct grade *grade);

#endif
