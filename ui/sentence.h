/*
 * One sentence, in words, of what the last step did: the line above the prompt. By what happened, a table:
 * sentence.c; executed instructions: sentence_insn.c.
 */
#ifndef UI_SENTENCE_H
#define UI_SENTENCE_H

#include "debug.h"
#include "words.h"

void sentence_of(const struct debug *d, struct text *out);
/* What an executed instruction did. */
void sentence_insn(const struct debug *d, const struct walk_insn *i, struct text *out);
/* What a helper about maps came to (sentence_map.c); false: it is none of them. */
bool sentence_map_call(struct sim *sim, const struct walk_insn *i, struct text *out);
void sentence_tail_call(struct sim *sim, const struct walk_insn *i, struct text *out);
/* Events (sentence_event.c): something happens, a program begins, it is over, a frame has arrived. */
void sentence_fire(const struct debug *d, const struct event *e, struct text *out);
void sentence_run(const struct debug *d, const struct event *e, struct text *out);
void sentence_verdict(const struct debug *d, const struct event *e, struct text *out);
void sentence_arrival(const struct debug *d, const struct event *e, struct text *out);
/* What it means that @prog has returned @r0; nothing where its type has names for it (sentence_answer.c). */
void sentence_answer(const struct prog *prog, u64 r0, struct text *out);
/* Timers (sentence_timer.c): what a helper came to; time that passes, and a timer's function begins; is it in
 * one? */
bool sentence_timer_call(const struct walk_insn *i, struct text *out);
bool sentence_tick(const struct debug *d, struct text *out);
bool sentence_in_timer(const struct debug *d);
/*
 * Trampolines (sentence_glue.c): a program was attached by one, @what: its fd; what is left when one is
 * detached; the event comes to a program through one. False: it was another way.
 */
bool sentence_attached(const struct debug *d, const char *what, struct text *out);
void sentence_glue_left(const struct debug *d, struct text *out);
bool sentence_through_glue(const struct happening *h, const char *place, struct text *out);
/* Messages to rtnetlink; packets in the network stack (sentence_net.c). False: it is not about that. */
void sentence_netlink(const struct debug *d, const struct event *e, struct text *out);
bool sentence_stack_fire(const struct debug *d, const struct event *e, struct text *out);
bool sentence_stack_run(const struct debug *d, struct text *out);
bool sentence_stack_verdict(const struct debug *d, const struct event *e, struct text *out);
/* An iterator's program is called (sentence_iter.c): for which object? */
void sentence_object(const struct debug *d, struct text *out);
/* An input that is no call and no event; an edit (sentence_input.c). */
void sentence_input(const struct debug *d, const struct event *e, struct text *out);
void sentence_edit(const struct debug *d, const struct event *e, struct text *out);
/* The verifier's walks: an instruction, and what is known now; edges, forks, ends of paths. sentence_verify.c
 */
void sentence_known(const struct debug *d, struct text *out);
void sentence_edge(const struct debug *d, const struct event *e, struct text *out);
void sentence_explored(const struct debug *d, const struct event *e, struct text *out);
void sentence_fork(const struct debug *d, const struct event *e, struct text *out);
void sentence_path_end(const struct debug *d, const struct event *e, struct text *out);
/* What PROG_LOAD did: a stage is over and @next begins; one unit of a stage. sentence_load.c */
void sentence_stage(const struct debug *d, u32 next, struct text *out);
void sentence_unit(const struct debug *d, struct text *out);
#endif
