/* A walk told as text on standard output: the stages of a program's life, one after the other. */
#ifndef UI_WALK_TEXT_H
#define UI_WALK_TEXT_H

#include "walk.h"

struct walk_text {
	int stage;             /* the stage whose heading stands last; 0 = none */
	bool load_to_tell;     /* a program was loaded, and stages 2 to 4 have not been told */
	bool rejected;         /* ... and the kernel said no */
	u32 prog;              /* ... its id otherwise */
	char why[256];
	u32 calls_told;
	u64 packets, events;
	bool faulted;          /* the last packet's run */
	struct {
		char name[24];
		u64 count;
	} results[12];         /* how often each action was taken */
	u32 race;              /* CPUs of the race that goes on; 0 = none */
	bool race_each;        /* every instruction of it */
	u64 race_waits;        /* bits of CPUs of which it was said that they wait */
	char last_line[24];    /* trace: the line of C that stands above, so that it is not repeated */
};

extern const struct walk_view walk_text_view;  /* view_ctx: a zero-filled struct walk_text */

/* Events: what programs do there (walk_text_run.c); their heading, once (walk_text.c). */
void walk_text_begin_events(struct walk *w, bool fired, bool event);
void walk_text_run_begin(struct walk *w, const struct walk_run *run);
void walk_text_run_end(struct walk *w, const struct walk_run *run);
void walk_text_event(struct walk *w, const struct walk_event *event);
void walk_text_results(const struct walk *w);
/* Is the program called by system calls that run it, not for packets? */
bool walk_text_is_called(const struct walk *w);
/* What the machine looks like at this moment; walk_state.c. */
void walk_text_fds(struct walk *w);
void walk_text_maps(struct walk *w);
/* The maps as the loader reads them; new inputs of the machine: see map_read.h. */
void walk_text_read_maps(struct walk *w);
/* An executed instruction with what it changed; walk_trace.c. */
void walk_text_insn(struct walk *w, const struct walk_insn *insn);

/* What programs print and send; walk_record.c. */
void walk_text_output(struct walk *w, const char *text, u64 len);
void walk_text_printk(struct walk *w, const char *line, u64 len);
void walk_text_record(struct walk *w, const struct walk_record *record);
/* Redirected packets; walk_redirect.c. */
void walk_text_hop(const struct walk_run *run, const char *result, const char *insns);
void walk_text_arrival(struct walk *w, const struct walk_arrival *arrival);

/* Races (race.h), a column for each CPU; walk_race.c. */
struct race_result;
void walk_race_heading(struct walk *w, u32 cpus);
void walk_race_over(struct walk *w);
void walk_race_begin(struct walk *w, const struct walk_run *run);
void walk_race_event(struct walk *w, const struct walk_event *event);
void walk_race_insn(struct walk *w, const struct walk_insn *insn);
void walk_race_end(struct walk *w, const struct walk_run *run, const char *result);
void walk_race_orders(struct walk *w, const struct race_result *result, int results, u64 orders);

#endif
