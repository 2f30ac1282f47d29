/* Completion: which words can stand where the prompt's cursor is. */
#ifndef UI_PROMPT_COMPLETE_H
#define UI_PROMPT_COMPLETE_H

#include "../pane/screen.h"

/*
 * Calls @add for each word that may stand at the end of @line, which ends with @word, and begins like that.
 * False: a file is expected there.
 */
bool complete_words(struct screen *sc, const char *line, const char *word,
		    void (*add)(void *ctx, const char *name), void *ctx);

#endif
