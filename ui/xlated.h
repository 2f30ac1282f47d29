/* A translated program as `bpftool prog dump xlated` writes it. */
#ifndef UI_XLATED_H
#define UI_XLATED_H

#include "forms.h"

/* On standard output; @linum: with file, line and column of each line of C. */
void xlated_print(const struct forms *f, bool linum);

#endif
