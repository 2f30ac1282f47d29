/* The control flow graph of a program as graphviz draws it: basic blocks, edges with why they are taken. */
#ifndef UI_DOT_H
#define UI_DOT_H

#include <stdio.h>

#include "debug.h"

void dot_print(struct debug *d, const struct prog *prog, FILE *out);

#endif
