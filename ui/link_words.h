/* Where programs are attached, in words. */
#ifndef UI_LINK_WORDS_H
#define UI_LINK_WORDS_H

#include "../sim/sim.h"

/* "vfs_read", "sched/sched_switch"; "a clock or counter". */
void attachment_text(const struct sim *sim, const struct attachment *a, struct text *out);
/* "xdp of eth0", "kprobe vfs_read", "CGROUP_DEVICE of cgroup /web", "12 functions"; nothing when it is
 * nowhere. */
void link_place_text(const struct sim *sim, const struct link *link, struct text *out);

#endif
