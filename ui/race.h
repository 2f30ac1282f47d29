/*
 * Races: events on several CPUs at once, one on each, their programs interleaved instruction by instruction
 * in a given order. What the order is decides what a counter without protection holds in the end.
 */
#ifndef UI_RACE_H
#define UI_RACE_H

#include "walk.h"

#define RACE_CPUS 8u

struct race {
	u32 cpus;                            /* 0: there is none */
	struct stimulus stimulus[RACE_CPUS]; /* [n]: on CPU n */
	char words[RACE_CPUS][HAPPENING_TEXT]; /* of those that are events in words */
	/*
	 * "turns" (or NULL): an instruction each; "0011": these CPUs take an instruction each in this order,
	 * then each goes on to its end; "random:SEED"; "all": every order, and what comes of each.
	 */
	const char *schedule;
};

/*
 * What is to happen on the next CPU: an event in words, or a packet at device @ifindex (0: no program is at
 * one). Tasks must be different ones: an event without pid= gets 1000 and the CPU. False with the sentence.
 */
bool race_add(struct race *r, struct session *s, s64 ifindex, const char *words, struct text *error);
/* One event alone stands for two of its kind, the second by another task. False with the sentence. */
bool race_double(struct race *r, struct text *error);
/* Is it one? 0, or -EINVAL with the sentence. */
int race_check(const struct race *r, struct text *error);
/* From the events to the end of all programs, told by the walk. 0, or -errno with the sentence. */
int race_run(struct walk *w, const struct race *r, struct text *error);

/*
 * The parts, for those who decide the order as they go. All events begin: the programs stand before their
 * first instructions.
 */
int race_begin(struct walk *w, const struct race *r, struct text *error);
/* A unit of CPU @cpu: false when it has nothing to do (any more). */
bool race_step(struct walk *w, u32 cpu);
/* Each CPU goes on to its end, the one at hand first; who waits for a lock lets its holder go first. */
void race_finish(struct walk *w);

/* race_orders.c: every order in which instructions that touch what CPUs share can follow each other. */
struct race_result {
	u64 orders;
	char text[240];  /* what the maps hold then */
	char example[32]; /* one such order, as CPU numbers; "" when it is too long */
};

#define RACE_RESULTS 16
#define RACE_ORDERS_MAX 20000u

/*
 * To be called after race_begin; the machine is there again afterwards. How many results there are, most
 * frequent first, or -E2BIG.
 */
int race_orders(struct walk *w, struct race_result *result, u64 *orders);

#endif
