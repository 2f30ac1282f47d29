/*
 * Recorded programs that a fuzzer begins with: the lines of files of vectors (ui/vector.h), without the
 * answers.
 */
#ifndef TEST_SUPPORT_SEEDS_H
#define TEST_SUPPORT_SEEDS_H

#include "ui/vector.h"

struct seed {
	json_t *vector;
	const char *path;  /* the file that it is from */
	bool unprivileged; /* loaded without capabilities */
};

struct seeds {
	u32 count, room;
	struct seed *list;
};

/* Adds the programs of a file that have at most @longest instructions. False with a message on stderr. */
bool seeds_read(struct seeds *seeds, const char *path, u32 longest);
void seeds_free(struct seeds *seeds);

#endif
