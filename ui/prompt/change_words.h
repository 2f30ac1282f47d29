/* What commands that change the timeline have in common. */
#ifndef UI_PROMPT_CHANGE_WORDS_H
#define UI_PROMPT_CHANGE_WORDS_H

#include "../change.h"
#include "../pane/screen.h"

/* change_begin for "COMMAND ARGS"; false: it has complained. */
bool begin_change(struct screen *sc, const char *command, const char *args);
/* The same in the midst of a run, which is left there. */
bool begin_change_amid(struct screen *sc, const char *command, const char *args);
/* change_end; says what is recorded and dropped. @failed: what went wrong, or NULL. */
void end_change(struct screen *sc, enum change_stand stand, const char *failed);
/* After a change: the last step in words, or how to get into what was recorded; what was dropped. */
void tell_changed(struct screen *sc, const struct changed *changed);
/* A program's name here: that of `load ... as NAME`, or its own. */
const char *prog_label(const struct debug *d, const struct obj *obj);
/* The loader's fd of a program, by its name, its name here (`load ... as`), or that fd; "": of the one at
 * hand. */
int prog_fd(struct debug *d, const char *name, struct why *why);

#endif
