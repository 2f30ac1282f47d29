/* One moment of a session: what the machine is busy with between two steps, and what it looks like. */
#ifndef UI_MOMENT_H
#define UI_MOMENT_H

#include "session.h"

/* As text on standard output. */
void moment_tell(struct session *s);
/* As one JSON document on standard output. */
void moment_tell_json(struct session *s);

#endif
