/*
 * Proofs: a lesson is walked through by itself. Unsolved it meets no goal; its solution meets each, page by
 * page; what its texts name is there, what they quote is what the engine says. See `bpfwalk lesson verify`.
 */
#ifndef UI_LESSON_PROOF_H
#define UI_LESSON_PROOF_H

#include "course.h"

/* True: nothing to complain about. Complaints, one a line, go to standard output. */
bool proof_lesson(struct screen *sc, const char *folder);

/* Keys, commands, lessons, files and terms that the texts name: complaints go to @ear. (proof_text.c) */
void proof_texts(const struct lesson *lesson, struct lesson_ear *ear);

#endif
