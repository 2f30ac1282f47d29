/*
 * Time: the input log, snapshots, and going to any step.
 *
 * The simulation is a function of its inputs. The log holds them in order: each call of a verb of sim.h,
 * and every byte that was copied in from user memory meanwhile. A snapshot holds the arena's pages that
 * differ from the snapshot before. Any step is reached by restoring the nearest snapshot before it and
 * replaying the log from there.
 *
 * Snapshots are spaced by the real time that replaying takes, so their places differ from run to run; the
 * states they lead to do not. Log and snapshots lie outside the arena.
 */
#ifndef SIM_TIME_H
#define SIM_TIME_H

#include "core.h"

/* An input: one call of a verb of sim.h. */
struct input {
	u32 kind;            /* enum input_kind */
	u32 pid;             /* the task that calls, or 0 */
	u32 cpu;             /* where it happens */
	s64 arg[4];
	u32 len;             /* bytes of data */
	const void *data;
};

struct timeline *timeline_new(struct sim *sim);
void timeline_delete(struct sim *sim);

/*
 * Appends an input; what had been recorded after the present moment is dropped: another future
 * begins. 0 or -ENOMEM.
 */
int timeline_record(struct sim *sim, const struct input *input);
/* The next recorded input, which is then used up. False at the end of the log. `data` points into the log. */
bool timeline_next(struct sim *sim, struct input *input);
/* This machine is not able to do what the log says, sim->why says why: when a log is loaded, it ends here. */
void timeline_cannot(struct sim *sim);
/* User memory, through the log: 0 or -EFAULT. */
int timeline_copy_in(struct sim *sim, u32 pid, void *dst, u64 uaddr, u64 n);
int timeline_copy_out(struct sim *sim, u32 pid, u64 uaddr, const void *src, u64 n);

/*
 * Edits come in the middle of other work: is one recorded for this moment? Then it is used up. And how many
 * steps are there until the next one; UINT64_MAX: there is none.
 */
bool timeline_is_edit(const struct sim *sim);
bool timeline_next_edit(struct sim *sim, struct input *input);
u64 timeline_until_edit(const struct sim *sim);

/*
 * To be called between units of work that took @spent_ns of real time: takes a snapshot when replaying from
 * the last one has become slow.
 */
void timeline_tick(struct sim *sim, u64 spent_ns);

/* What snapshots cost, for views and the benchmark. */
struct timeline_cost {
	u32 snapshots;
	u64 snapshot_bytes;  /* pages kept */
	u64 log_bytes;
};

struct timeline_cost timeline_cost(const struct sim *sim);

#endif
