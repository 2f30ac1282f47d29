/* Waiting for a file to change, as editors change files: written in place, or replaced by another of the same
 * name. */
#ifndef UI_WATCH_H
#define UI_WATCH_H

#include "sim/sim.h"

struct watch {
	int fd;               /* of inotify */
	char name[256];       /* of the file, in the directory that is watched */
};

/* 0, or -errno with the sentence. */
int watch_begin(struct watch *watch, const char *path, struct text *error);
/* Returns when the file has been written or replaced; -errno when that cannot be waited for any more. */
int watch_wait(struct watch *watch);
void watch_end(struct watch *watch);

/* Compiles @source (.bpf.c) with clang to the object @path. 0, or -errno with the sentence; clang's words go
 * to stderr. */
int watch_compile(const char *source, const char *path, struct text *error);

#endif
