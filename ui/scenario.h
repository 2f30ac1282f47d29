/*
 * What is to happen, in words: one event a line. `exec pid=1000 comm=ls` (world/happening.h has the kinds),
 * `packet tcp 10.0.0.1:443 > 10.0.0.2:51514`, `packet out dev eth1 ...` (packet_way.h); a # begins a comment.
 * `--event` is a scenario of one line.
 */
#ifndef UI_SCENARIO_H
#define UI_SCENARIO_H

#include "packet_way.h"

struct scenario_line {
	char *event; /* an event in words; NULL: a packet */
	u32 capture;
	u64 index;
	struct packet_way way;
};

struct scenario {
	u32 count, room;
	struct scenario_line *line;
	struct scenario *next; /* of the session, which frees them */
};

/* Is it an event of the table, not a packet? */
bool scenario_is_event(const char *text);
/* Does it begin as a packet or an event does? 0, or -EINVAL with the sentence: what was probably meant. */
int scenario_check_word(const char *text, struct why *why);
/* One event, checked. NULL with the sentence. */
const struct scenario *scenario_of_event(struct session *s, const char *text, struct text *error);
/* All lines of a file. NULL with the sentence: which line, what was found. */
const struct scenario *scenario_open(struct session *s, const char *path, struct text *error);
void scenarios_free(struct session *s);

#endif
