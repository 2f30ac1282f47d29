/* Snapshots of the arena: inside of time.c; see time.h. */
#ifndef SIM_SNAPSHOT_H
#define SIM_SNAPSHOT_H

#include "core.h"

#define SNAPSHOTS_MAX 1024
#define PAGE_GROUP 1024u
#define PAGE_GROUPS (ARENA_SIZE / ARENA_PAGE / PAGE_GROUP)

/* One version of one page: its bytes from snapshot @serial on, until the next newer version. */
struct page_version {
	u64 serial;
	struct page_version *older;
	u8 bytes[ARENA_PAGE];
};

struct snapshot {
	u64 serial;          /* grows with the step */
	u64 step;
	u64 cost;            /* real ns that it took to get here from the snapshot before */
};

struct timeline {
	u8 *log;
	u64 log_len, log_room;
	bool broken;         /* a replay met a record that does not fit */
	bool loading;        /* a whole log is being replayed ... */
	struct why unable;   /* ... and needs something that this machine has not; err 0: no */
	u64 end;             /* last recorded step */
	u64 *edit;           /* steps at which edits are recorded, in order */
	u32 edits, edit_room;
	u32 nsnapshots;
	struct snapshot snapshot[SNAPSHOTS_MAX];
	u64 last_serial;
	u64 versions;        /* page versions alive */
	u64 spent_ns;        /* real time of work since the last snapshot was taken, passed or restored */
	/* newest version of each page: newest[page / PAGE_GROUP][page % PAGE_GROUP] */
	struct page_version **newest[PAGE_GROUPS];
};

/* After work that took @spent_ns of real time: takes a snapshot when it is time to. */
void snapshots_tick(struct sim *sim, u64 spent_ns);
/* To the last snapshot at or before @step, unless the present is nearer to it. */
void snapshots_restore(struct sim *sim, u64 step);
/* Forgets the snapshots after @step. */
void snapshots_drop_after(struct sim *sim, u64 step);
void snapshots_delete(struct sim *sim);

#endif
