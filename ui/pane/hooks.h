/* What the parts of the tree of hooks share. */
#ifndef UI_PANE_HOOKS_H
#define UI_PANE_HOOKS_H

#include "pane.h"

/* Has the last step attached or detached something? */
bool hooks_just_now(const struct debug *d);
/* The cgroups with what is attached to them: hooks_cgroup.c */
void hooks_cgroups(const struct view *v, struct sheet *s);

#endif
