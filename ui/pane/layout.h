/*
 * Layouts: which panes stand where. A layout is one entry of the table in layout.c; places are given in 24ths
 * of the space, so that they fit any size.
 */
#ifndef UI_PANE_LAYOUT_H
#define UI_PANE_LAYOUT_H

#include "pane.h"

#define LAYOUT_PARTS 24
#define LAYOUT_PANES 10
#define LAYOUTS 14

struct layout_slot {
	const struct pane *pane;
	u8 row, col, row_end,
		col_end; /* in 24ths; all 0: behind the pane before it, until it has the focus */
};

struct layout {
	const char *name, *doc;
	u32 phases; /* bit n: chosen by itself when the walk comes to enum phase n */
	struct layout_slot
		slot[LAYOUT_PANES]; /* pane NULL at the end; the first one has the focus at first */
};

extern const struct layout layouts[LAYOUTS + 1]; /* name NULL at the end */

static inline bool layout_is_behind(const struct layout_slot *slot)
{
	return !slot->row_end;
}

const struct layout *layout_by_name(const char *name);
/* Is it one for narrow screens only? */
bool layout_is_narrow(const struct layout *layout);
/* What stands in its place on a screen of this width. */
const struct layout *layout_fit(const struct layout *layout, bool wide);
const struct layout *layout_for(enum phase phase);

#endif
