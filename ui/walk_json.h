/* A walk as one JSON document on standard output, written at its end. */
#ifndef UI_WALK_JSON_H
#define UI_WALK_JSON_H

#include <jansson.h>

#include "walk.h"

struct walk_json {
	json_t *document;
	json_t *calls, *checks, *runs;
	json_t *insns;   /* of the run in progress, with walk.trace */
	json_t *printk;
	json_t *records;        /* for user space */
	json_t *arrivals;       /* of redirected packets */
	json_t *output; /* NULL: nothing was read */
};

/* @file and @program are what the document says it is about; may be NULL. */
void walk_json_begin(struct walk *w, struct session *session, struct walk_json *j, const char *file,
		     const char *program);

/* What the machine looks like now: "fds", "maps" with their elements, "state_hash". */
void walk_json_state(json_t *document, struct session *session);
/* @text may hold bytes that are no UTF-8 (names, trace lines): those become '?'. */
json_t *walk_json_string(const char *text);

#endif
