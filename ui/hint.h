/* A hint: what would have to be different in this very program, where the numbers tell. */
#ifndef UI_HINT_H
#define UI_HINT_H

#include "diagnosis.h"

#define HINT 320

/* False: there is nothing more to say than what the table has. */
bool hint_text(const struct diagnosis *d, char out[HINT]);

#endif
