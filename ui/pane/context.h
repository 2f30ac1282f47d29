/* The context of the program that runs, for panes that show it: see context.c. */
#ifndef UI_PANE_CONTEXT_H
#define UI_PANE_CONTEXT_H

#include "pane.h"

/* Field by field, as the hook that called the program makes it. */
void draw_context(const struct view *v, struct sheet *s);
/* Where the program was called: "tracepoint sched:sched_switch". */
void context_subtitle(const struct view *v, struct text *out);

#endif
