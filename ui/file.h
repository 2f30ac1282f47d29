/* Whole files, read into memory. */
#ifndef UI_FILE_H
#define UI_FILE_H

#include <stdio.h>

#include "../sim/sim.h"

/*
 * The bytes of a file, a zero behind them, to be freed; NULL with the sentence: not there, not readable,
 * larger than 1 GB.
 */
u8 *file_read(const char *path, u64 *len, struct why *why);

/* Opens it to be read; what is not there may have come with bpfwalk: samples, lessons. NULL with errno. */
FILE *file_open(const char *path);

#endif
