/* Who holds what: every reference that a view can know of, as a list. From it: what stays when a process
 * ends. */
#ifndef UI_HOLDS_H
#define UI_HOLDS_H

#include "debug.h"

struct hold {
	const struct obj *held, *by; /* by: NULL when it is an fd or a pin */
	u32 pid;                     /* an fd of this process, 0 = none */
	int fd;
	const char *pin; /* its path, or NULL */
	const char *why; /* what for: "its code has the address" */
};

struct holds {
	struct hold *hold;
	u32 count, room;
};

/* Valid until the next step; to be freed with holds_free. Without memory some are left out. */
void holds_take(struct holds *h, const struct debug *d);
void holds_free(struct holds *h);
/* Would it live on if process @pid ended now? */
bool holds_survives(const struct holds *h, const struct obj *obj, u32 pid);

#endif
