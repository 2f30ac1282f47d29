/* Timers: see timer.h. */
#include "timer.h"

#include "lock.h"
#include "world.h"

#define MAX_CLOCKS 16u
#define CLOCK_REALTIME_ID 0u
#define CLOCK_MONOTONIC_ID 1u
#define CLOCK_BOOTTIME_ID 7u

/* Of a value that nobody has tampered with, it is NULL or right; but values may be edited. */
struct timer *timer_at(const struct sim *sim, u64 field)
{
	struct arena_block block;
	u64 addr;

	memcpy(&addr, (const void *)field, sizeof(addr));
	if (!addr || !arena_find(sim->arena, addr, &block) || block.owner != &sim->world->timers ||
	    block.base != addr || ((struct timer *)addr)->value + ((struct timer *)addr)->off != field)
		return NULL;
	return (struct timer *)addr;
}

/* --- the queue --- */

static void dequeue(struct sim *sim, struct timer *t)
{
	struct timers *timers = &sim->world->timers;

	if (!t->queued)
		return;
	*(t->queue_prev ? &t->queue_prev->queue_next : &timers->first) = t->queue_next;
	*(t->queue_next ? &t->queue_next->queue_prev : &timers->last) = t->queue_prev;
	t->queued = false;
}

/* Behind all that are not due later: mostly it is the last. */
static void enqueue(struct sim *sim, struct timer *t)
{
	struct timers *timers = &sim->world->timers;
	struct timer *before = timers->last;

	while (before && before->expires > t->expires)
		before = before->queue_prev;
	t->queue_prev = before;
	t->queue_next = before ? before->queue_next : timers->first;
	*(before ? &before->queue_next : &timers->first) = t;
	*(t->queue_next ? &t->queue_next->queue_prev : &timers->last) = t;
	t->queued = true;
}

struct timer *timer_due(struct sim *sim, u64 time, bool (*free)(const struct sim *sim, u32 cpu))
{
	struct timer *t = sim->world->timers.first;

	while (t && t->expires <= time && !free(sim, t->cpu))
		t = t->queue_next;
	return t && t->expires <= time ? t : NULL;
}

void timer_begin(struct sim *sim, struct timer *t)
{
	dequeue(sim, t);
	sim->world->timers.running[sim->clock->cpu] = t;
	lock_take(sim, (u64)&t->busy);
}

void timer_end(struct sim *sim)
{
	struct timer **running = &sim->world->timers.running[sim->clock->cpu];

	lock_give(sim, (u64)&(*running)->busy);
	*running = NULL;
}

/* --- the helpers --- */

static int not_ready(struct sim *sim)
{
	return sim_fail(&sim->why, -EINVAL, "the timer was not made ready by bpf_timer_init");
}

static int check_clock(struct sim *sim, u64 flags)
{
	if (flags == CLOCK_REALTIME_ID || flags == CLOCK_MONOTONIC_ID || flags == CLOCK_BOOTTIME_ID)
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"flags 0x%llx: a timer goes by CLOCK_REALTIME (0), CLOCK_MONOTONIC (1) or CLOCK_BOOTTIME (7)",
			(unsigned long long)flags);
}

s64 timer_init(struct sim *sim, u64 field, void *map, u32 off, u64 flags)
{
	struct timers *timers = &sim->world->timers;
	struct timer *t;

	if (check_clock(sim, flags))
		return -EINVAL;
	if (timer_at(sim, field))
		return sim_fail(&sim->why, -EBUSY, "the value has a timer already");
	t = arena_alloc(sim->arena, sizeof(*t), TAG_KERNEL, timers);
	if (!t)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a timer");
	t->map = map;
	t->value = field - off;
	t->off = off;
	t->clock = flags;
	t->next = timers->all;
	if (t->next)
		t->next->prev = t;
	timers->all = t;
	memcpy((void *)field, &t, sizeof(t));
	return 0;
}

s64 timer_set_callback(struct sim *sim, u64 field, u64 callback, struct obj *prog)
{
	struct timer *t = timer_at(sim, field);
	struct obj *before;

	if (!t)
		return not_ready(sim);
	before = t->prog;
	if (before != prog) {
		obj_get(sim, prog);
		t->prog = prog;
		if (before)
			obj_put(sim, before);
	}
	t->callback = callback;
	return 0;
}

s64 timer_start(struct sim *sim, u64 field, u64 ns, u64 flags)
{
	struct timer *t = timer_at(sim, field);
	u64 now = sim_ktime(sim);

	if (flags)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%llx: Linux 6.1 knows none", (unsigned long long)flags);
	if (!t)
		return not_ready(sim);
	if (!t->prog)
		return sim_fail(&sim->why, -EINVAL, "the timer has no function: bpf_timer_set_callback comes first");
	dequeue(sim, t);
	t->expires = ns > INT64_MAX - now ? INT64_MAX : now + ns;
	t->cpu = sim->clock->cpu;
	enqueue(sim, t);
	return 0;
}

static void drop_prog(struct sim *sim, struct timer *t)
{
	struct obj *prog = t->prog;

	t->prog = NULL;
	t->callback = 0;
	if (prog)
		obj_put(sim, prog);
}

/* Does the function of another timer wait for the end of the one that this CPU is in? */
static bool somebody_waits(const struct sim *sim, const struct timer *running)
{
	const struct world *world = sim->world;

	for (u32 n = 0; n < sim->clock->ncpus; n++)
		if (world->timers.running[n] && world->locks->waits_for[n] == (u64)&running->busy)
			return true;
	return false;
}

s64 timer_cancel(struct sim *sim, u64 field)
{
	struct timer *t = timer_at(sim, field), *running = sim->world->timers.running[sim->clock->cpu];
	bool queued;

	if (!t)
		return not_ready(sim);
	if (t == running)
		return sim_fail(&sim->why, -EDEADLK, "a timer's own function cannot wait for its end");
	if (running && somebody_waits(sim, running))
		return sim_fail(&sim->why, -EDEADLK, "the function of another timer waits for the end of this one");
	drop_prog(sim, t);
	if (!lock_is_free(sim, (u64)&t->busy))
		return 0;
	queued = t->queued;
	dequeue(sim, t);
	return queued;
}

/* --- the end --- */

static void unlink_timer(struct timers *timers, struct timer *t)
{
	*(t->prev ? &t->prev->next : &timers->all) = t->next;
	if (t->next)
		t->next->prev = t->prev;
}

static void give_up(struct sim *sim, struct timer *t)
{
	dequeue(sim, t);
	drop_prog(sim, t);
	arena_free(sim->arena, t);
}

void timer_free(struct sim *sim, u64 field)
{
	struct timer *t = timer_at(sim, field);

	memset((void *)field, 0, sizeof(u64));
	if (!t)
		return;
	unlink_timer(&sim->world->timers, t);
	give_up(sim, t);
}

/* A program that goes may take other maps with it, and their timers: those of this one come first. */
void timers_free_of(struct sim *sim, const void *map)
{
	struct timer *t = sim->world->timers.all, *next, *mine = NULL;

	for (; t; t = next) {
		next = t->next;
		if (t->map != map)
			continue;
		unlink_timer(&sim->world->timers, t);
		if (timer_at(sim, t->value + t->off) == t)
			memset((void *)(t->value + t->off), 0, sizeof(u64));
		t->next = mine;
		mine = t;
	}
	for (; mine; mine = next) {
		next = mine->next;
		give_up(sim, mine);
	}
}
