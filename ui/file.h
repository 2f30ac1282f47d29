/* Whole files, read into memory. */
#ifndef UI_FILE_H
#define UI_FILE_H

#include "../sim/sim.h"

/*
 * The bytes of a file, a zero behind them, to be freed; NULL with the sentence: not there, not readable,
 * larger than 1 GB.
 */
u8 *file_read(const char *path, u64 *len, struct why *why);

#endif
