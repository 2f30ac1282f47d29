/*
 * The trial of a program: it is loaded; what is accepted runs in the checked interpreter, on random packets
 * and contexts. No access may be refused, each run ends, and when the states of the walk are noted
 * (contained.h), each value lies inside one of them.
 */
#ifndef TEST_SUPPORT_TRIAL_H
#define TEST_SUPPORT_TRIAL_H

#include "contained.h"
#include "subject.h"
#include "ui/vector_bench.h"

struct trial {
	struct vector_bench *bench;
	struct notes *notes;
	u64 dice;
	const struct seed *seed; /* whose packets are used; NULL: only random ones */
	bool once;               /* functions that bpf_loop calls are called once, as the walk thinks */
	bool replayed; /* nothing is changed but by inputs: what bpf_loop calls cannot run once, and so does
			  not run */
	/* so far */
	u64 programs, accepted, noted, runs, insns;
	u64 unsimulated; /* runs that ended with something that is not simulated */
	u64 known;       /* runs into what Linux 6.1 accepts and should not: see test/known-6.1-unsound */
	u64 cut;         /* runs of bpf_loop that were too long */
	u64 too_long;    /* loads that were given up */
};

enum load_end { LOAD_FAILED = -1, LOAD_GIVEN_UP = -2 }; /* the second: the machine is of no use any more */

/*
 * Loads @subject: a program's fd or enum load_end. *noted: its states shall be noted; false afterwards when
 * that was not possible to the end.
 */
s64 trial_load(struct trial *trial, const struct subject *subject, bool *noted);
/* One run of it; false: the sentence is in @why. */
bool trial_run(struct trial *trial, const struct subject *subject, s64 fd, bool noted, struct why *why);

/*
 * After a run that was a violation: a read through a pointer to a kernel object that is not there to be read?
 * Linux reads 0 when it faults. It loads the program once more.
 */
bool trial_reads_object(struct trial *trial, const struct subject *subject);
/*
 * Does the program have functions, and is it rejected when nothing is pruned? Linux 6.1 looks for what made a
 * caller's register in the instructions of the functions that it calls (other_r7 of test/known-6.1-unsound),
 * and so takes states for covered that are not. To be asked about: is its verdict the same?
 */
bool trial_is_pruned_wrongly(struct trial *trial, const struct subject *subject);

#endif
