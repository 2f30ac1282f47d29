/*
 * What was done when, and with which program: the proof that compiling happens once, at load, and that
 * an event only calls.
 */
#ifndef UI_WALK_DONE_H
#define UI_WALK_DONE_H

#include <jansson.h>

#include "session.h"

/* What became of program @id in the JIT. */
void walk_text_jit(const struct sim *sim, u32 id);
/* What the hook of link @id calls, and the glue that was written for it. */
void walk_text_hook(const struct sim *sim, u32 id);
/* The whole table, and each program. */
void walk_text_done(const struct sim *sim);
/* "done", "programs", "links", "trampolines" and "dispatcher" of a document. */
void walk_json_done(json_t *document, const struct sim *sim);

#endif
