/*
 * Records for user space: what programs send through ring buffers and perf buffers, in words; and the
 * reader who takes them out.
 */
#ifndef UI_RECORD_H
#define UI_RECORD_H

#include "walk.h"

/*
 * The bytes as a struct of @prog's BTF, "struct event {pid: 7, ...}", when exactly one that is the
 * program's own has this size (with @padded: grows to this size in a perf sample); else in hexadecimal.
 */
void record_text(const struct sim *sim, const struct prog *prog, const void *data, u32 size, bool padded,
		 struct text *out);
/* Of events EV_RECORD and EV_PERF_SAMPLE. False: there is nothing to be seen. */
bool record_of_ring(const struct sim *sim, const struct event *e, struct walk_record *record);
bool record_of_perf(const struct sim *sim, const struct event *e, struct walk_record *record, u8 *buf,
		    u32 room);

/* The loader opens a perf event on each CPU for each of its maps of perf events. 0 or -errno. */
s64 reader_open(struct walk *w);
/* All that has arrived is read: the rings are empty then, but for records that are not ready. */
void reader_catch_up(struct session *s);

#endif
