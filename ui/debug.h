/*
 * A debugger's hold on a session: its recorded timeline with the moments that matter, what the last step did,
 * stops. What every interactive front end has.
 *
 * A program's whole life is recorded first (debug_open), then the machine goes back to step 0 and can be
 * moved at will (travel.h). However a moment is reached, it looks the same: what led to it is found by doing
 * its last step once more (debug_arrive).
 */
#ifndef UI_DEBUG_H
#define UI_DEBUG_H

#include "life.h"
#include "picture.h"

/* Where the machine is in the life of a program. */
enum phase {
	PHASE_BOOT,
	PHASE_SYSCALL,
	PHASE_USER,  /* user space reads or writes maps */
	PHASE_CHECK, /* the verifier before and between its walks */
	PHASE_GRAPH, /* walk 1 */
	PHASE_PATHS, /* walk 2 */
	PHASE_TRANSLATE,
	PHASE_JIT,
	PHASE_FD, /* PROG_LOAD's last act */
	PHASE_ATTACH,
	PHASE_EVENT,
	PHASES
};

/* The six stages of the pipeline. */
enum pipeline {
	PIPE_SYSCALL,
	PIPE_FD,
	PIPE_VERIFY,
	PIPE_JIT,
	PIPE_ATTACH,
	PIPE_EVENT,
	PIPES,
	PIPE_NONE = PIPES
};

enum pipeline phase_pipe(enum phase phase);

/* A moment that matters, found while the timeline was recorded. */
struct moment_mark {
	u64 step;   /* the first moment at which it has happened */
	u8 kind;    /* enum event_kind */
	u8 phase;   /* enum phase: where it is from there on */
	u32 arg;    /* command, stage, program; see event.h */
	s64 result; /* calls and verdicts: what came of it */
};

/* One call as it was made. */
struct debug_call {
	u64 step;
	int cmd;
	u32 size;
	union bpf_attr attr;
	s64 result;
	char why[160];
};

#define HAPPENED_EVENTS 64

/* What one step did. */
struct happened {
	bool any; /* false at step 0 */
	struct picture before;
	struct walk_insn insn; /* an instruction of a program was executed: prog is not NULL */
	u32 events;
	struct event event[HAPPENED_EVENTS];
};

struct stop;

struct debug {
	struct session session;
	struct program_file file;
	bool loaded; /* file and session are open */
	struct walk walk;
	struct moment_mark *mark;
	u32 marks, mark_room;
	struct debug_call *call;
	u32 calls, call_room;
	char *log;              /* all that the kernel wrote into the log of PROG_LOAD */
	u64 load_begin;         /* the step at which that PROG_LOAD began; */
	u64 verdict;            /* and that of its verdict */
	struct diagnosis found; /* of a rejection */
	char failed[1024];      /* why the recorded walk ended early, or "" */
	struct happened last;
	struct picture now; /* for comparisons while travelling */
	char **source;      /* lines of the C file, when it is found; [0] is line 1 */
	u32 source_lines;
	char source_path[256];
	struct stop *stop; /* stops.h */
	u32 stops, last_stop;
	volatile bool *interrupted; /* by Ctrl-C; may be NULL */
};

/*
 * Records the life. 0: the machine stands at step 0 (why it ended early, if so, in d->failed). -errno with
 * the sentence: nothing could be recorded.
 */
int debug_open(struct debug *d, struct life *life, u32 log_level, struct text *error);
void debug_close(struct debug *d);
/* To step @step, at most the last one; notes what its last step did. */
void debug_arrive(struct debug *d, u64 step);

/* The last mark at or before the present, or NULL. */
const struct moment_mark *debug_mark(const struct debug *d);
enum phase debug_phase(const struct debug *d);
/* The call that is under way or was the last one; before any, the first one. NULL: there is none. */
const struct debug_call *debug_call(const struct debug *d);
/* The program that is shown: the one that runs, or is loaded, or was last. NULL: none yet. */
const struct prog *debug_prog(const struct debug *d);
/* The instruction at hand of debug_prog, as written: of the run or of a walk; false: none. */
bool debug_insn(const struct debug *d, u32 *insn);
/* Is a program being rejected, or was it? */
bool debug_rejected(const struct debug *d);
/* The packet of the event at hand: its bytes and length, or NULL. */
const u8 *debug_packet(const struct debug *d, u32 *len);
/* An event of the last step; NULL: it was none of its. */
const struct event *debug_happened(const struct debug *d, enum event_kind kind);

static inline struct sim *debug_sim(const struct debug *d)
{
	return d->session.sim;
}

static inline u64 debug_now(const struct debug *d)
{
	return sim_now(d->session.sim);
}

static inline u64 debug_end(const struct debug *d)
{
	return sim_end(d->session.sim);
}

#endif
