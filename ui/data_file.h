/* Files that come with bpfwalk: samples, lessons, the glossary. */
#ifndef UI_DATA_FILE_H
#define UI_DATA_FILE_H

#include <limits.h>
#include <stdbool.h>

/*
 * Where "samples/xdp_count.o" and the like are: below the working directory, beside the tree that bpfwalk was
 * built in, or where it is installed (PREFIX/share/bpfwalk). False: nowhere.
 */
bool data_file(const char *name, char path[PATH_MAX]);

#endif
