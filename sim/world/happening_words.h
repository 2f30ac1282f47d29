/* The words of an event, read: a value for each field. */
#ifndef SIM_WORLD_HAPPENING_WORDS_H
#define SIM_WORLD_HAPPENING_WORDS_H

#include "happening.h"

/* In the order of happening_common[]. */
enum { COMMON_PID, COMMON_COMM, COMMON_UID, COMMON_PPID, COMMON_CPU, COMMON_CGROUP, COMMON_RET, COMMON_FIELDS };

struct happening_word {
	bool given;
	s64 number;
	char text[256];
};

struct happening_words {
	struct happening_word common[COMMON_FIELDS], own[HAPPENING_FIELDS];
};

/* 0, or -EINVAL with the sentence. */
int happening_words_read(struct sim *sim, const char *text, struct happening_words *out);

#endif
