/* User space reads maps, as a program that shows counters does: by system calls, each a step of the timeline.
 */
#ifndef UI_USER_READS_H
#define UI_USER_READS_H

#include "walk.h"

#define USER_READS_MAX 16 /* elements of each map */

/* Of every map of the loader that has keys: GET_NEXT_KEY and LOOKUP_ELEM in turn. */
void user_reads(struct walk *w);
/* Does the loader hold such a map? */
bool user_can_read(struct session *s);

#endif
