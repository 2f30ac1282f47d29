/*
 * Timers in map values (struct bpf_timer): struct bpf_hrtimer of kernel/bpf/helpers.c, and the queue of those
 * that run, in the order of their time. What they call is run when time passes: sim/fire_tick.c.
 *
 * A value holds the address of its timer, 0 when it has none: made by bpf_timer_init, freed with the element,
 * or when the last fd and pin of the map goes. A timer that has a function holds its program.
 *
 * Simplified: all clocks are one; a timer is due to the nanosecond, and its interrupt costs no time.
 */
#ifndef SIM_WORLD_TIMER_H
#define SIM_WORLD_TIMER_H

#include "../core.h"
#include "../object.h"

struct timer {
	struct timer *next, *prev;             /* all timers of the machine */
	struct timer *queue_next, *queue_prev; /* those that run */
	void *map;           /* the struct map whose value it is in */
	u64 value;           /* that value ... */
	u32 off;             /* ... and where in it */
	u32 clock;           /* CLOCK_* */
	struct obj *prog;    /* whose function it calls, a reference; NULL: none is set */
	u64 callback;        /* the function's address */
	u64 expires;         /* sim_ktime */
	u32 cpu;             /* that it was started on */
	bool queued;
	u32 busy;            /* a lock (lock.h): its function runs */
};

/* In the arena. */
struct timers {
	struct timer *all;
	struct timer *first, *last;           /* in the queue */
	struct timer *running[MACHINE_CPUS];  /* whose function each CPU is in */
};

/* What the four helpers do; @field: the struct bpf_timer in a value. 0 or more, or -errno. */
s64 timer_init(struct sim *sim, u64 field, void *map, u32 off, u64 flags);
s64 timer_set_callback(struct sim *sim, u64 field, u64 callback, struct obj *prog);
s64 timer_start(struct sim *sim, u64 field, u64 ns, u64 flags);
/* clock->lock_wanted: another CPU is in its function, try again. */
s64 timer_cancel(struct sim *sim, u64 field);

/* The timer of the struct bpf_timer at @field, or NULL. */
struct timer *timer_at(const struct sim *sim, u64 field);
/* The value goes, or the map loses its last user, or goes itself. */
void timer_free(struct sim *sim, u64 field);
void timers_free_of(struct sim *sim, const void *map);

/* The first that is due at @time or before, on a CPU for which @free is true; NULL: none. */
struct timer *timer_due(struct sim *sim, u64 time, bool (*free)(const struct sim *sim, u32 cpu));
/* Its function begins on the CPU at hand, it is out of the queue; and that function has ended. */
void timer_begin(struct sim *sim, struct timer *t);
void timer_end(struct sim *sim);

#endif
